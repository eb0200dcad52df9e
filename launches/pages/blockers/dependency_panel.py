"""What a blocker waits for and what it holds up, as its panel shows it."""

from dataclasses import dataclass

from launches import access
from launches.models import Blocker
from launches.pages.common import LaunchPage


@dataclass(frozen=True)
class DependencyRow:
    """The other end of one link; `may_remove` whether this person may take the link away here."""

    blocker: Blocker
    may_remove: bool


@dataclass(frozen=True)
class OrderRow:
    """`may_add` here; `known` are titles to choose from."""

    waits: list[DependencyRow]
    holds: list[DependencyRow]
    may_add: bool
    known: list[str]


def order_of(page: LaunchPage, blocker: Blocker) -> OrderRow:
    related = Blocker.objects.visible_to(page.user).select_related("launch", "team", "cell__integration")
    may_add = access.may_edit_blocker(page.user, blocker)
    return OrderRow(
        [DependencyRow(other, may_add) for other in related.filter(holds_up=blocker)],
        [
            DependencyRow(other, may_add and access.may_edit_blocker(page.user, other))
            for other in related.filter(depends_on=blocker)
        ],
        may_add,
        sorted({other.title for other in page.status.blockers if other.pk != blocker.pk}, key=str.casefold),
    )

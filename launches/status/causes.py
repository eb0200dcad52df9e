"""What wants a blocker: the cells that are not ready, and the checks that fail or have not passed since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext, override

from launches.models import Launch
from readiness.models import Item, Readiness
from readiness.state import CellState, Importance, ItemState, Level

# Launch, cell, and item: 0 for the cell itself.
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Cause:
    """What wants a blocker: a cell, or one of its items."""

    launch: Launch
    cell: Readiness
    item: Item | None = None

    @property
    def key(self) -> Key:
        return self.launch.pk, self.cell.pk, self.item.pk if self.item else 0

    @property
    def slug(self) -> str:
        name = self.cell.integration.slug
        return f"{name}-{self.item.requirement.slug}"[:76] if self.item else name[:76]

    @property
    def title(self) -> str:
        integration = self.cell.integration.name
        if self.item:
            return f"{integration}: {self.item.requirement.title}"[:200]
        # Everybody reads it, also who has another language: it is in the site's.
        with override(settings.LANGUAGE_CODE):
            words = gettext("%(integration)s not ready in %(region)s")
        return (words % {"integration": integration, "region": self.cell.region.name})[:200]

    @property
    def is_failing(self) -> bool:
        return self.item is not None and self.item.state == ItemState.FAILED

    @property
    def fact(self) -> str:
        # History keeps it: in no reader's language.
        return self.item.fact if self.item else self.cell.state.replace("_", " ")


def causes(
    cells: Iterable[Readiness], launches: Collection[Launch], live: Collection[Key]
) -> Iterator[Cause]:
    """What stands in the way now, by the rules:

    - each must item whose check has failed often enough, until it passes, unless it was open when the cell
      was knowingly declared ready: a check that falls silent takes nothing back;
    - each cell that is not declared ready, or fell back for a reason no failing check already stands for,
      until it is ready.

    `live` has the keys of the blockers that stand already.
    """
    in_region = defaultdict(list)
    for launch in launches:
        in_region[launch.region_id].append(launch)
    scopes = _scopes(launches)
    must_haves = [
        cell for cell in cells if cell.importance == Importance.MUST and cell.region_id in in_region
    ]
    open_items = _open_items(must_haves, [item for _, _, item in live if item])
    for cell in must_haves:
        items = [item for item in open_items[cell.pk] if item.pk not in cell.accepted]
        for launch in in_region[cell.region_id]:
            if launch.scope_all or cell.integration_id in scopes[launch.pk]:
                yield from _causes_in(launch, cell, items, live)


def _causes_in(
    launch: Launch, cell: Readiness, items: Iterable[Item], live: Collection[Key]
) -> Iterator[Cause]:
    checks = [Cause(launch, cell, item) for item in items]
    checks = [cause for cause in checks if cause.is_failing or cause.key in live]
    yield from checks
    whole = Cause(launch, cell)
    fell_back = cell.state == CellState.REGRESSED and (not checks or whole.key in live)
    if fell_back or cell.state in (CellState.NOT_STARTED, CellState.IN_PROGRESS):
        yield whole


def _scopes(launches: Collection[Launch]) -> dict[int, set[int]]:
    scopes: dict[int, set[int]] = defaultdict(set)
    partial = [launch.pk for launch in launches if not launch.scope_all]
    if partial:
        rows = Launch.scope.through.objects.filter(launch__in=partial)
        for launch, integration in rows.values_list("launch_id", "integration_id"):
            scopes[launch].add(integration)
    return scopes


def _open_items(cells: Collection[Readiness], blocking: Collection[int]) -> dict[int, list[Item]]:
    """The must items of `cells` whose check fails, and those with a blocker that have not passed since."""
    items: dict[int, list[Item]] = defaultdict(list)
    rows = Item.objects.open().filter(
        Q(state=ItemState.FAILED) & ~Q(requirement__probe="") | Q(pk__in=blocking),
        cell__in=[cell.pk for cell in cells],
        requirement__level=Level.MUST,
    )
    for item in rows.select_related("requirement").order_by("pk"):
        items[item.cell_id].append(item)
    return items

"""Which sign-offs do not hold any more once a blocker stands in the way: told before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from launches.models import Blocker, SignOff
from launches.status import LaunchStatus

_BLOCKS, _DEGRADES = Blocker.Severity.BLOCKS, Blocker.Severity.DEGRADES


def made_stale(status: LaunchStatus, blocker: Blocker) -> list[str]:
    """The functions whose go would not hold, once `blocker` is accepted or reopened; no query."""
    return _stale_over(blocker, _valid(status)) if _comes_back(blocker) else []


def stale_if_it_blocks(status: LaunchStatus, blocker: Blocker) -> list[str]:
    """The same, once `blocker` blocks, which it does not."""
    return _stale_over(blocker, _valid(status)) if _only_degrades(blocker) else []


def stale_if_raised(launch: Any) -> list[str]:
    """The functions whose go would not hold, once a new blocker blocks `launch`; two queries."""
    looks_at = _("%(function)s, where that is what it looks at")
    return [
        looks_at % {"function": one.function} if any(one.concerns.values()) else one.function
        for one in _answers([launch.pk])
    ]


def made_stale_by(blockers: Sequence[Blocker], *, blocking: bool = False) -> list[str]:
    """The functions whose go would not hold once these of any launches are accepted, reopened, or with
    `blocking` once they block; two queries, one where nobody has answered, none without such blockers."""
    moved: dict[int, list[Blocker]] = defaultdict(list)
    for row in filter(_only_degrades if blocking else _comes_back, blockers):
        moved[row.launch_id].append(row)
    answers = _answers(moved) if moved else []
    return [one.function for one in answers if one.goes_stale_over(moved[one.launch_id])]


def _comes_back(blocker: Blocker) -> bool:
    """Whether it would block where it is neither ours to do yet nor any more."""
    return blocker.severity == _BLOCKS and not blocker.is_outstanding


def _only_degrades(blocker: Blocker) -> bool:
    return blocker.severity == _DEGRADES and blocker.is_outstanding


def _stale_over(blocker: Blocker, valid: Iterable[SignOff]) -> list[str]:
    return [one.function for one in valid if one.goes_stale_over([blocker])]


def _valid(status: LaunchStatus) -> list[SignOff]:
    return [gate.sign_off for gate in status.gates if gate.is_valid]


def _answers(launches: Collection[int]) -> list[SignOff]:
    """The sign-offs of these launches (keys) that hold."""
    given = (SignOff.Decision.GO, SignOff.Decision.CONDITIONAL)
    found = list(SignOff.objects.filter(launch__in=launches, decision__in=given).order_by("launch", "pk"))
    if not found:
        return []
    status: dict[int, list[Blocker]] = defaultdict(list)
    for row in Blocker.objects.live().filter(launch__in=launches).select_related("team", "cell__integration"):
        status[row.launch_id].append(row)
    return [one for one in found if one.is_valid(one.seen_of(status[one.launch_id]))]

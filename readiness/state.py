"""The states of items and cells, and how they combine. No ORM, no clock."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# How many runs are remembered to tell whether a check flaps: 20 changes from one to the next.
REMEMBERED = 21
# It flaps from this share of weighted changes on, until it falls below the other.
_FLAPS, _CALMS = 0.5, 0.25


class ItemState(TextChoices):
    """What is known about one requirement in one region. Only `PASSED` counts as ready."""

    UNKNOWN = "unknown", _("unknown")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("failing")
    ERROR = "error", _("error")
    STALE = "stale", _("stale")


class CellState(TextChoices):
    """How far one integration is in one region, as its team declared it and its items confirm it."""

    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    READY = "ready", _("ready")
    REGRESSED = "regressed", _("regressed")


class Importance(TextChoices):
    """How much a region needs an integration. Only must-haves can block a launch."""

    MUST = "must_have", _("must have")
    NICE = "nice_to_have", _("nice to have")
    NOT_NEEDED = "not_needed", _("not needed")


class Level(TextChoices):
    """How much an integration needs a requirement."""

    MUST = "must", _("must")
    SHOULD = "should", _("should")


WORST_FIRST = (ItemState.FAILED, ItemState.ERROR, ItemState.STALE, ItemState.UNKNOWN, ItemState.PASSED)


def worst(states: Iterable[str]) -> ItemState:
    """The worst of `states`; of nothing, `UNKNOWN`, because no data is not good news."""
    seen = set(states)
    return next((state for state in WORST_FIRST if state in seen), ItemState.UNKNOWN)


def reassessed(state: str, open_musts: set[int], accepted: set[int]) -> CellState:
    """The state of a cell once its open must items are `open_musts`.

    `accepted` are those that were open, and knowingly overridden, when the cell was declared ready: they do
    not make it regress. What was never declared ready does not change by itself, and a regressed cell comes
    back when nothing but the accepted items is open.
    """
    if state == CellState.READY and open_musts - accepted:
        return CellState.REGRESSED
    if state == CellState.REGRESSED and not open_musts - accepted:
        return CellState.READY
    return CellState(state)


def confirmed(state: str, outcome: str, streak: int, failures: int, recovery: int, misses: int = 0) -> str:
    """The state of an automated item after `streak` equal outcomes in a row, the last one `outcome`.

    Hysteresis: it takes `recovery` passes in a row to come back from `FAILED` or `ERROR`, and `failures`
    equal non-passes in a row to be called failed or an error. `misses` counts non-passes in a row of either
    kind: a mixture does not keep `PASSED` alive, and is an error, as it never failed often enough in a row.
    From `UNKNOWN` and `STALE` nothing was promised, so the first pass counts.
    """
    if outcome == ItemState.PASSED:
        needed = recovery if state in (ItemState.FAILED, ItemState.ERROR) else 1
        return outcome if streak >= needed else state
    if streak >= failures:
        return outcome
    return ItemState.ERROR if state == ItemState.PASSED and misses >= failures else state


class CheckHistory(NamedTuple):
    """What the runs of a check have come to. `recent` has the first letter of each outcome, oldest first."""

    state: str = ItemState.UNKNOWN
    outcome: str = ""
    streak: int = 0
    misses: int = 0
    recent: str = ""
    flapping: bool = False


def after_run(
    before: CheckHistory, outcome: str, *, failures: int, recovery: int, excused: bool
) -> CheckHistory:
    """What a run that said `outcome` makes of `before`.

    In maintenance (`excused`) what does not pass is kept, and decides and counts nothing; a pass is as good
    as any other. What flaps does not recover before it is calm.
    """
    if excused and outcome != ItemState.PASSED:
        return before._replace(outcome=outcome, streak=0)
    streak = before.streak + 1 if before.outcome == outcome else 1
    misses = 0 if outcome == ItemState.PASSED else before.misses + 1
    recent = (before.recent + outcome[0])[-REMEMBERED:]
    flapping = is_flapping(recent, before.flapping)
    state = confirmed(
        before.state,
        outcome,
        streak=streak,
        misses=misses,
        failures=failures,
        recovery=recovery,
    )
    if flapping and state == ItemState.PASSED and before.state in (ItemState.FAILED, ItemState.ERROR):
        state = before.state
    return CheckHistory(state, outcome, streak, misses, recent, flapping)


def is_flapping(recent: str, before: bool) -> bool:
    """Whether what changes from run to run as `recent` does flaps, when it did (or not) `before`.

    As Nagios tells it ("Detection and Handling of State Flapping"): of the 20 places between the last 21
    runs, the share at which the outcome changed, the oldest weighing 0.8 and the newest 1.2; with a high and
    a low threshold, so that flapping does not itself flap.
    """
    if len(set(recent)) < 2:  # nearly every check, at nearly every run
        return False
    places = REMEMBERED - 1
    changes = [earlier != later for earlier, later in pairwise(recent)]
    weights = [0.8 + 0.4 * place / (places - 1) for place in range(places)][places - len(changes) :]
    share = sum(weight for weight, changed in zip(weights, changes, strict=True) if changed) / places
    return share >= (_CALMS if before else _FLAPS)


# State, whatever it is of, to one of the five that pages draw. What is not listed is unknown.
_DRAWN = {
    CellState.READY: "ready",
    CellState.IN_PROGRESS: "progress",
    CellState.REGRESSED: "blocked",
    ItemState.PASSED: "ready",
    ItemState.FAILED: "blocked",
    ItemState.ERROR: "blocked",
    "open": "blocked",
    "waived": "waived",
    "excused": "waived",
    "deferred": "waived",
    "resolved": "ready",
}


def drawn(state: str) -> str:
    """Which of the five drawn states: ready, progress, blocked, unknown, waived."""
    return _DRAWN.get(state, "unknown")

"""The states of items and cells, and how they combine. No ORM, no clock."""

from collections.abc import Iterable

from django.db.models import TextChoices


class ItemState(TextChoices):
    """What is known about one requirement in one region. Only `PASSED` counts as ready."""

    UNKNOWN = "unknown", "unknown"
    PASSED = "passed", "passed"
    FAILED = "failed", "failing"
    ERROR = "error", "error"
    STALE = "stale", "stale"


class CellState(TextChoices):
    """How far one integration is in one region, as its team declared it and its items confirm it."""

    NOT_STARTED = "not_started", "not started"
    IN_PROGRESS = "in_progress", "in progress"
    READY = "ready", "ready"
    REGRESSED = "regressed", "regressed"


class Importance(TextChoices):
    """How much a region needs an integration. Only must-haves can block a launch."""

    MUST = "must_have", "must have"
    NICE = "nice_to_have", "nice to have"
    NOT_NEEDED = "not_needed", "not needed"


class Level(TextChoices):
    """How much an integration needs a requirement."""

    MUST = "must", "must"
    SHOULD = "should", "should"


_WORST_FIRST = (ItemState.FAILED, ItemState.ERROR, ItemState.STALE, ItemState.UNKNOWN, ItemState.PASSED)


def worst(states: Iterable[str]) -> ItemState:
    """The worst of `states`; of nothing, `UNKNOWN`, because no data is not good news."""
    seen = set(states)
    return next((state for state in _WORST_FIRST if state in seen), ItemState.UNKNOWN)


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

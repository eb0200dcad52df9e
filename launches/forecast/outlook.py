"""The outlook from due dates and likely estimates: one date, no chance. No ORM, no clock.

Each blocker is done on its due date, or else its likely estimate of working days after what it waits for (the
critical path method, Kelley and Walker 1959), and the launch when the last of them is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from readiness.workdays import WorkingCalendar

# Up to a working week late can still be caught up.
CATCH_UP = 5


class Track(StrEnum):
    """How the outlook stands against the target, best first."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"
    OFF_TRACK = "off_track"


@dataclass(frozen=True, slots=True)
class Work:
    """A blocker as the forecast sees it. `likely` in working days; `waits_for` other keys."""

    key: int
    name: str
    due: date | None = None
    likely: float | None = None
    waits_for: frozenset[int] = frozenset()
    waivable: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """What launching without `work` would change: `days` earlier, calendar days."""

    work: Work
    days: int
    finish: date
    track: Track


@dataclass(frozen=True, slots=True)
class Outlook:
    """`finish` is `None` when nothing can be dated; `late` counts working days after the target."""

    track: Track
    finish: date | None
    late: int
    last: Work | None
    undated: tuple[Work, ...]
    overdue: tuple[Work, ...]
    cuts: tuple[Cut, ...]
    finishes: Mapping[int, date]

    def days_bought(self, key: int) -> int:
        """How many calendar days earlier the launch is without that one; 0 for most."""
        return next((cut.days for cut in self.cuts if cut.work.key == key), 0)


def outlook(works: Sequence[Work], target: date, today: date, calendar: WorkingCalendar) -> Outlook:
    """The outlook of `works`, all still to be done, with what each single cut would change.

    Raises `ValueError` when they wait for each other in a circle.
    """
    dated = {work.key: work for work in works if _is_dated(work)}
    finishes = finish_dates(dated, today, calendar)
    undated = tuple(work for work in works if work.key not in dated)
    overdue = tuple(work for work in works if work.due is not None and work.due < today)
    finish = max(finishes.values(), default=None) if works else today
    last = max(dated.values(), key=lambda work: finishes[work.key], default=None)
    track = judge(finish, target, today, calendar, undated=bool(undated), overdue=bool(overdue))
    late = max(0, calendar.between(target, finish)) if finish else 0
    cuts = _cuts(works, dated, finishes, target, today, calendar)
    return Outlook(track, finish, late, last, undated, overdue, cuts, finishes)


def judge(
    finish: date | None, target: date, today: date, calendar: WorkingCalendar, *, undated: bool, overdue: bool
) -> Track:
    """The track of a launch done on `finish`. What cannot be dated can only make it worse, never better."""
    late = calendar.between(target, finish) if finish else 0
    if late > CATCH_UP or today > target:
        return Track.OFF_TRACK
    if undated or finish is None:
        return Track.UNKNOWN
    return Track.AT_RISK if overdue or late > 0 else Track.ON_TRACK


def finish_dates(works: Mapping[int, Work], today: date, calendar: WorkingCalendar) -> dict[int, date]:
    """The day each one is done, by key; what is waited for and not among `works` counts as done."""
    finishes: dict[int, date] = {}
    for key in _in_order(works):
        work = works[key]
        ready = max((finishes[other] for other in work.waits_for if other in finishes), default=None)
        finishes[key] = _finish(work, ready, today, calendar)
    return finishes


def _finish(work: Work, ready: date | None, today: date, calendar: WorkingCalendar) -> date:
    """A due date is a promise: it holds unless it has passed, or something it waits for breaks it."""
    start = max(ready or today, today)
    worked = calendar.add(start, work.likely or 0)
    if work.due is None or work.due < today:
        return worked
    return max(work.due, worked) if ready is not None and ready >= work.due else work.due


def _cuts(
    works: Sequence[Work],
    dated: Mapping[int, Work],
    finishes: Mapping[int, date],
    target: date,
    today: date,
    calendar: WorkingCalendar,
) -> tuple[Cut, ...]:
    """What launching without each one buys, the most first.

    Only what the last one to finish waits for, directly or not, and that one itself can buy anything, so only
    these are tried; their dependents no longer wait for them.
    """
    if not finishes:
        return ()
    finish = max(finishes.values())
    last = max(finishes, key=lambda key: finishes[key])
    cuts = []
    for key in _behind(last, dated):
        if not dated[key].waivable:
            continue
        rest = {other: work for other, work in dated.items() if other != key}
        earlier = max(finish_dates(rest, today, calendar).values(), default=today)
        if earlier >= finish:
            continue
        track = judge(
            earlier,
            target,
            today,
            calendar,
            undated=len(works) > len(dated),
            overdue=any(work.due is not None and work.due < today for work in rest.values()),
        )
        cuts.append(Cut(dated[key], (finish - earlier).days, earlier, track))
    return tuple(sorted(cuts, key=lambda cut: (-cut.days, cut.work.name)))


def _behind(key: int, works: Mapping[int, Work]) -> Collection[int]:
    """`key` and all it waits for."""
    seen: dict[int, None] = {}
    left = [key]
    while left:
        current = left.pop()
        if current in works and current not in seen:
            seen[current] = None
            left.extend(works[current].waits_for)
    return seen


def _in_order(works: Mapping[int, Work]) -> list[int]:
    graph = {key: sorted(other for other in work.waits_for if other in works) for key, work in works.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        names = " → ".join(works[key].name for key in error.args[1])
        raise ValueError(f"These wait for each other: {names}") from error


def _is_dated(work: Work) -> bool:
    return work.due is not None or work.likely is not None

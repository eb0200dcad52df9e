"""How long a check's endpoint was up, out of what its runs said and when. No ORM, no clock.

A run speaks for the time from then until the next run, and for no longer than its hold: after that nothing is
known until somebody looks again. One that did not pass in maintenance says nothing of its time. A second is
the smallest unit, so that parts add up to their whole exactly.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

SECOND = timedelta(seconds=1)
EXCUSED = "excused"
_STATES = ("passed", "failed", "error", EXCUSED)


class RunOutcome(NamedTuple):
    """What one run said, `EXCUSED` where it did not pass in maintenance; `latency` in milliseconds."""

    at: datetime
    state: str
    latency: float | None = None

    @classmethod
    def told(cls, at: datetime, state: str, latency: float | None, excused: bool) -> "RunOutcome":
        return cls(at, EXCUSED if excused else state, latency)


@dataclass(frozen=True, slots=True)
class UptimeRecord:
    """Seconds `up` and `down`, and `broken` when the check could not be run; and how many runs said so.

    `excused` are the seconds for which runs spoke that did not pass in maintenance. Records of times that
    follow each other add up.
    """

    up: int = 0
    down: int = 0
    broken: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    excused: int = 0

    def __add__(self, other: "UptimeRecord") -> "UptimeRecord":
        return UptimeRecord(
            self.up + other.up,
            self.down + other.down,
            self.broken + other.broken,
            self.passed + other.passed,
            self.failed + other.failed,
            self.errors + other.errors,
            self.excused + other.excused,
        )

    @property
    def runs(self) -> int:
        return self.passed + self.failed + self.errors

    @property
    def observed(self) -> int:
        """The seconds of which it is known whether it was up."""
        return self.up + self.down

    @property
    def is_empty(self) -> bool:
        return not (self.observed or self.broken or self.excused or self.runs)


@dataclass(frozen=True, slots=True)
class Uptime:
    """The record of the `seconds` up to now, which begin no earlier than the check's first run."""

    label: str
    seconds: int
    record: UptimeRecord

    @property
    def share(self) -> str:
        """Up, of the time observed: `99.98 %`. Never rounded up; nothing when nothing was observed."""
        return _percent(self.record.up, self.record.observed, 2)

    @property
    def observed(self) -> str:
        """Of all the time: `93 %`, never rounded up."""
        return _percent(self.record.observed, self.seconds, 0)

    @property
    def excused(self) -> timedelta:
        return timedelta(seconds=self.record.excused)

    @property
    def is_well_observed(self) -> bool:
        """So nearly all of the time that the share speaks for it."""
        return self.record.observed * 100 >= self.seconds * 99


def record(runs: Sequence[RunOutcome], start: datetime, end: datetime, hold: timedelta) -> UptimeRecord:
    """From `start` until just before `end`, both whole seconds; `runs` are ordered by time."""
    heard = speaking(runs, start, end)
    spent, counted = dict.fromkeys(_STATES, 0), dict.fromkeys(_STATES, 0)
    for run, until in _spoken_for(heard, end, hold):
        if run.state in _STATES:
            spent[run.state] += max(0, (until - max(to_the_second(run.at), start)) // SECOND)
            counted[run.state] += run.at >= start
    up, down, broken, excused = spent.values()
    passed, failed, errors, _ = counted.values()
    return UptimeRecord(up, down, broken, passed, failed, errors, excused)


def speaking(runs: Sequence[RunOutcome], start: datetime, end: datetime) -> Sequence[RunOutcome]:
    """Those from `start` until just before `end`, and the one before them, which speaks for the beginning."""
    first, last = _places(runs, start, end)
    return runs[max(0, first - 1) : last]


def within(runs: Sequence[RunOutcome], start: datetime, end: datetime) -> Sequence[RunOutcome]:
    first, last = _places(runs, start, end)
    return runs[first:last]


def _places(runs: Sequence[RunOutcome], start: datetime, end: datetime) -> tuple[int, int]:
    return bisect_left(runs, start, key=_at), bisect_left(runs, end, key=_at)


def _spoken_for(
    runs: Sequence[RunOutcome], end: datetime, hold: timedelta
) -> list[tuple[RunOutcome, datetime]]:
    """Each run, and the moment until which it is the last that was heard."""
    nexts = [to_the_second(after.at) for _, after in pairwise(runs)] + [end] * bool(runs)
    return [
        (run, min(after, to_the_second(run.at) + hold, end)) for run, after in zip(runs, nexts, strict=True)
    ]


def _at(run: RunOutcome) -> datetime:
    return run.at


def to_the_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _percent(part: int, whole: int, digits: int) -> str:
    """Cut off, not rounded: one failure in a million runs is not 100 %."""
    if not whole:
        return ""
    scaled = part * 100 * 10**digits // whole
    places, rest = divmod(scaled, 10**digits)
    share = f"{places}.{rest:0{digits}d}" if digits and rest else str(places)
    return _("%(share)s %%") % {"share": number_format(share)}

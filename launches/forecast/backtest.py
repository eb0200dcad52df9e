"""The engine held against history: each piece of work forecast on its first day, from what was known then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from launches.forecast.calibration import PERCENTILES, Calibration, Scored, by_team, calibrate
from launches.forecast.durations import References, Spread, remaining
from launches.forecast.work import LONGEST, Closed, Estimate
from readiness.workdays import WorkingCalendar

# Evenly spaced uniforms instead of random ones: quantiles without noise.
GRID_POINTS = 2_000


@dataclass(frozen=True, slots=True)
class PastWork:
    """A blocker or launch of the past. Raises `ValueError` if it was closed before it was opened."""

    opened: date
    closed: date
    estimate: Estimate | None = None
    team: str = ""
    kind: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if self.closed < self.opened:
            raise ValueError(f"{self.name or 'A record'} was closed on {self.closed}, before {self.opened}.")


@dataclass(frozen=True)
class Backtest:
    """`learning` scores the engine, which knows what was closed by then; `estimates` the bare estimates of
    the same work, so the difference is what history adds. `teams` is by team, of the engine."""

    learning: Calibration
    estimates: Calibration
    teams: dict[str, Calibration]


def backtest(records: Sequence[PastWork], calendar: WorkingCalendar) -> Backtest:
    """Forecast each record when it was opened, from those closed before that day, and score it against the
    fact.

    No forecast sees the future: not even what was closed on its own day.
    """
    learning, bare = [], []
    for record in sorted(records, key=lambda one: (one.opened, one.closed, one.name)):
        known = [closed(past, calendar) for past in records if past.closed < record.opened]
        spread = References(known).spread(record.estimate, record.team, record.kind)
        fact = closed(record, calendar).days
        learning.append(Scored(foreseen(spread), fact, record.team))
        spread = References(()).spread(record.estimate)
        bare.append(Scored(foreseen(spread), fact, record.team))
    return Backtest(calibrate(learning), calibrate(bare), by_team(learning))


def closed(record: PastWork, calendar: WorkingCalendar) -> Closed:
    """The record as history: the working days from its opening to its closing, both included.

    What took longer than any estimate may be says no more than that.
    """
    days = min(max(calendar.until(record.opened, record.closed), 0.0), LONGEST)
    return Closed(days, record.estimate, record.team, record.kind)


def foreseen(spread: Spread) -> dict[int, float]:
    """The percentiles of a piece of work that begins now, in working days, whole as days are counted."""
    uniforms = (np.arange(GRID_POINTS) + 0.5) / GRID_POINTS
    days = np.quantile(remaining(spread, 0, uniforms), [percent / 100 for percent in PERCENTILES])
    return dict(zip(PERCENTILES, np.ceil(days).tolist(), strict=True))

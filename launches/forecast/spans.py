"""When each known piece of work is expected to begin and to be done."""

from datetime import date
from typing import NamedTuple

import numpy as np

from launches.forecast.engine import rank
from launches.forecast.simulation import DRAWS, Simulation, simulate
from launches.forecast.uniforms import Floats
from launches.forecast.work import Workload
from readiness.workdays import WorkingCalendar

# Work that ends with a day lets the next begin on the following one; lengths are on a coarser grid.
MOMENT = 1e-6


class Span(NamedTuple):
    """`start` is the day on which work begins in half of all futures, `p50` and `p85` when it is done."""

    start: date
    p50: date
    p85: date


def spans(
    plan: Workload, calendar: WorkingCalendar, today: date, *, seed: int, draws: int = DRAWS
) -> dict[str, Span]:
    """By key, of all jobs of `plan`, in the futures of `forecast`. Raises `ValueError` as `simulate` does."""
    simulation = simulate(plan, seed, draws)
    starts = _percentile(_starts(simulation), 50) + MOMENT
    columns = (starts, _percentile(simulation.finishes, 50), _percentile(simulation.finishes, 85))
    days = [calendar.to_dates(column, today).tolist() for column in columns]
    return {job.key: _span(*ordinals) for job, *ordinals in zip(simulation.network.jobs, *days, strict=True)}


def _starts(simulation: Simulation) -> Floats:
    if len(simulation.starts):
        return simulation.starts
    return simulation.finishes - simulation.lengths


def _percentile(rows: Floats, percent: float) -> Floats:
    at = rank(percent, rows.shape[1])
    taken: Floats = np.partition(rows, at, axis=1)[:, at]
    return taken


def _span(start: int, p50: int, p85: int) -> Span:
    # What takes no time is done before a day comes on which it could begin.
    return Span(*(date.fromordinal(day) for day in (min(start, p50), p50, p85)))

"""The forecast of a launch: its dates, the chance of the target, and what each blocker costs."""

import math
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from launches.forecast.simulation import DRAWS, Simulation, simulate
from launches.forecast.uniforms import Floats
from launches.forecast.work import Workload
from readiness.workdays import TINY, WorkingCalendar

PERCENTILES = (50, 85, 95)


@dataclass(frozen=True, slots=True)
class BlockerCost:
    """What one blocker costs. `days` earlier is each percentile of the launch without it, in calendar days;
    `chance` of the target without it; `criticality` 0 to 1."""

    key: str
    name: str
    criticality: float
    days: Mapping[int, int]
    chance: float


@dataclass(frozen=True)
class Forecast:
    """`finish` (draws,) in working days from the morning of `today`, ascending.

    `chance` is P(ready ≤ target), 0 to 1. `unknowns` is how many blockers nobody knows of yet are expected
    before the known work is done, `work` how many working days each job is expected to take from now on.
    `assumed` are the keys without an estimate, `outlived` those that took longer than theirs allows.
    `untried` are those whose cost was too much to compute; all others not in `costs` cost nothing.
    """

    today: date
    target: date
    calendar: WorkingCalendar
    finish: Floats
    chance: float
    unknowns: float
    criticality: Mapping[str, float]
    work: Mapping[str, float]
    costs: tuple[BlockerCost, ...]
    assumed: tuple[str, ...]
    outlived: tuple[str, ...]
    untried: tuple[str, ...]

    @property
    def draws(self) -> int:
        return len(self.finish)

    @property
    def dates(self) -> dict[int, date]:
        """The P50, P85 and P95 dates."""
        return {percent: self.date_at(percent) for percent in PERCENTILES}

    def date_at(self, percent: float) -> date:
        """The first day by which the launch is ready in that many percent of draws."""
        worked = self.finish[rank(percent, self.draws)]
        return date.fromordinal(int(self.calendar.to_dates(worked, self.today)))

    def curve(self) -> list[tuple[date, float]]:
        """Each day on which it gets ready in any draw, with the chance to be ready by then; ends at 1."""
        ordinals, counts = np.unique(self.calendar.to_dates(self.finish, self.today), return_counts=True)
        chances = np.cumsum(counts) / self.draws
        return [
            (date.fromordinal(int(day)), float(chance)) for day, chance in zip(ordinals, chances, strict=True)
        ]


def forecast(
    plan: Workload,
    calendar: WorkingCalendar,
    today: date,
    target: date,
    *,
    seed: int,
    draws: int = DRAWS,
    dropped: Set[str] = frozenset(),
    keys: Collection[str] | None = None,
) -> Forecast:
    """The distribution of the launch date of `plan` without the `dropped` blockers.

    `keys` limits the blockers whose cost is computed; () is none of them. Raises `ValueError` as `simulate`
    does.
    """
    return forecast_of(simulate(plan, seed, draws, dropped), calendar, today, target, keys)


def forecast_of(
    simulation: Simulation,
    calendar: WorkingCalendar,
    today: date,
    target: date,
    keys: Collection[str] | None = None,
) -> Forecast:
    """The same of what was lived through already."""
    finish = np.sort(simulation.finish)
    jobs = simulation.network.jobs
    priced = list(costs(simulation, calendar, today, target, keys))
    tried = {jobs[at].key for at in simulation.tried}
    return Forecast(
        today,
        target,
        calendar,
        finish,
        chance=_chance(finish, allowed(calendar, today, target)),
        unknowns=simulation.unknowns,
        criticality={job.key: float(share) for job, share in zip(jobs, simulation.criticality, strict=True)},
        work={job.key: float(days) for job, days in zip(jobs, simulation.lengths.mean(axis=1), strict=True)},
        costs=tuple(sorted(priced, key=lambda cost: (-cost.days[85], -cost.chance, cost.name, cost.key))),
        assumed=simulation.assumed,
        outlived=simulation.outlived,
        untried=tuple(job.key for job in jobs if job.key not in tried),
    )


def percentile(
    plan: Workload, calendar: WorkingCalendar, today: date, percent: float, *, seed: int, draws: int = DRAWS
) -> date:
    """The one date of `forecast`, without the rest. Raises `ValueError` as `simulate` does."""
    finish = simulate(plan, seed, draws).finish
    at = rank(percent, len(finish))
    return date.fromordinal(int(calendar.to_dates(np.partition(finish, at)[at], today)))


def costs(
    simulation: Simulation,
    calendar: WorkingCalendar,
    today: date,
    target: date,
    keys: Collection[str] | None = None,
) -> Iterator[BlockerCost]:
    """The cost of each blocker that changes the launch in any draw, as they are computed."""
    limit = allowed(calendar, today, target)
    before = _ordinals(simulation.finish, calendar, today)
    criticality = dict(zip((job.key for job in simulation.network.jobs), simulation.criticality, strict=True))
    names = {job.key: job.name for job in simulation.network.jobs}
    for key, finish in simulation.without(keys):
        earlier = before - _ordinals(finish, calendar, today)
        days = dict(zip(PERCENTILES, earlier.tolist(), strict=True))
        yield BlockerCost(key, names[key], float(criticality[key]), days, _chance(finish, limit))


def allowed(calendar: WorkingCalendar, today: date, day: date) -> float:
    """How many working days may pass for the launch to be ready on `day`; negative in the past."""
    return calendar.until(today, day) + TINY if day >= today else -1.0


def rank(percent: float, draws: int) -> int:
    """The position, ascending, of the draw that `percent` of them do not exceed (inverse of the empirical
    CDF).

    No interpolation: a percentile is a date on which the launch is ready in some draw.
    """
    if not 0 < percent <= 100:
        raise ValueError(f"A percentile lies above 0 and up to 100, not at {percent}.")
    return max(math.ceil(percent * draws / 100 - TINY) - 1, 0)


def _ordinals(finish: Floats, calendar: WorkingCalendar, today: date) -> NDArray[np.int64]:
    ranks = [rank(percent, len(finish)) for percent in PERCENTILES]
    return calendar.to_dates(np.partition(finish, ranks)[ranks], today)


def _chance(finish: Floats, limit: float) -> float:
    return float(np.count_nonzero(finish <= limit)) / len(finish)

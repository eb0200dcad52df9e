"""The smallest cut: what to launch without, so that a date is made with a given confidence."""

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from launches.forecast.engine import allowed
from launches.forecast.network import Network
from launches.forecast.search import CutQuestion, Search, greedy
from launches.forecast.simulation import DRAWS, Bools, Simulation, simulate
from launches.forecast.uniforms import Floats
from launches.forecast.work import Workload
from readiness.workdays import TINY, WorkingCalendar

# Up to so many blockers that matter and may be dropped, the search goes to its end, however long.
EXACT = 20
# Beyond, it tries this many steps, and among more than MOST_CANDIDATES none.
MOST_STEPS = 3_000
MOST_CANDIDATES = 150
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Dropped:
    """One way: launching without `keys` makes the date with `chance`; `risk` is the sum of theirs."""

    keys: tuple[str, ...]
    chance: float
    risk: float


@dataclass(frozen=True, slots=True)
class SmallestCut:
    """`ways` are of one size, the least risk first, at most ten; empty when no cut makes the date.

    No cut of fewer than `at_least` does; with `exact` the ways are that small, otherwise they are what a
    greedy search found. `chance` is that of the date with nothing dropped, `best_chance` that with everything
    waivable dropped. Without a way, `held_by` tells which essential work decides the late draws, in which
    share of them, and `held_by_unknowns` in which share it is none of it, but unknowns and sign-offs.
    """

    ways: tuple[Dropped, ...]
    at_least: int
    exact: bool
    chance: float
    best_chance: float
    held_by: tuple[tuple[str, float], ...] = ()
    held_by_unknowns: float = 0.0

    @property
    def size(self) -> int | None:
        return len(self.ways[0].keys) if self.ways else None


def smallest_cut(
    plan: Workload,
    calendar: WorkingCalendar,
    today: date,
    day: date,
    confidence: float,
    *,
    seed: int,
    draws: int = DRAWS,
    dropped: Set[str] = frozenset(),
) -> SmallestCut:
    """The fewest waivable blockers of `plan`, besides those `dropped`, without which P(ready ≤ day) ≥
    confidence.

    All sets are judged on the same draws (common random numbers), so a larger set is never worse and whole
    branches of the search can be left out. Raises `ValueError` as `simulate` does, and for a confidence not
    above 0 and up to 1.
    """
    if not 0 < confidence <= 1:
        raise ValueError(f"A confidence lies above 0 and up to 1, not at {confidence}.")
    simulation = simulate(plan, seed, draws, dropped)
    days = allowed(calendar, today, day)
    limit = simulation.ending.limit(days)
    waivable = tuple(at for at, job in enumerate(simulation.network.jobs) if job.waivable)
    everything = _question(simulation, limit, np.arange(simulation.draws), waivable)
    late, late_at_best = np.greater(simulation.worked, limit), everything.late(everything.essential)
    chances = 1 - float(late.mean()), 1 - float(late_at_best.mean())
    may_be_late = simulation.draws - math.ceil(confidence * simulation.draws - TINY)
    if np.count_nonzero(late) <= may_be_late:
        return SmallestCut((Dropped((), chances[0], 0.0),), 0, True, *chances)
    if np.count_nonzero(late_at_best) > may_be_late:
        return SmallestCut((), 0, True, *chances, *_held_by(everything, late_at_best, days))
    ways, at_least, exact = _ways(
        simulation, limit, late & ~late_at_best, waivable, late_at_best, may_be_late
    )
    return SmallestCut(tuple(ways[:SHOWN]), at_least, exact, *chances)


def _ways(
    simulation: Simulation,
    limit: Floats,
    undecided: Bools,
    waivable: Sequence[int],
    late_at_best: Bools,
    may_be_late: int,
) -> tuple[list[Dropped], int, bool]:
    """The smallest sets found, the least risk first, with the bound and whether it is reached.

    Only `undecided` draws, late now and not once all is dropped, can tell one set from another.
    """
    draws = np.flatnonzero(undecided)
    candidates = tuple(at for at in waivable if _matters(simulation, at, limit, draws))
    lost = int(np.count_nonzero(late_at_best))
    question = _question(simulation, limit, draws, candidates, may_be_late - lost)
    sets, at_least, exact = _smallest(question)
    ways = [_way(simulation, question, positions, lost) for positions in sets]
    return sorted(ways, key=lambda way: (way.risk, -way.chance, way.keys)), at_least, exact


def _question(
    simulation: Simulation,
    limit: Floats,
    draws: NDArray[np.intp],
    candidates: tuple[int, ...],
    may_be_late: int = 0,
) -> CutQuestion:
    """What to drop, judged on these draws alone."""
    return CutQuestion(
        Network.of(simulation.network.jobs),
        simulation.limits,
        simulation.lengths[:, draws],
        limit[draws],
        candidates,
        may_be_late,
    )


def _matters(simulation: Simulation, at: int, limit: Floats, draws: NDArray[np.intp]) -> bool:
    """Whether any late path leads through that job; where teams are limited any may be in the way."""
    if simulation.limits:
        return True
    through = simulation.finishes[at, draws] + simulation.tails[at, draws] - simulation.lengths[at, draws]
    return bool(np.any(through > limit[draws]))


def _held_by(question: CutQuestion, late: Bools, days: float) -> tuple[tuple[tuple[str, float], ...], float]:
    """Which essential jobs decide the draws that no cut saves, and in how many of them unknowns do
    instead."""
    draws = np.flatnonzero(late)
    by_work = replace(question, lengths=question.lengths[:, draws], limit=np.full(len(draws), days))
    shares = np.count_nonzero(by_work.deciding(by_work.essential), axis=1) / len(draws)
    names = [question.network.jobs[at].key for at in question.essential]
    ranked = sorted(zip(names, shares.tolist(), strict=True), key=lambda held: (-held[1], held[0]))
    return tuple(held for held in ranked if held[1] > 0)[:SHOWN], 1 - float(
        by_work.late(by_work.essential).mean()
    )


def _smallest(question: CutQuestion) -> tuple[list[tuple[int, ...]], int, bool]:
    """Sets of the smallest size found, a size that none is below, and whether the two are known to be
    equal."""
    found = greedy(question)
    if len(question.candidates) > MOST_CANDIDATES:
        return [found], 1, len(found) == 1
    search = Search(question, None if len(question.candidates) <= EXACT else MOST_STEPS)
    for size in range(1, len(found)):
        if ways := search.of_size(size):
            return ways, size, True
        if search.is_spent:
            return [found], size, False
    return search.of_size(len(found)) or [found], len(found), True


def _way(simulation: Simulation, question: CutQuestion, dropped: Sequence[int], late_at_best: int) -> Dropped:
    jobs = simulation.network.jobs
    late = question.late(set(range(len(jobs))).difference(dropped))
    chance = 1 - (np.count_nonzero(late) + late_at_best) / simulation.draws
    return Dropped(tuple(jobs[at].key for at in dropped), float(chance), sum(jobs[at].risk for at in dropped))

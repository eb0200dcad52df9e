"""A plan lived through in every draw: when its known work is done, and the launch, with and without each
job."""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from launches.forecast.arrivals import Ending, ending
from launches.forecast.capacity import chained, limited, on_longest_chain, schedule, without_each
from launches.forecast.durations import References, Spread, outlived, remaining, spread_of
from launches.forecast.listing import list_order
from launches.forecast.network import Network, critical
from launches.forecast.uniforms import Floats, streams
from launches.forecast.work import Workload

Bools = NDArray[np.bool_]

DRAWS = 10_000
FEWEST, MOST = 100, 1_000_000
# Jobs × draws at most: beyond, there are fewer draws. 34 MB each for lengths, finishes and the rest.
MOST_CELLS = 4_200_000
# Draws at a time: what is in hand stays in the processor's cache, and memory within bounds.
CHUNK = 5_000
# Jobs dropped × jobs scheduled again at most, where each drop is a schedule of its own.
MOST_RUNS = 60_000


@dataclass(frozen=True)
class Simulation:
    """Arrays (jobs, draws) in the order of `network.jobs`, or (draws,), in working days.

    `limits` holds the slots of each limited team. `slots` is the same, or empty where all have one slot: then
    their lists are chains in `network`, and the one-pass method holds for them too.
    """

    network: Network
    slots: Mapping[str, int]
    limits: Mapping[str, int]
    lengths: Floats
    finishes: Floats
    starts: Floats
    ending: Ending
    assumed: tuple[str, ...]
    outlived: tuple[str, ...]

    @property
    def draws(self) -> int:
        return int(self.lengths.shape[1])

    @cached_property
    def worked(self) -> Floats:
        """When the known work is done, (draws,)."""
        worked: Floats = self.finishes.max(axis=0, initial=0.0)
        return worked

    @cached_property
    def finish(self) -> Floats:
        """When the launch is ready, (draws,)."""
        return self.ending.finish(self.worked)

    @cached_property
    def criticality(self) -> Floats:
        """The criticality index (Van Slyke 1963), (jobs,): in which share of draws the job is on the path
        that decides the launch. Where something unknown or a sign-off beside the work decides, no known job
        does."""
        if not self.slots:
            return self._one_pass[0]
        counts = np.zeros(len(self.network.jobs))
        for part in self._parts():
            finishes, starts = self.finishes[:, part], self.starts[:, part]
            chain = on_longest_chain(self.network, self.slots, finishes, starts)
            counts += np.count_nonzero(chain & self._work_decides[part], axis=1)
        return counts / self.draws

    @cached_property
    def tried(self) -> tuple[int, ...]:
        """The jobs (positions) whose dropping is computed: all, or as many of the most critical as time
        allows."""
        everything = range(len(self.network.jobs))
        if not self.slots:
            return tuple(everything)
        most = MOST_RUNS // max(len(self.network.jobs), 1)
        return tuple(sorted(sorted(everything, key=lambda at: (-self.criticality[at], at))[:most]))

    def without(self, keys: Collection[str] | None = None) -> Iterator[tuple[str, Floats]]:
        """The finish (draws,) without each job that changes it in any draw; the others of `tried` change
        nothing.

        Dependents of a dropped job no longer wait for it. `keys` limits the jobs, so that slow ones can be
        shown as they come.
        """
        chosen = [at for at in self.tried if keys is None or self.network.jobs[at].key in keys]
        worked = self._runs(chosen) if self.slots else self._one_pass[1][chosen]
        for row, at in zip(worked, chosen, strict=True):
            changed = np.flatnonzero(row < self.worked)
            if len(changed):
                finish = self.finish.copy()
                finish[changed] = self.ending.finish(row[changed], changed)
                yield self.network.jobs[at].key, finish

    @cached_property
    def unknowns(self) -> float:
        """How many unknowns turn up before the known work is done, on average."""
        return float(self.ending.turned_up(self.worked).mean())

    @cached_property
    def tails(self) -> Floats:
        """The longest path from the start of each job on, (jobs, draws); meant where `slots` is empty."""
        return self.network.tails(self.lengths)

    @cached_property
    def _work_decides(self) -> Bools:
        """The draws in which known work is what is waited for."""
        launch_done: Bools = self.ending.done(self.worked) == self.worked
        others_done: Bools = self.ending.floor <= self.worked + self.ending.after
        return launch_done & others_done

    @cached_property
    def _one_pass(self) -> tuple[Floats, Floats]:
        """Criticality (jobs,), and when the known work is done without each job, (jobs, draws)."""
        counts, without = np.zeros(len(self.network.jobs)), np.empty_like(self.lengths)
        for part in self._parts():
            lengths, finishes = self.lengths[:, part], self.finishes[:, part]
            tails = self.network.tails(lengths)
            on_path = critical(finishes, tails, lengths, self.worked[part])
            counts += np.count_nonzero(on_path & self._work_decides[part], axis=1)
            without[:, part] = self.network.without_each(finishes, tails)
        return counts / self.draws, without

    def _runs(self, chosen: Sequence[int]) -> Floats:
        """When the known work is done without each of the chosen jobs, a schedule for each."""
        worked = np.empty((len(chosen), self.draws))
        for part in self._parts():
            runs = without_each(
                self.network, self.slots, self.lengths[:, part], self.finishes[:, part], chosen
            )
            for row, finish in enumerate(runs):
                worked[row, part] = finish
        return worked

    def _parts(self) -> Iterator[slice]:
        return (slice(start, start + CHUNK) for start in range(0, self.draws, CHUNK))


def simulate(plan: Workload, seed: int, draws: int = DRAWS, dropped: Set[str] = frozenset()) -> Simulation:
    """Live through `plan` without the `dropped` jobs, `draws` times or as often as its size allows.

    The same plan and seed give the same numbers, in every process. Dropping jobs changes neither the luck of
    the others nor the order in which their teams take them. Raises `ValueError` for jobs that wait for each
    other in a circle, a number of draws out of bounds, and dropped keys that are not in the plan.
    """
    if not FEWEST <= draws <= MOST:
        raise ValueError(f"A forecast takes {FEWEST:,} to {MOST:,} draws, not {draws:,}.")
    if unknown := dropped - plan.by_key.keys():
        raise ValueError(f"Not in the plan: {', '.join(sorted(unknown))}.")
    draws = min(draws, max(FEWEST, MOST_CELLS // max(len(plan.jobs), 1)))
    references = References(plan.history)
    spreads = {job.key: spread_of(job, plan, references) for job in plan.jobs}
    limits = limited(plan.jobs, plan.teams)
    expected = {key: spread.mean for key, spread in spreads.items()}
    order = [key for key in list_order(plan.by_key, limits, expected) if key not in dropped]
    jobs = [plan.by_key[key] for key in order]
    slots = {} if all(count == 1 for count in limits.values()) else limits
    network = Network.of(jobs, [] if slots else chained(order, plan.by_key, limits))
    lengths = _lengths(network, spreads, seed, draws)
    finishes, starts = _lived(network, slots, lengths)
    longest = float(finishes.max(initial=0.0))
    return Simulation(
        network,
        slots,
        limits,
        lengths,
        finishes,
        starts,
        ending(plan.rate, longest, plan.sign_offs, references, seed, draws),
        tuple(job.key for job in jobs if spreads[job.key].assumed or job.guessed),
        tuple(job.key for job in jobs if outlived(spreads[job.key], job.spent)),
    )


def _lived(network: Network, slots: Mapping[str, int], lengths: Floats) -> tuple[Floats, Floats]:
    """Finishes and, where slots are scarce, starts."""
    if slots:
        return schedule(network, slots, lengths)
    return network.finishes(lengths), np.empty((0, lengths.shape[1]))


def _lengths(network: Network, spreads: Mapping[str, Spread], seed: int, draws: int) -> Floats:
    lengths = np.empty((len(network.jobs), draws))
    for at, job in enumerate(network.jobs):
        uniforms = streams.uniforms(seed, job.key, draws)
        lengths[at] = remaining(spreads[job.key], job.spent, uniforms)
    return lengths

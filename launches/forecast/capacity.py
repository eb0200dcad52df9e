"""Teams that work on few blockers at once: list scheduling (Graham 1966), all draws at once.

Each team takes its jobs in one fixed order, the one that a planner would choose today from the expected
lengths. A fixed list has no anomalies: shorter or fewer jobs never finish later, so no job dropped costs
days.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from launches.forecast.network import Network
from launches.forecast.uniforms import Floats
from launches.forecast.work import Capacity, Job

# For each limited team, by when each of its slots is free: (slots, draws), the soonest first.
Slots = dict[str, Floats]


def limited(jobs: Sequence[Job], teams: Mapping[str, Capacity]) -> dict[str, int]:
    """The slots of each team that has more jobs than slots."""
    counts: dict[str, int] = {}
    for job in jobs:
        counts[job.team] = counts.get(job.team, 0) + 1
    return {
        team: teams[team].parallel_work
        for team in sorted(counts)
        if team in teams and counts[team] > teams[team].parallel_work
    }


def schedule(network: Network, slots: Mapping[str, int], lengths: Floats) -> tuple[Floats, Floats]:
    """When each job finishes and starts, both (jobs, draws): each in turn on the soonest free slot of its
    team."""
    finishes, starts = np.empty_like(lengths), np.empty_like(lengths)
    free = empty_slots(slots, lengths.shape[1])
    for at in range(len(network.jobs)):
        place(network, at, network.waits[at], finishes, free, lengths, starts[at])
    return finishes, starts


def place(
    network: Network,
    at: int,
    waits: Sequence[int],
    finishes: Floats,
    free: Slots,
    lengths: Floats,
    start: Floats,
) -> None:
    """Put job `at` behind what it `waits` for and on a slot; writes `finishes[at]`, `start` and `free`."""
    start[:] = network.earliest[at]
    for before in waits:
        np.maximum(start, finishes[before], out=start)
    slots = free.get(network.jobs[at].team)
    if slots is not None:
        np.maximum(start, slots[0], out=start)
    np.add(start, lengths[at], out=finishes[at])
    if slots is not None:
        free[network.jobs[at].team] = _occupied(slots, finishes[at])


def empty_slots(slots: Mapping[str, int], draws: int) -> Slots:
    return {team: np.zeros((count, draws)) for team, count in slots.items()}


def without_each(
    network: Network, slots: Mapping[str, int], lengths: Floats, finishes: Floats, positions: Sequence[int]
) -> Iterator[Floats]:
    """For each of `positions` the finish of all, (draws,), if that job were dropped.

    By simulating again, only what comes after it in the list and only where something changed.
    """
    before = _slots_before(network, slots, finishes)
    ends = np.maximum.accumulate(finishes, axis=0)
    for dropped in positions:
        yield _without(network, dropped, lengths, finishes, before, ends)


def chained(order: Sequence[str], jobs: Mapping[str, Job], slots: Mapping[str, int]) -> list[list[str]]:
    """The jobs of each team with one slot, in turn: its list is a chain of dependencies."""
    return [[key for key in order if jobs[key].team == team] for team, count in slots.items() if count == 1]


def on_longest_chain(
    network: Network, slots: Mapping[str, int], finishes: Floats, starts: Floats
) -> NDArray[np.bool_]:
    """Whether each job is one that the last to finish waited for, as a dependency or for its slot, by
    draw."""
    chain: NDArray[np.bool_] = np.equal(finishes, finishes.max(axis=0, initial=0.0))
    held_by = _held_by(network, slots)
    for at in reversed(range(len(held_by))):
        # Few jobs are on the chain in many draws: looking only there is what makes this quick.
        draws = np.flatnonzero(chain[at])
        if len(draws) and held_by[at]:
            block = np.ix_(np.array(held_by[at]), draws)
            chain[block] |= finishes[block] == starts[at, draws]
    return chain


def _without(
    network: Network,
    dropped: int,
    lengths: Floats,
    finishes: Floats,
    before: Sequence[Floats | None],
    ends: Floats,
) -> Floats:
    """The finish without one job; `changed` and `free` hold only what differs from the schedule with it."""
    changed: dict[int, Floats] = {}
    free: Slots = {}
    team = network.jobs[dropped].team
    if (slots := before[dropped]) is not None:
        free[team] = slots
    end = ends[dropped - 1].copy() if dropped else np.zeros(lengths.shape[1])
    for at in range(dropped + 1, len(network.jobs)):
        waits, team = network.waits[at], network.jobs[at].team
        if dropped in waits or team in free or any(other in changed for other in waits):
            rows = [changed.get(other, finishes[other]) for other in waits if other != dropped]
            slots = free.pop(team, before[at])
            if slots is not None:
                rows.append(slots[0])
            finish = _finish(network.earliest[at], rows, lengths[at])
            if not np.array_equal(finish, finishes[at]):
                changed[at] = finish
            if slots is not None and (at in changed or not _same(slots, before[at])):
                free[team] = _occupied(slots, finish)
        # What others wait for is never the last.
        if not network.followers[at]:
            np.maximum(end, changed.get(at, finishes[at]), out=end)
    return end


def _finish(earliest: float, rows: list[Floats], lengths: Floats) -> Floats:
    """The start is the latest of `rows`, and of `earliest`."""
    if len(rows) < 2 or earliest:
        rows = [*rows, np.full_like(lengths, earliest)]
    start = np.maximum(rows[0], rows[1]) if len(rows) > 1 else rows[0]
    for row in rows[2:]:
        np.maximum(start, row, out=start)
    return start + lengths


def _same(slots: Floats, others: Floats | None) -> bool:
    return others is not None and np.array_equal(slots, others)


def _occupied(slots: Floats, finish: Floats) -> Floats:
    """The slots once the soonest free one is taken until `finish`, again the soonest first."""
    if len(slots) == 1:
        return finish[None]
    after = np.empty_like(slots)
    moving = finish
    for at in range(1, len(slots)):
        np.minimum(slots[at], moving, out=after[at - 1])
        moving = np.maximum(slots[at], moving)
    after[-1] = moving
    return after


def _slots_before(network: Network, slots: Mapping[str, int], finishes: Floats) -> list[Floats | None]:
    """The slots of each job's team before it is placed; `None` where the team has no limit."""
    free = empty_slots(slots, finishes.shape[1])
    before: list[Floats | None] = []
    for at, job in enumerate(network.jobs):
        row = free.get(job.team)
        before.append(row)
        if row is not None:
            free[job.team] = _occupied(row, finishes[at])
    return before


def _held_by(network: Network, slots: Mapping[str, int]) -> list[list[int]]:
    """For each job what it may have to wait for: its dependencies, and those before it in its team's list."""
    lists: dict[str, list[int]] = {team: [] for team in slots}
    held_by = []
    for at, job in enumerate(network.jobs):
        mates = lists.get(job.team, [])
        held_by.append([*network.waits[at], *(mate for mate in mates if mate not in network.waits[at])])
        mates.append(at)
    return held_by

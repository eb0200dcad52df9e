"""The jobs in an order in which each comes after what it waits for, and the longest paths through them.

Arrays are (jobs, draws), rows in that order; lengths in working days on the grid of `durations.on_grid`, so
that sums are exact and equality means equality.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from launches.forecast.durations import on_grid
from launches.forecast.uniforms import Floats
from launches.forecast.work import Job
from readiness.language.phrase import phrase


@dataclass(frozen=True)
class Network:
    """`waits[i]` holds the positions, all below i, of what job i waits for; `earliest` (jobs,)."""

    jobs: tuple[Job, ...]
    waits: tuple[tuple[int, ...], ...]
    earliest: Floats

    @classmethod
    def of(cls, jobs: Sequence[Job], chains: Iterable[Sequence[str]] = ()) -> "Network":
        """`jobs` are in order. Each job of a chain also waits for the one before it, and for the one before
        that.

        The second is implied as long as the first is there. Once that is dropped, it keeps the chain closed.
        """
        position = {job.key: at for at, job in enumerate(jobs)}
        waits = [{position[key] for key in job.waits_for if key in position} for job in jobs]
        for chain in chains:
            for at, key in enumerate(chain):
                waits[position[key]].update(position[other] for other in chain[max(0, at - 2) : at])
        earliest = on_grid(np.array([job.earliest for job in jobs], dtype=np.float64))
        return cls(tuple(jobs), tuple(tuple(sorted(row)) for row in waits), earliest)

    @cached_property
    def followers(self) -> tuple[tuple[int, ...], ...]:
        rows: list[list[int]] = [[] for _ in self.jobs]
        for at, row in enumerate(self.waits):
            for before in row:
                rows[before].append(at)
        return tuple(tuple(row) for row in rows)

    def finishes(self, lengths: Floats) -> Floats:
        """When each job is done: the forward pass (Kelley and Walker 1959)."""
        finishes = np.empty_like(lengths)
        for at, row in enumerate(self.waits):
            self._start(at, row, finishes, finishes[at])
            finishes[at] += lengths[at]
        return finishes

    def tails(self, lengths: Floats) -> Floats:
        """The longest path from the start of each job to the end, that job included: the backward pass."""
        tails = np.empty_like(lengths)
        for at in reversed(range(len(self.jobs))):
            _longest(tails, self.followers[at], tails[at])
            tails[at] += lengths[at]
        return tails

    def without_each(self, finishes: Floats, tails: Floats) -> Floats:
        """The longest path that avoids each job: the finish if it were dropped, for all jobs in one pass.

        A path that avoids k lies before k in the order, or after it, or crosses it by exactly one edge (u, v)
        with u < k < v. So it is the longest of: the finishes before k, the tails after k, and finish of u +
        tail of v over the edges that span k.
        """
        without = self._spanning(finishes, tails)
        before = np.zeros(finishes.shape[1])
        for at in range(1, len(self.jobs)):
            np.maximum(before, finishes[at - 1], out=before)
            np.maximum(without[at], before, out=without[at])
        after = np.zeros(finishes.shape[1])
        for at in reversed(range(len(self.jobs) - 1)):
            begun = tails[at + 1] + self.earliest[at + 1] if self.earliest[at + 1] else tails[at + 1]
            np.maximum(after, begun, out=after)
            np.maximum(without[at], after, out=without[at])
        return without

    def _start(self, at: int, waits: Sequence[int], finishes: Floats, out: Floats) -> None:
        _longest(finishes, waits, out)
        if self.earliest[at]:
            np.maximum(out, self.earliest[at], out=out)

    def _spanning(self, finishes: Floats, tails: Floats) -> Floats:
        """For each job the longest path over an edge that spans it, 0 where none does.

        A sparse table (Bender and Farach-Colton 2000) filled from above: an interval is two overlapping
        blocks of a power of two; each level hands its maxima down to the two halves of its blocks.
        """
        edges = [(before, at) for at, row in enumerate(self.waits) for before in row if at - before > 1]
        by_level: dict[int, list[tuple[int, int]]] = {}
        for before, at in edges:
            by_level.setdefault((at - before - 1).bit_length() - 1, []).append((before, at))
        blocks = np.zeros_like(finishes)
        for level in reversed(range(max(by_level, default=-1) + 1)):
            _mark(blocks, by_level.get(level, ()), 1 << level, finishes, tails)
            if level:
                blocks = _halved(blocks, 1 << (level - 1))
        return blocks


def in_order(jobs: Mapping[str, Job]) -> list[str]:
    """The keys of `jobs`, each after what it waits for. Raises `ValueError` that names a circle."""
    graph = {key: sorted(other for other in jobs[key].waits_for if other in jobs) for key in sorted(jobs)}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        names = " → ".join(jobs[key].name for key in error.args[1])
        raise ValueError(phrase("These wait for each other: %(names)s.", names=names)) from error


def critical(finishes: Floats, tails: Floats, lengths: Floats, worked: Floats) -> NDArray[np.bool_]:
    """Whether each job lies on a longest path, by draw; `worked` (draws,) is how long that is."""
    return np.equal(finishes + tails - lengths, worked)


def _longest(rows: Floats, chosen: Sequence[int], out: Floats) -> None:
    """Write the maximum over the chosen rows, by draw, to `out`; 0 over none."""
    if len(chosen) > 1:
        np.maximum(rows[chosen[0]], rows[chosen[1]], out=out)
        for at in chosen[2:]:
            np.maximum(out, rows[at], out=out)
    else:
        np.copyto(out, rows[chosen[0]] if chosen else 0.0)


def _mark(
    blocks: Floats, edges: Iterable[tuple[int, int]], size: int, finishes: Floats, tails: Floats
) -> None:
    """Raise the first and the last block of `size` within the interval that each edge spans."""
    for before, at in edges:
        through = finishes[before] + tails[at]
        first, last = before + 1, at - size
        np.maximum(blocks[first], through, out=blocks[first])
        if last != first:
            np.maximum(blocks[last], through, out=blocks[last])


def _halved(blocks: Floats, half: int) -> Floats:
    """The blocks of half the size: each takes over from those it is the first or the second half of."""
    halves = np.empty_like(blocks)
    halves[:half] = blocks[:half]
    np.maximum(blocks[half:], blocks[:-half], out=halves[half:])
    return halves

"""The search for the fewest jobs to drop, by branch and bound on common random numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from launches.forecast.capacity import Slots, empty_slots, on_longest_chain, place, schedule
from launches.forecast.network import Network
from launches.forecast.uniforms import Floats

Bools = NDArray[np.bool_]

# So many ways of one size say enough; the search stops there.
MOST_WAYS = 100


@dataclass(frozen=True)
class CutQuestion:
    """Drop some of `candidates` (positions) so that at most `may_be_late` draws end after `limit`, (draws,).

    All draws are late with every job kept, and none without all the candidates.
    """

    network: Network
    limits: Mapping[str, int]
    lengths: Floats
    limit: Floats
    candidates: tuple[int, ...]
    may_be_late: int

    @cached_property
    def essential(self) -> list[int]:
        return [at for at in range(len(self.network.jobs)) if at not in set(self.candidates)]

    @cached_property
    def late_alone(self) -> Bools:
        """Which draws are late if this one candidate is kept, (candidates, draws): there it must be
        dropped."""
        return np.array([self.late([*self.essential, at]) for at in self.candidates], dtype=np.bool_)

    def late(self, kept: Collection[int]) -> Bools:
        """Which draws are late if only these jobs are kept, (draws,)."""
        _, finishes, _ = self._lived(sorted(kept))
        late: Bools = np.greater(finishes.max(axis=0, initial=0.0), self.limit)
        return late

    def deciding(self, kept: Collection[int]) -> Bools:
        """In which late draws each of the kept jobs, in order, is on the deciding chain, (jobs, draws)."""
        network, finishes, starts = self._lived(sorted(kept))
        late: Bools = np.greater(finishes.max(axis=0, initial=0.0), self.limit)
        return on_longest_chain(network, self.limits, finishes, starts) & late

    def _lived(self, rows: list[int]) -> tuple[Network, Floats, Floats]:
        network = Network.of([self.network.jobs[at] for at in rows])
        return network, *schedule(network, self.limits, self.lengths[rows])


def greedy(question: CutQuestion) -> tuple[int, ...]:
    """A set that will do: always the one that most late draws hang on; then back what is not needed."""
    kept, dropped = set(range(len(question.network.jobs))), list[int]()
    while np.count_nonzero(question.late(kept)) > question.may_be_late:
        dropped.append(_suspect(question, kept))
        kept.remove(dropped[-1])
    for at in list(dropped):
        if np.count_nonzero(question.late(kept | {at})) <= question.may_be_late:
            kept.add(at)
            dropped.remove(at)
    return tuple(sorted(dropped))


def _suspect(question: CutQuestion, kept: Collection[int]) -> int:
    """The candidate on the deciding chain of most late draws.

    Where slots alone are in the way none is on it: then the first that is left will do for now.
    """
    counts = dict(zip(sorted(kept), np.count_nonzero(question.deciding(kept), axis=1), strict=True))
    return max((at for at in question.candidates if at in counts), key=lambda at: (counts[at], -at))


class Search:
    """All sets of one size that will do. Jobs are kept or dropped one by one in order, so a branch costs one
    row.

    A branch ends when more draws than allowed are late whatever else is dropped: those in which what is kept
    so far is too long, with the essential work that follows it, and those in which more of the candidates to
    come must be dropped than the size leaves. `most_steps` bounds the work over all sizes.
    """

    def __init__(self, question: CutQuestion, most_steps: int | None = None) -> None:
        self._question = question
        self._steps_left = most_steps
        self._row = {at: row for row, at in enumerate(question.candidates)}
        alone = question.late_alone
        self._must = np.count_nonzero(alone, axis=1) > question.may_be_late
        # [row] counts those from this candidate on that must be dropped, by draw.
        to_come = np.cumsum(alone[::-1], axis=0, dtype=np.int32)[::-1]
        self._to_come = np.concatenate([to_come, np.zeros_like(to_come[:1])])
        self._after = _essential_tails(question)
        self._finishes = np.empty_like(question.lengths)
        self._start = np.empty(question.lengths.shape[1])
        self._ways: list[tuple[int, ...]] = []

    @property
    def is_spent(self) -> bool:
        """Whether the steps ran out, so that ways may have been missed."""
        return self._steps_left is not None and self._steps_left < 0

    def of_size(self, size: int) -> list[tuple[int, ...]]:
        """The sets (positions) of at most `size`, in order; a hundred at most."""
        self._ways = []
        draws = self._question.lengths.shape[1]
        late = np.zeros(draws, dtype=np.bool_)
        if not self._is_hopeless(late, 0, size):
            self._branch(0, size, empty_slots(self._question.limits, draws), late, ())
        return self._ways

    def _branch(self, at: int, left: int, free: Slots, late: Bools, dropped: tuple[int, ...]) -> None:
        """Go on from job `at` with `left` more to drop."""
        for job in range(at, len(self._question.network.jobs)):
            row = self._row.get(job)
            if row is not None:
                if left and not self._is_hopeless(late, row + 1, left - 1):
                    self._branch(job + 1, left - 1, dict(free), late.copy(), (*dropped, job))
                if self._must[row] or self._is_over():
                    return
            self._keep(job, free, late, dropped)
            if row is not None and self._is_hopeless(late, row + 1, left):
                return
        if np.count_nonzero(late) <= self._question.may_be_late:
            self._ways.append(dropped)

    def _keep(self, at: int, free: Slots, late: Bools, dropped: tuple[int, ...]) -> None:
        network = self._question.network
        waits = [before for before in network.waits[at] if before not in dropped]
        place(network, at, waits, self._finishes, free, self._question.lengths, self._start)
        late |= self._finishes[at] + self._after[at] > self._question.limit

    def _is_hopeless(self, late: Bools, row: int, left: int) -> bool:
        lost = late | (self._to_come[row] > left)
        return bool(np.count_nonzero(lost) > self._question.may_be_late)

    def _is_over(self) -> bool:
        if self._steps_left is not None:
            self._steps_left -= 1
        return self.is_spent or len(self._ways) >= MOST_WAYS


def _essential_tails(question: CutQuestion) -> Floats:
    """What essential work must follow each job if all candidates are dropped, (jobs, draws)."""
    network, essential = question.network, set(question.essential)
    after = np.zeros_like(question.lengths)
    for at in reversed(range(len(network.jobs))):
        for follower in network.followers[at]:
            if follower in essential:
                np.maximum(after[at], after[follower] + question.lengths[follower], out=after[at])
    return after

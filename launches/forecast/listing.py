"""The order in which limited teams take their jobs: one run of the list schedule on expected lengths."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush

from launches.forecast.network import in_order
from launches.forecast.work import Job

# Smaller is taken first.
Urgency = tuple[bool, float, str]


def list_order(jobs: Mapping[str, Job], slots: Mapping[str, int], lengths: Mapping[str, float]) -> list[str]:
    """The keys of `jobs` in the order in which they start if all take their expected `lengths`.

    What has been begun goes first, then what most work waits for. Raises `ValueError` that names a circle.
    """
    order = in_order(jobs)
    if not slots:
        return order
    tails = _tails(order, jobs, lengths)
    urgency = {key: (not jobs[key].spent, -tails[key], key) for key in order}
    return _Floor(jobs, slots, lengths, urgency).run(order)


class _Floor:
    """The shop floor: what waits for a slot of which team, and what happens next."""

    def __init__(
        self,
        jobs: Mapping[str, Job],
        slots: Mapping[str, int],
        lengths: Mapping[str, float],
        urgency: Mapping[str, Urgency],
    ) -> None:
        self._jobs = jobs
        self._lengths = lengths
        self._urgency = urgency
        self._free = dict(slots)
        self._queues: dict[str, list[tuple[Urgency, str]]] = {team: [] for team in slots}
        # When, whether it is done or else ready, and which.
        self._events: list[tuple[float, bool, str]] = []
        self._started: list[str] = []

    def run(self, order: Sequence[str]) -> list[str]:
        """Start every job; returns them as they started, each after what it waits for."""
        open_waits = {key: len(self._jobs[key].waits_for & self._jobs.keys()) for key in order}
        followers = _followers(order, self._jobs)
        for key in order:
            if not open_waits[key]:
                heappush(self._events, (self._jobs[key].earliest, False, key))
        while self._events:
            now = self._events[0][0]
            for key in self._done_at(now):
                for other in followers[key]:
                    open_waits[other] -= 1
                    if not open_waits[other]:
                        heappush(self._events, (max(now, self._jobs[other].earliest), False, other))
            self._fill(now)
        return self._started

    def _done_at(self, now: float) -> Iterator[str]:
        """What is done now, its slot free again; what is ready now queues."""
        while self._events and self._events[0][0] == now:
            _, done, key = heappop(self._events)
            team = self._jobs[key].team
            if not done:
                self._queue(key, now)
                continue
            if team in self._free:
                self._free[team] += 1
            yield key

    def _queue(self, key: str, now: float) -> None:
        team = self._jobs[key].team
        if team in self._queues:
            heappush(self._queues[team], (self._urgency[key], key))
        else:
            self._start(key, now)

    def _fill(self, now: float) -> None:
        for team, queue in self._queues.items():
            while queue and self._free[team]:
                self._free[team] -= 1
                self._start(heappop(queue)[1], now)

    def _start(self, key: str, now: float) -> None:
        self._started.append(key)
        heappush(self._events, (now + self._lengths[key], True, key))


def _tails(order: Sequence[str], jobs: Mapping[str, Job], lengths: Mapping[str, float]) -> dict[str, float]:
    """The expected length of the longest path from the start of each job on."""
    tails = dict(lengths)
    for key in reversed(order):
        for other in jobs[key].waits_for & jobs.keys():
            tails[other] = max(tails[other], lengths[other] + tails[key])
    return tails


def _followers(order: Sequence[str], jobs: Mapping[str, Job]) -> dict[str, list[str]]:
    followers: dict[str, list[str]] = {key: [] for key in order}
    for key in order:
        for other in sorted(jobs[key].waits_for & jobs.keys()):
            followers[other].append(key)
    return followers

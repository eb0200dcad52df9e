"""Latencies that can be added up and still say their percentiles. No ORM.

They are counted in buckets, each an eighth of an octave wide, as HdrHistogram and DDSketch do: a percentile
out of any number of days is within 4.5 % of the true one, whatever the latencies were.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, log2
from typing import Self

PER_OCTAVE = 8
# A run takes at most half a minute; whatever says more shares the last bucket.
LAST_BUCKET = 20 * PER_OCTAVE


@dataclass(frozen=True, slots=True)
class Latencies:
    """`buckets` are number → count; `fastest` and `slowest` in milliseconds."""

    buckets: Mapping[int, int] = field(default_factory=dict)
    fastest: float | None = None
    slowest: float | None = None

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        values = list(values)
        if not values:
            return cls()
        return cls(Counter(map(bucket, values)), min(values), max(values))

    def __add__(self, other: Self) -> Self:
        if other.fastest is None or other.slowest is None:
            return self
        if self.fastest is None or self.slowest is None:
            return other
        return type(self)(
            Counter(self.buckets) + Counter(other.buckets),
            min(self.fastest, other.fastest),
            max(self.slowest, other.slowest),
        )

    def percentile(self, share: float) -> float | None:
        """The nearest rank: at least `share` of them were this fast. Never outside what was seen."""
        if self.fastest is None or self.slowest is None:
            return None
        rank, seen = ceil(share * sum(self.buckets.values())), 0
        for number in sorted(self.buckets):
            seen += self.buckets[number]
            if seen >= rank:
                return min(max(middle(number), self.fastest), self.slowest)
        return self.slowest

    @property
    def p50(self) -> float | None:
        return self.percentile(0.50)

    @property
    def p95(self) -> float | None:
        return self.percentile(0.95)


def bucket(latency: float) -> int:
    """Which one `latency` milliseconds are counted in; all below one millisecond in the first."""
    return min(floor(log2(max(latency, 1)) * PER_OCTAVE), LAST_BUCKET)


def middle(number: int) -> float:
    """The geometric middle of a bucket, in milliseconds."""
    return float(2 ** ((number + 0.5) / PER_OCTAVE))

"""What comes on top of the known work: blockers nobody knows of yet, and sign-offs still to be given."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from launches.forecast.durations import NEUTRAL, References, Spread, on_grid, remaining
from launches.forecast.uniforms import Floats, streams
from launches.forecast.work import PendingSignOff

# So many discoveries expected while the known work lasts are no forecast any more; the rate is cut to them.
MOST_EXPECTED = 100.0


@dataclass(frozen=True)
class Ending:
    """How the launch follows from the known work: `finish` and its inverse, `limit`.

    `times` (arrivals, draws), rising in each draw, are when unknowns turn up; `reach`, same shape, is when
    all that turned up until then are done. `after` (draws,) is what sign-offs take after the work, `floor`
    (draws,) when those beside the work are given.
    """

    times: Floats
    reach: Floats
    after: Floats
    floor: Floats

    def finish(self, worked: Floats, draws: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """When the launch is ready, given when the known work is done in these draws, (draws,)."""
        return np.maximum(self.done(worked, draws) + self.after[draws], self.floor[draws])

    def done(self, worked: Floats, draws: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """When the known work and what turned up during it are done."""
        if not len(self.times):
            return worked
        turned_up = self.turned_up(worked, draws)
        columns = np.arange(self.times.shape[1])[draws]
        reach = self.reach[np.maximum(turned_up - 1, 0), columns]
        return np.where(turned_up > 0, np.maximum(worked, reach), worked)

    def turned_up(self, worked: Floats, draws: NDArray[np.intp] | slice = slice(None)) -> NDArray[np.intp]:
        """How many unknowns turn up before the known work is done: a binary search in every draw at once."""
        count = len(self.times)
        columns = np.arange(self.times.shape[1])[draws]
        found = np.zeros(len(columns), dtype=np.intp)
        step = 1 << count.bit_length()
        while step := step >> 1:
            reached = found + step
            earlier = self.times[np.minimum(reached, count) - 1, columns] < worked
            found = np.where((reached <= count) & earlier, reached, found)
        return found

    def limit(self, allowed: float) -> Floats:
        """By when the known work must be done for the launch to be ready within `allowed`, (draws,).

        `finish(worked) <= allowed` exactly where `worked <= limit(allowed)`; −∞ where nothing helps.
        """
        limit = allowed - self.after
        if len(self.times):
            too_late = self.reach > limit
            first = np.where(too_late.any(axis=0), too_late.argmax(axis=0), -1)
            held = self.times[np.maximum(first, 0), np.arange(len(limit))]
            limit = np.where(first >= 0, np.minimum(limit, held), limit)
        return np.where(self.floor > allowed, -np.inf, limit)


def ending(
    rate: float,
    longest: float,
    sign_offs: Sequence[PendingSignOff],
    references: References,
    seed: int,
    draws: int,
) -> Ending:
    """The ending of a plan whose known work is done after `longest` days in no draw."""
    times, reach = _arrivals(min(rate, MOST_EXPECTED / max(longest, 1)), longest, references, seed, draws)
    after, floor = np.zeros(draws), np.zeros(draws)
    for sign_off in sign_offs:
        uniforms = streams.uniforms(seed, f"sign-off:{sign_off.name}", draws)
        lead = remaining(Spread(sign_off.lead, NEUTRAL), 0, uniforms)
        slowest = after if sign_off.after_work else floor
        np.maximum(slowest, lead, out=slowest)
    return Ending(times, reach, after, floor)


def _arrivals(
    rate: float, longest: float, references: References, seed: int, draws: int
) -> tuple[Floats, Floats]:
    """A Poisson process: gaps are exponential, −ln(1 − u) / rate; each unknown takes as long as the class
    does."""
    expected = rate * longest
    # More than this turn up in one draw of a thousand million.
    count = math.ceil(expected + 6 * math.sqrt(expected) + 6) if expected > 0 else 0
    times, reach = np.empty((count, draws)), np.empty((count, draws))
    spread = references.spread(None)
    for at in range(count):
        times[at] = np.log1p(-streams.uniforms(seed, f"gap:{at}", draws)) / -rate
        reach[at] = remaining(spread, 0, streams.uniforms(seed, f"found:{at}", draws))
    np.cumsum(times, axis=0, out=times)
    on_grid(times)
    reach += times
    return times, np.maximum.accumulate(reach, axis=0)

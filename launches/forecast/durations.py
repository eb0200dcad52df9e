"""How long each blocker still takes, in every draw."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from launches.forecast.uniforms import Floats
from launches.forecast.work import DEFAULT_ESTIMATE, ENOUGH, Closed, Estimate, Job, Workload

# Adding and taking away this number rounds to 2⁻²⁰ of a day. On that grid sums of lengths are exact, so the
# same path has the same length whichever end it is summed from, and results can be compared for equality.
GRID = 1.5 * 2.0**32

# One blocker in twenty times its estimate was forgotten, not worked on.
RATIOS = (0.05, 20.0)
MOST_RATIOS = 500
ONE = Estimate(1, 1, 1)
NEUTRAL: Floats = np.ones(1)


@dataclass(frozen=True)
class Spread:
    """The length of a piece of work: `estimate` times one of `factors`, each as likely as the others.

    `assumed` says that nobody estimated it and the reference class speaks instead.
    """

    estimate: Estimate
    factors: Floats
    assumed: bool = False

    @property
    def mean(self) -> float:
        return self.estimate.mean * float(self.factors.mean())

    def scaled(self, by: float) -> "Spread":
        return Spread(self.estimate, self.factors * by, self.assumed)


class References:
    """What history says: of the team or kind when it has enough, else of all, else nothing."""

    def __init__(self, history: Sequence[Closed]) -> None:
        rated = [past for past in history if past.estimate is not None and past.estimate.mean > 0]
        spreads = _classes((past.team, _relative_variance(past.estimate)) for past in rated)
        ratios = _classes((past.team, _ratio(past)) for past in rated)
        self._overruns = {team: _overruns(of, float(spreads[team].mean())) for team, of in ratios.items()}
        self._lengths = _classes((past.kind, past.days) for past in history if past.days > 0)

    def spread(self, estimate: Estimate | None, team: str = "", kind: str = "") -> Spread:
        """Estimated work overruns as the team's did (bootstrap, Efron 1979).

        Work without an estimate takes as long as work of its kind did (reference class, Lovallo and Kahneman
        2003).
        """
        overruns = _of_class(self._overruns, team)
        if estimate is not None:
            return Spread(estimate, NEUTRAL if overruns is None else overruns)
        lengths = _of_class(self._lengths, kind)
        if lengths is not None:
            return Spread(ONE, lengths, assumed=True)
        return Spread(DEFAULT_ESTIMATE, NEUTRAL if overruns is None else overruns, assumed=True)


def spread_of(job: Job, plan: Workload, references: References) -> Spread:
    """The spread of the whole of `job` in elapsed working days: a team that gives half its day takes
    twice."""
    share = plan.teams[job.team].share if job.team in plan.teams else 1.0
    return references.spread(job.estimate, job.team, job.kind).scaled(plan.correction / share)


def outlived(spread: Spread, spent: float) -> bool:
    """Whether it has taken longer already than estimate and history together allow."""
    return spent > 0 and not np.any(_survival(spread, spent) > 0)


def remaining(spread: Spread, spent: float, uniforms: Floats) -> Floats:
    """What is left of the work after `spent` days, (draws,), by inverse CDF from one uniform each.

    The whole takes longer than `spent`, else it would be done: factor and triangle are drawn from what that
    leaves possible (truncation; each factor by the chance that it survives `spent`, Bayes). A piece of work
    that has outlived all of that is taken as begun anew: the estimate is void, and no news is not good news.
    """
    if outlived(spread, spent):
        spent = 0.0
    survival = _survival(spread, spent)
    chosen, rest = _choose(survival, uniforms)
    if spent > 0:
        alive = survival[chosen]
        rest = (1 - alive) + rest * alive
    left = triangular(spread.estimate, rest)
    left *= spread.factors[chosen]
    if spent > 0:
        left -= spent
        np.maximum(left, 0, out=left)
    return on_grid(left)


def triangular(estimate: Estimate, uniforms: Floats) -> Floats:
    """The inverse CDF of the triangular distribution (Kotz and van Dorp 2004, §1.2), same shape."""
    width = estimate.worst - estimate.best
    if width == 0:
        return np.full_like(uniforms, estimate.likely)
    rising = estimate.likely - estimate.best
    falling = estimate.worst - estimate.likely
    early = uniforms < rising / width
    root = np.where(early, uniforms * (width * rising), (1 - uniforms) * (width * falling))
    np.sqrt(root, out=root)
    return np.where(early, estimate.best + root, estimate.worst - root)


def on_grid(lengths: Floats) -> Floats:
    """Rounded, in place, to the grid of 2⁻²⁰ days on which sums are exact."""
    lengths += GRID
    lengths -= GRID
    return lengths


def _survival(spread: Spread, spent: float) -> Floats:
    """For each factor the chance that the work takes longer than `spent`: 1 − F(spent / factor)."""
    if spent <= 0:
        return np.ones_like(spread.factors)
    estimate = spread.estimate
    at = spent / spread.factors
    width = estimate.worst - estimate.best
    if width == 0:
        return (at < estimate.likely).astype(np.float64)
    below = np.clip(at - estimate.best, 0, None) ** 2 / (width * max(estimate.likely - estimate.best, 1e-300))
    above = np.clip(estimate.worst - at, 0, None) ** 2 / (
        width * max(estimate.worst - estimate.likely, 1e-300)
    )
    return np.where(at < estimate.likely, 1 - below, above)


def _choose(weights: Floats, uniforms: Floats) -> tuple[NDArray[np.intp], Floats]:
    """A factor for each draw by its weight, and what the uniform has left to say within its share."""
    if len(weights) == 1:
        return np.zeros(1, dtype=np.intp), uniforms
    if (weights == weights[0]).all():
        position = uniforms * len(weights)
        chosen = position.astype(np.intp)
        return chosen, position - chosen
    ends = np.cumsum(weights)
    position = uniforms * ends[-1]
    chosen = np.minimum(np.searchsorted(ends, position, side="right"), len(weights) - 1)
    return chosen, np.clip((position - (ends - weights)[chosen]) / weights[chosen], 0, 1)


def _ratio(past: Closed) -> float:
    """How the fact compares with the mean of the estimate."""
    mean = past.estimate.mean if past.estimate else 1.0
    return min(max(past.days / mean, RATIOS[0]), RATIOS[1])


def _relative_variance(estimate: Estimate | None) -> float:
    """The variance of the triangle over the square of its mean."""
    if estimate is None:
        return 0.0
    best, likely, worst = estimate.best, estimate.likely, estimate.worst
    squares = best**2 + likely**2 + worst**2
    variance = (squares - best * likely - best * worst - likely * worst) / 18
    return variance / estimate.mean**2


def _overruns(ratios: Floats, own: float) -> Floats:
    """The ratios less the scatter that the triangles, of relative variance `own`, account for themselves.

    A ratio is a factor times a triangle over its mean. So by the method of moments the variance of the
    factors is (variance of the ratios − own · mean²) / (1 + own). Drawing both whole would count the triangle
    twice.
    """
    scatter = float(ratios.var(ddof=1))
    if scatter == 0 or own == 0:
        return ratios
    mean = float(ratios.mean())
    of_factors = max(scatter - own * mean**2, 0) / (1 + own)
    factors: Floats = mean + (ratios - mean) * math.sqrt(of_factors / scatter)
    return factors


def _classes(values: Iterable[tuple[str, float]]) -> dict[str, Floats]:
    """The values of each class that has enough of them, and of all under ""; sorted, however they came."""
    found: dict[str, list[float]] = defaultdict(list)
    for name, value in values:
        found[""].append(value)
        if name:
            found[name].append(value)
    return {name: _thinned(np.sort(of)) for name, of in found.items() if len(of) >= ENOUGH}


def _thinned(values: Floats) -> Floats:
    """Evenly spaced order statistics of a very long history."""
    if len(values) <= MOST_RATIOS:
        return values
    return values[(np.arange(MOST_RATIOS) * len(values)) // MOST_RATIOS + len(values) // (2 * MOST_RATIOS)]


def _of_class(classes: dict[str, Floats], name: str) -> Floats | None:
    return classes.get(name, classes.get(""))

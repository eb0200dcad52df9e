"""Forecast against fact: how well the dates held, and the correction this asks for."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from launches.forecast.uniforms import Floats
from launches.forecast.work import ENOUGH

PERCENTILES = (50, 85, 95)
# How many forecasts' weight "we are right on average" has against what was seen.
PRIOR = 8


@dataclass(frozen=True, slots=True)
class Scored:
    """What was foreseen at P50, P85 and P95, and what came: working days from the day of the forecast."""

    foreseen: Mapping[int, float]
    fact: float
    team: str = ""


@dataclass(frozen=True)
class Calibration:
    """`coverage` is how often the fact was within each percentile, 0 to 1: P85 should hold 85 % of the time;
    `between` the 95 % interval of that. `loss` is the mean pinball loss in working days, lower is better.
    `bias` is the mean of fact − P50 in working days: above 0 we are too hopeful. `correction` is what lengths
    are to be multiplied by next time. All of nothing is empty, without bias, and no correction.
    """

    count: int = 0
    coverage: Mapping[int, float] = field(default_factory=dict)
    between: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    loss: Mapping[int, float] = field(default_factory=dict)
    bias: float = 0.0
    correction: float = 1.0


def calibrate(scored: Sequence[Scored]) -> Calibration:
    """Score these forecasts. Those without a day foreseen and without one taken count as right."""
    if not scored:
        return Calibration()
    facts = np.array([row.fact for row in scored])
    foreseen = {percent: np.array([row.foreseen[percent] for row in scored]) for percent in PERCENTILES}
    held = {percent: int(np.count_nonzero(facts <= foreseen[percent])) for percent in PERCENTILES}
    return Calibration(
        len(scored),
        {percent: held[percent] / len(scored) for percent in PERCENTILES},
        {percent: interval(held[percent], len(scored)) for percent in PERCENTILES},
        {percent: pinball(foreseen[percent], facts, percent / 100) for percent in PERCENTILES},
        float(np.mean(facts - foreseen[50])),
        correction(foreseen[50], facts),
    )


def by_team(scored: Iterable[Scored]) -> dict[str, Calibration]:
    """The calibration of each team's forecasts, by team, in the order of their names."""
    teams: dict[str, list[Scored]] = {}
    for row in scored:
        teams.setdefault(row.team, []).append(row)
    return {team: calibrate(teams[team]) for team in sorted(teams)}


def pinball(foreseen: Floats, facts: Floats, quantile: float) -> float:
    """The mean pinball loss (Koenker and Bassett 1978), in the unit of the facts; least for the true
    quantile."""
    missed = facts - foreseen
    return float(np.mean(np.maximum(quantile * missed, (quantile - 1) * missed)))


def correction(foreseen: Floats, facts: Floats) -> float:
    """Fact over P50, the geometric mean, drawn towards 1 as long as there is little to go by.

    1 below eight forecasts; never more than fourfold either way.
    """
    rated = (foreseen > 0) & (facts > 0)
    count = int(np.count_nonzero(rated))
    if count < ENOUGH:
        return 1.0
    logs = np.log(facts[rated] / foreseen[rated])
    return float(np.clip(math.exp(float(logs.sum()) / (count + PRIOR)), 0.25, 4))


def interval(held: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): how much of the coverage is luck."""
    z = 1.959964
    share = held / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(middle - reach, 0.0), min(middle + reach, 1.0)

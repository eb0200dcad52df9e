"""When the launch will be done: plain values in, dates and chances out. No ORM, no clock.

`forecast` gives the distribution of the date, and what each blocker costs of it; `smallest_cut` what to
launch without to make a date; `backtest` holds it all against history.
"""

from launches.forecast.backtest import Backtest, PastWork, backtest
from launches.forecast.calibration import Calibration, Scored, by_team, calibrate
from launches.forecast.cut import Dropped, SmallestCut, smallest_cut
from launches.forecast.engine import (
    PERCENTILES,
    BlockerCost,
    Forecast,
    costs,
    forecast,
    forecast_of,
    percentile,
)
from launches.forecast.simulation import DRAWS, Simulation, simulate
from launches.forecast.spans import Span, spans
from launches.forecast.uniforms import seed_of
from launches.forecast.work import (
    LONGEST,
    Capacity,
    Closed,
    Estimate,
    Job,
    PendingSignOff,
    Workload,
    discovery_rate,
)

__all__ = [
    "DRAWS",
    "LONGEST",
    "PERCENTILES",
    "Backtest",
    "BlockerCost",
    "Calibration",
    "Capacity",
    "Closed",
    "Dropped",
    "Estimate",
    "Forecast",
    "Job",
    "PastWork",
    "PendingSignOff",
    "Scored",
    "Simulation",
    "SmallestCut",
    "Span",
    "Workload",
    "backtest",
    "by_team",
    "calibrate",
    "costs",
    "discovery_rate",
    "forecast",
    "forecast_of",
    "percentile",
    "seed_of",
    "simulate",
    "smallest_cut",
    "spans",
]

"""Series → the geometry of a chart: plain values in, coordinates and labels out. Templates draw them.

Every chart is as wide as its `viewBox`, with room for labels at the left and the bottom.
"""

from launches.charts.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, AxisTick, ChartMark
from launches.charts.forecasts import (
    Distribution,
    DistributionBar,
    Fan,
    ForecastDay,
    distribution,
    fan,
    sparkline,
)
from launches.charts.progress import AgeBar, Ages, BurnUp, Counted, Discovery, ages, burn_up, discovery
from launches.charts.timeline import Timeline, Work, last_day, timeline

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "LEFT",
    "RIGHT",
    "TOP",
    "WIDTH",
    "AgeBar",
    "Ages",
    "AxisTick",
    "BurnUp",
    "ChartMark",
    "Counted",
    "Discovery",
    "Distribution",
    "DistributionBar",
    "Fan",
    "ForecastDay",
    "Timeline",
    "Work",
    "ages",
    "burn_up",
    "discovery",
    "distribution",
    "fan",
    "last_day",
    "sparkline",
    "timeline",
]

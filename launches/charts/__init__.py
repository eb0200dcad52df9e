"""Series → the geometry of a chart: plain values in, coordinates and labels out. Templates draw them.

Every chart is as wide as its `viewBox`, with room for labels at the left and the bottom.
"""

from launches.charts.axes import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Mark, Tick
from launches.charts.forecasts import Bar, Distribution, Fan, Seen, distribution, fan, sparkline

__all__ = [
    "BOTTOM",
    "HEIGHT",
    "LEFT",
    "RIGHT",
    "TOP",
    "WIDTH",
    "Bar",
    "Distribution",
    "Fan",
    "Mark",
    "Seen",
    "Tick",
    "distribution",
    "fan",
    "sparkline",
]

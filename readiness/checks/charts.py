"""Series → the geometry of a chart: plain values in, coordinates and labels out. Templates draw them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log10
from typing import Generic, NamedTuple, Protocol, TypeVar

from django.utils.formats import number_format

WIDTH, HEIGHT = 340, 112
LEFT, RIGHT, TOP, BOTTOM = 60, 4, 10, 22
ROUND_NUMBERS = (1, 2, 5, 10)


class Ran(Protocol):
    """What is drawn of a run."""

    @property
    def state(self) -> str: ...
    @property
    def latency(self) -> float | None: ...


R = TypeVar("R", bound=Ran)


class BarSize(NamedTuple):
    slots: int
    pitch: int
    width: int
    highest: int
    lowest: int


class RunBar(NamedTuple, Generic[R]):
    """One run: as high as it was slow, full when it did not pass."""

    x: int
    y: int
    width: int
    height: int
    run: R


ON_PAGE = BarSize(slots=90, pitch=8, width=6, highest=48, lowest=4)
IN_LIST = BarSize(slots=30, pitch=3, width=2, highest=20, lowest=2)


def bars(runs: Sequence[R], size: BarSize) -> list[RunBar[R]]:
    """`runs`, the oldest first; the newest is at the right end, however few there are."""
    slowest = max((run.latency or 0 for run in runs), default=0) or 1
    free = size.slots - len(runs)
    return [_bar(place, run, slowest, size) for place, run in enumerate(runs, free)]


def outlines(drawn: Sequence[RunBar[R]]) -> dict[str, str]:
    """State → one path around all of its bars: what a page with fifty charts can afford."""
    paths: dict[str, str] = {}
    for bar in drawn:
        corner = f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h-{bar.width}z"
        paths[bar.run.state] = paths.get(bar.run.state, "") + corner
    return paths


def _bar(place: int, run: R, slowest: float, size: BarSize) -> RunBar[R]:
    height = size.highest
    if run.state == "passed":
        height = max(size.lowest, round((run.latency or 0) / slowest * size.highest))
    return RunBar(place * size.pitch, size.highest - height, size.width, height, run)


class Slow(NamedTuple):
    """How slow an hour or a day was, in milliseconds; None where nothing was measured."""

    label: str
    p50: float | None
    p95: float | None


class BarTick(NamedTuple):
    at: float
    label: str


class Slot(NamedTuple):
    """Where the pointer says the numbers."""

    x: float
    slow: Slow


@dataclass(frozen=True)
class LatencyChart:
    """`p50` and `p95` are lines, broken where nothing was measured; `steps` are milliseconds."""

    p50: tuple[str, ...]
    p95: tuple[str, ...]
    slots: tuple[Slot, ...]
    steps: tuple[BarTick, ...]
    first: str
    last: str
    slot: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def latency_chart(series: Sequence[Slow]) -> LatencyChart | None:
    """`series` in the order of time. None when nothing was measured at all."""
    highest = max((slow.p95 for slow in series if slow.p95 is not None), default=None)
    if highest is None:
        return None
    top, slot = _round_up(highest), (WIDTH - LEFT - RIGHT) / len(series)
    return LatencyChart(
        _lines([slow.p50 for slow in series], slot, top),
        _lines([slow.p95 for slow in series], slot, top),
        tuple(Slot(round(LEFT + place * slot, 1), slow) for place, slow in enumerate(series)),
        tuple(BarTick(_height(share * top, top), _milliseconds(share * top)) for share in (0, 0.5, 1)),
        series[0].label,
        series[-1].label,
        round(slot, 1),
    )


def _milliseconds(value: float) -> str:
    return f"{number_format(f'{value:g}', force_grouping=True)} ms"


def _lines(values: Sequence[float | None], slot: float, top: float) -> tuple[str, ...]:
    """One for each stretch without a gap; what stands alone is as wide as its slot."""
    lines = []
    for measured, stretch in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if measured:
            points = [(LEFT + (place + 0.5) * slot, _height(value or 0, top)) for place, value in stretch]
            lines.append(_points(points if len(points) > 1 else _dash(*points[0], slot)))
    return tuple(lines)


def _dash(x: float, y: float, slot: float) -> list[tuple[float, float]]:
    return [(x - slot / 2, y), (x + slot / 2, y)]


def _height(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP), 1)


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, …"""
    decade = 10.0 ** max(0, ceil(log10(max(value, 1))) - 1)
    return next(number * decade for number in ROUND_NUMBERS if number * decade >= value)


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)

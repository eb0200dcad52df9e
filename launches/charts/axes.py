"""What all charts share: their size, scales, and ticks that can be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from readiness.days import day_in_words

WIDTH, HEIGHT = 720, 230
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 26
MOST_TICKS = 7
# Where a year stands above a day, so that nobody takes it for that of the day above.
MOST_NARROW_TICKS = 5
MOST_COUNTS = 5


class AxisTick(NamedTuple):
    """`year` is to be said above `label`, where there is no room beside it."""

    at: float
    label: str
    year: str = ""


class ChartMark(NamedTuple):
    """A point or line with something to say."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Scale:
    """Values (ordinals of days, or chances) to coordinates, linearly."""

    first: float
    last: float
    start: float
    end: float

    def at(self, value: float) -> float:
        width = (self.last - self.first) or 1
        return round(self.start + (value - self.first) / width * (self.end - self.start), 1)


def days_across(first: date, last: date) -> Scale:
    return Scale(first.toordinal(), last.toordinal(), LEFT, WIDTH - RIGHT)


def day_ticks(scale: Scale, *, is_narrow: bool = False) -> tuple[AxisTick, ...]:
    """Days, Mondays, firsts of months, of quarters or of years: the densest that can be read.

    The first of them, and the first of each further year, have their year; on a narrow axis above them.
    """
    first, last = date.fromordinal(int(scale.first)), date.fromordinal(int(scale.last))
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    choices = (
        every,
        [day for day in every if day.weekday() == 0],
        [day for day in every if day.weekday() == 0 and day.toordinal() % 2],
        [day for day in every if day.day == 1],
        [day for day in every if day.day == 1 and day.month % 3 == 1],
        [day for day in every if day.day == 1 and day.month == 1],
    )
    most = MOST_NARROW_TICKS if is_narrow else MOST_TICKS
    chosen = next((days for days in choices if 0 < len(days) <= most), [])
    before = [None, *chosen]
    return tuple(
        _tick(scale, day, last_one, is_narrow) for day, last_one in zip(chosen, before, strict=False)
    )


def _tick(scale: Scale, day: date, before: date | None, is_narrow: bool) -> AxisTick:
    at = scale.at(day.toordinal())
    if not is_narrow:
        return AxisTick(at, day_in_words(day, before))
    is_new = before is None or before.year != day.year
    return AxisTick(at, day_in_words(day, day), str(day.year) if is_new else "")


def count_ticks(scale: Scale) -> tuple[AxisTick, ...]:
    """Round whole numbers from 0 on, few enough to be read."""
    most = int(scale.last)
    steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    step = next(step for step in steps if most / step <= MOST_COUNTS)
    return tuple(AxisTick(scale.at(count), str(count)) for count in range(0, most + 1, step))


def points_of(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def stepped(points: Sequence[tuple[float, float]]) -> str:
    steps = list(points[:1])
    for (_, before), (x, y) in pairwise(points):
        steps += [(x, before), (x, y)]
    return points_of(steps)


def stairs(points: Sequence[tuple[float, float]], right: float, ground: float | None = None) -> str:
    """A path that steps at each of `points` and goes on to `right`; with `ground` the area down to it."""
    if not points:
        return ""
    (left, top), *rest = points
    steps = "".join(f"H{x:g}V{y:g}" for x, y in rest) + f"H{right:g}"
    if ground is None:
        return f"M{left:g} {top:g}{steps}"
    return f"M{left:g} {ground:g}V{top:g}{steps}V{ground:g}z"

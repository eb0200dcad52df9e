"""What all charts share: their size, scales, and ticks that can be read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from readiness.days import day_in_words

WIDTH, HEIGHT = 720, 230
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 26
MOST_TICKS = 7
MOST_COUNTS = 5


class Tick(NamedTuple):
    at: float
    label: str


class Mark(NamedTuple):
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


def day_ticks(scale: Scale) -> tuple[Tick, ...]:
    """Days, Mondays, firsts of months, of quarters or of years: the densest that can be read."""
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
    chosen = next((days for days in choices if 0 < len(days) <= MOST_TICKS), [])
    return tuple(Tick(scale.at(day.toordinal()), label) for day, label in _labelled(chosen))


def _labelled(days: Sequence[date]) -> Iterator[tuple[date, str]]:
    """The first of them, and the first of each further year, with their year."""
    before: date | None = None
    for day in days:
        yield day, day_in_words(day, before)
        before = day


def count_ticks(scale: Scale) -> tuple[Tick, ...]:
    """Round whole numbers from 0 on, few enough to be read."""
    most = int(scale.last)
    steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    step = next(step for step in steps if most / step <= MOST_COUNTS)
    return tuple(Tick(scale.at(count), str(count)) for count in range(0, most + 1, step))


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

"""What became of a launch so far: its must-haves, what turned up, how old it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from launches.charts.axes import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    AxisTick,
    ChartMark,
    Scale,
    count_ticks,
    day_ticks,
    days_across,
    stairs,
)
from readiness.days import day_in_words

GROUND = HEIGHT - BOTTOM
DAY = timedelta(days=1)
# Days that a blocker is at most old to belong to a bar; the last bar has no end.
AGES = (
    (7, _("up to a week")),
    (14, _("1 to 2 weeks")),
    (28, _("2 to 4 weeks")),
    (56, _("4 to 8 weeks")),
    (None, _("over 8 weeks")),
)
# The share of its place that a bar of ages is wide.
BAR = 0.5


class Counted(NamedTuple):
    """On the evening of `day` so many of `total` were `ready`; that day `joined` came into the scope."""

    day: date
    ready: int
    total: int
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """How the scope changed, as `+ WhatsApp, Billing − Fax`."""
        sides = (("+", self.joined), ("−", self.left))
        return " ".join(f"{sign} {', '.join(names)}" for sign, names in sides if names)


@dataclass(frozen=True)
class BurnUp:
    """`ready` is an area on the ground, `total` the line it has to reach; `scope` marks where that moved."""

    ready: str
    total: str
    scope: tuple[ChartMark, ...]
    today: float
    target: float | None
    days: tuple[AxisTick, ...]
    counts: tuple[AxisTick, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Discovery:
    """`layers` are areas on the ground, the highest first, so that each leaves its own part of the one
    before."""

    layers: tuple[str, ...]
    days: tuple[AxisTick, ...]
    counts: tuple[AxisTick, ...]
    width: int = WIDTH
    height: int = HEIGHT


class AgeBar(NamedTuple):
    """`number` of one state in one span of ages."""

    x: float
    y: float
    width: float
    height: float
    state: str
    age: str
    number: int


@dataclass(frozen=True)
class Ages:
    bars: tuple[AgeBar, ...]
    labels: tuple[AxisTick, ...]
    counts: tuple[AxisTick, ...]
    width: int = WIDTH
    height: int = HEIGHT


def burn_up(series: Sequence[Counted], today: date, target: date) -> BurnUp | None:
    """`series` holds the days on which something changed, in order. Nothing of none.

    It reaches to the target as long as that is ahead: the room that is left.
    """
    if not series:
        return None
    end = max(today, target, series[0].day + DAY)
    days, up = days_across(series[0].day, end), _up(max(seen.total for seen in series))
    places = [(days.at(seen.day.toordinal()), seen) for seen in series]
    now = days.at(today.toordinal())
    return BurnUp(
        stairs([(x, up.at(seen.ready)) for x, seen in places], now, GROUND),
        stairs([(x, up.at(seen.total)) for x, seen in places], now),
        tuple(
            ChartMark(
                x,
                up.at(seen.total),
                gettext("%(day)s: %(scope)s") % {"day": day_in_words(seen.day), "scope": seen.scope},
            )
            for x, seen in places
            if seen.scope
        ),
        now,
        days.at(target.toordinal()) if target >= series[0].day else None,
        day_ticks(days),
        count_ticks(up),
    )


def discovery(found: Sequence[tuple[date, int]], kinds: int, today: date) -> Discovery | None:
    """When each was found, and which of so many kinds it is: kind 0 lies on the ground. Nothing of none."""
    if not found:
        return None
    first = min(day for day, _ in found)
    days, up = days_across(first, max(today, first + DAY)), _up(len(found))
    right = days.at(max(today, first).toordinal())
    layers = []
    for kind in reversed(range(kinds)):
        risen = _risen([day for day, of in found if of <= kind])
        layers.append(
            stairs([(days.at(day.toordinal()), up.at(count)) for day, count in risen], right, GROUND)
        )
    return Discovery(tuple(layers), day_ticks(days), count_ticks(up))


def ages(found: Sequence[tuple[int, str]], states: Sequence[str]) -> Ages | None:
    """How many days old each is, and its state; stacked in the order of `states`. Nothing of none."""
    if not found:
        return None
    counts = Counter((_age(days), state) for days, state in found)
    highest = max(Counter(_age(days) for days, _state in found).values())
    up, pitch = _up(highest), (WIDTH - LEFT - RIGHT) / len(AGES)
    bars: list[AgeBar] = []
    for place, (_most, label) in enumerate(AGES):
        age = str(label)
        below, left = 0, LEFT + pitch * (place + (1 - BAR) / 2)
        for state in states:
            if number := counts[age, state]:
                top, bottom = up.at(below + number), up.at(below)
                size = (round(pitch * BAR, 1), round(bottom - top, 1))
                bars.append(AgeBar(round(left, 1), top, *size, state, age, number))
                below += number
    labels = (
        AxisTick(round(LEFT + pitch * (place + 0.5), 1), str(label))
        for place, (_most, label) in enumerate(AGES)
    )
    return Ages(tuple(bars), tuple(labels), count_ticks(up))


def _age(days: int) -> str:
    return next(str(label) for most, label in AGES if most is None or days <= most)


def _risen(days: Sequence[date]) -> list[tuple[date, int]]:
    """How many there were by each day on which there was one."""
    count, risen = 0, []
    for day, more in sorted(Counter(days).items()):
        count += more
        risen.append((day, count))
    return risen


def _up(most: int) -> Scale:
    return Scale(0, max(most, 1), GROUND, TOP)

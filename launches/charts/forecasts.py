"""When a launch was, is and may be forecast: the fan, the distribution, the sparkline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from launches.charts.axes import (
    BOTTOM,
    HEIGHT,
    TOP,
    WIDTH,
    AxisTick,
    ChartMark,
    Scale,
    day_ticks,
    days_across,
    points_of,
    stepped,
)
from launches.percentages import percent
from readiness.days import day_in_words

MOST_BINS = 40


class ForecastDay(NamedTuple):
    """What was forecast on `day`, and the target it had then."""

    day: date
    p50: date
    p85: date
    p95: date
    target: date


@dataclass(frozen=True)
class Fan:
    """`outer` reaches from P50 to P95, `inner` from P50 to P85; `target` is stepped."""

    outer: str
    inner: str
    p50: str
    p85: str
    target: str
    moves: tuple[ChartMark, ...]
    days: tuple[AxisTick, ...]
    dates: tuple[AxisTick, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class DistributionBar:
    x: float
    y: float
    width: float
    height: float
    label: str
    in_time: bool


@dataclass(frozen=True)
class Distribution:
    """`bars` are weeks or days by their share of futures; `curves` the chance to be ready by each day."""

    bars: tuple[DistributionBar, ...]
    curves: tuple[str, ...]
    marks: tuple[ChartMark, ...]
    target: float
    days: tuple[AxisTick, ...]
    chances: tuple[AxisTick, ...]
    width: int = WIDTH
    height: int = HEIGHT


Curve = Sequence[tuple[int, float]]


def fan(series: Sequence[ForecastDay], moves: Sequence[tuple[date, date, str]]) -> Fan | None:
    """The forecast as it was seen day by day; `moves` of the target are (day, new target, reason).

    Less than two days are no fan.
    """
    if len(series) < 2:
        return None
    days = days_across(series[0].day, series[-1].day)
    every = [day for seen in series for day in (seen.p50, seen.p95, seen.target)]
    dates = Scale(min(every).toordinal(), max(every).toordinal(), HEIGHT - BOTTOM, TOP)
    steps = [(day, target) for day, target, _ in moves if series[0].day < day <= series[-1].day]
    targets = [(series[0].day, series[0].target), *steps, (series[-1].day, series[-1].target)]
    p50, p85, p95 = (
        [(days.at(seen.day.toordinal()), dates.at(value.toordinal())) for seen, value in column]
        for column in (
            [(seen, seen.p50) for seen in series],
            [(seen, seen.p85) for seen in series],
            [(seen, seen.p95) for seen in series],
        )
    )
    return Fan(
        points_of([*p50, *reversed(p95)]),
        points_of([*p50, *reversed(p85)]),
        points_of(p50),
        points_of(p85),
        stepped([(days.at(day.toordinal()), dates.at(target.toordinal())) for day, target in targets]),
        tuple(
            ChartMark(days.at(day.toordinal()), dates.at(target.toordinal()), reason)
            for day, target, reason in moves
            if series[0].day < day <= series[-1].day
        ),
        day_ticks(days),
        day_ticks(dates, is_narrow=True),
    )


def distribution(
    shown: Curve, curves: Sequence[Curve], target: date, marks: Iterable[tuple[date, str]]
) -> Distribution | None:
    """The histogram of the `shown` curve, and all `curves` as lines over the same days."""
    every = [day for curve in curves for day, _ in curve]
    if not every:
        return None
    days = days_across(
        min(date.fromordinal(min(every)), target) - timedelta(days=1),
        max(date.fromordinal(max(every)), target),
    )
    chances = Scale(0, 1, HEIGHT - BOTTOM, TOP)
    return Distribution(
        _bars(shown, days, target),
        tuple(points_of(_risen(curve, days, chances)) for curve in curves),
        tuple(ChartMark(days.at(day.toordinal()), TOP, label) for day, label in marks),
        days.at(target.toordinal()),
        day_ticks(days),
        tuple(
            # Nothing is certain and nothing impossible: the ends of the scale have no name.
            AxisTick(chances.at(share), percent(share) if 0 < share < 1 else "")
            for share in (0, 0.25, 0.5, 0.75, 1)
        ),
    )


def sparkline(values: Sequence[date], width: int = 96, height: int = 20) -> str:
    """The points of a line; later dates are higher. Nothing for less than two."""
    if len(values) < 2:
        return ""
    across = Scale(0, len(values) - 1, 1, width - 1)
    ordinals = [day.toordinal() for day in values]
    up = Scale(min(ordinals), max(ordinals), height - 2, 2)
    flat = min(ordinals) == max(ordinals)
    return points_of([(across.at(at), height / 2 if flat else up.at(day)) for at, day in enumerate(ordinals)])


def _bars(curve: Curve, days: Scale, target: date) -> tuple[DistributionBar, ...]:
    """Bins of whole days, so many that they can be told apart, ending on the target so that none straddles
    it."""
    if not curve:
        return ()
    span = curve[-1][0] - curve[0][0] + 1
    size = next(size for size in (1, 2, 7, 14, 28, 91, 364, 3640) if span / size <= MOST_BINS)
    shares: dict[int, float] = {}
    before = 0.0
    for day, chance in curve:
        end = target.toordinal() + -((target.toordinal() - day) // size) * size
        shares[end] = shares.get(end, 0.0) + chance - before
        before = chance
    up = Scale(0, max(shares.values()), HEIGHT - BOTTOM, TOP)
    return tuple(_bar(end, size, share, days, up, target) for end, share in sorted(shares.items()))


def _bar(end: int, size: int, share: float, days: Scale, up: Scale, target: date) -> DistributionBar:
    left, right, top = max(days.at(end - size), days.start), min(days.at(end), days.end), up.at(share)
    first, last = date.fromordinal(end - size + 1), date.fromordinal(end)
    label = day_in_words(last)
    if size > 1:
        label = _("%(first)s to %(last)s") % {"first": day_in_words(first), "last": label}
    return DistributionBar(
        left,
        top,
        round(max(right - left - 1, 0.5), 1),
        round(HEIGHT - BOTTOM - top, 1),
        _("%(days)s: %(share)s") % {"days": label, "share": percent(share)},
        last <= target,
    )


def _risen(curve: Curve, days: Scale, chances: Scale) -> list[tuple[float, float]]:
    """A step up on each day, from nothing to the right end."""
    if not curve:
        return []
    points = [(days.at(curve[0][0] - 1), chances.at(0))]
    points += [(days.at(day), chances.at(chance)) for day, chance in curve]
    return [*points, (days.end, points[-1][1])]

"""When each piece of work is expected to begin and to end, one row each."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from launches.charts.axes import WIDTH, AxisTick, Scale, day_ticks

ROW, BAR, HEAD = 24, 10, 24
# Two years are drawn at most; what ends later runs out of the picture.
MOST_DAYS = 730
LEAST_PITCH = 1.5
# On more days than this a weekend is too narrow to be told from the next.
WEEKENDS_UP_TO = 200
LABEL = 72
DAY = timedelta(days=1)


class Work(NamedTuple):
    """Begins on the morning of `start`, is done by the evening of `p50` in half, of `p85` in 85 of 100
    futures."""

    key: str
    start: date
    p50: date
    p85: date
    waits_for: frozenset[str] = frozenset()


class Stretch(NamedTuple):
    """From `x` on so many pixels wide."""

    x: float
    width: float


@dataclass(frozen=True)
class Timeline:
    """Paths in pixels, which are not scaled: rows are `ROW` high below a head of `HEAD`.

    `sure` are the bars up to P50, `maybe` from there to P85; `links` lead from what is waited for, with
    `heads` where they end. `weekends` and `holidays` are the days off, `freezes` the days in
    which nothing may be changed, as far as they are drawn.
    """

    order: tuple[str, ...]
    sure: str
    maybe: str
    links: str
    heads: str
    weekends: str
    holidays: str
    freezes: tuple[Stretch, ...]
    target: float | None
    days: tuple[AxisTick, ...]
    width: float
    height: int


def timeline(
    work: Sequence[Work],
    off: Collection[date],
    today: date,
    target: date,
    frozen: Iterable[tuple[date, date]] = (),
    weekend: Collection[int] = (5, 6),
) -> Timeline | None:
    """Rows by their start, so that what waits comes below what it waits for.

    `off` are days without work, `frozen` from when to when, both included, there is none besides.
    `weekend` are the days off in every week, Monday being 0.
    """
    if not work:
        return None
    rows = sorted(work, key=lambda row: (row.start, row.p50, row.p85, row.key))
    days = _days(rows, today, target)
    end = HEAD + ROW * len(rows)
    return Timeline(
        tuple(row.key for row in rows),
        "".join(_bar(days, row.start, row.p50, at) for at, row in enumerate(rows)),
        "".join(_bar(days, row.p50 + DAY, row.p85, at) for at, row in enumerate(rows)),
        *_links(rows, days),
        _shade((day for day in off if day.weekday() in weekend), days, end, WEEKENDS_UP_TO),
        _shade((day for day in off if day.weekday() not in weekend), days, end, MOST_DAYS),
        tuple(_stretches(frozen, days)),
        days.at(target.toordinal() + 1) if target >= today else None,
        _ticks(days),
        days.end,
        end,
    )


def last_day(work: Iterable[Work], today: date, target: date) -> date:
    """How far it is drawn."""
    latest = max([today + 6 * DAY, target, *(row.p85 for row in work)])
    return min(latest, today + MOST_DAYS * DAY)


def _days(rows: Sequence[Work], today: date, target: date) -> Scale:
    """From the morning of today to the evening of the last day."""
    after = last_day(rows, today, target).toordinal() + 1
    width = max(float(WIDTH), (after - today.toordinal()) * LEAST_PITCH)
    return Scale(today.toordinal(), after, 0, round(width, 1))


def _ticks(days: Scale) -> tuple[AxisTick, ...]:
    """Each at the morning of its day, with room for the label before the right end."""
    last = days.last - 1
    ticks = day_ticks(Scale(days.first, last, days.start, days.at(last)))
    return tuple(tick for tick in ticks if tick.at + LABEL <= days.end)


def _bar(days: Scale, first: date, last: date, at: int) -> str:
    left, right = _within(days, first.toordinal()), _within(days, last.toordinal() + 1)
    if right <= left:
        return ""
    return _box(left, _middle(at) - BAR // 2, right - left, BAR)


def _links(rows: Sequence[Work], days: Scale) -> tuple[str, str]:
    """Down from where the first is done to where the other begins, and the heads of these arrows."""
    place = {row.key: at for at, row in enumerate(rows)}
    links, heads = [], []
    for at, row in enumerate(rows):
        for key in sorted(set(row.waits_for) & place.keys()):
            first = place[key]
            left, right = (
                _within(days, rows[first].p50.toordinal() + 1),
                _within(days, row.start.toordinal()),
            )
            links.append(f"M{left - 3:g} {_middle(first):g}V{_middle(at):g}H{right:g}")
            heads.append(f"M{right:g} {_middle(at):g}l-4-3v6z")
    return "".join(links), "".join(heads)


def _shade(off: Iterable[date], days: Scale, height: int, most: int) -> str:
    """Neighbouring days are one box."""
    if days.last - days.first > most:
        return ""
    shown = sorted(day.toordinal() for day in off if days.first <= day.toordinal() < days.last)
    runs = groupby(enumerate(shown), key=lambda pair: pair[1] - pair[0])
    boxes = []
    for _, run in runs:
        ordinals = [ordinal for _, ordinal in run]
        left = days.at(ordinals[0])
        boxes.append(_box(left, HEAD, days.at(ordinals[-1] + 1) - left, height - HEAD))
    return "".join(boxes)


def _stretches(frozen: Iterable[tuple[date, date]], days: Scale) -> Iterator[Stretch]:
    for first, last in frozen:
        left, right = _within(days, first.toordinal()), _within(days, last.toordinal() + 1)
        if left < right:
            yield Stretch(left, round(right - left, 1))


def _within(days: Scale, ordinal: int) -> float:
    return days.at(min(max(ordinal, days.first), days.last))


def _middle(at: int) -> int:
    return HEAD + ROW * at + ROW // 2


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{round(width, 1):g}v{height:g}h-{round(width, 1):g}z"

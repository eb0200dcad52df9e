"""What checks have shown so far: their days, and the runs since."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.db.models import F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext as _

from readiness.latency import Latencies
from readiness.models import Day, Item, Result
from readiness.models.daily import RUN_STATES, SAID, hold_of, latencies_of, midnight
from readiness.uptime import RunOutcome, Uptime, UptimeRecord, record, to_the_second, within

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Whole days by UTC, today so far being the last; only the shortest is counted back from now.
WINDOWS = (7, 30, 90)
SHOWN_IN_LIST = 30


@dataclass(frozen=True)
class TrackRecord:
    """Of one check. `days` are ordered; `runs` too, and reach back far enough for what is asked.

    `begun` is when it first ran, `counted` until when its days tell what was; `now` a whole second.
    """

    begun: datetime | None
    counted: datetime | None
    days: Sequence[Day]
    runs: Sequence[RunOutcome]
    hold: timedelta
    now: datetime

    @cached_property
    def uptimes(self) -> list[Uptime]:
        return [self.last_day, *map(self.uptime, WINDOWS)]

    @property
    def last_day(self) -> Uptime:
        start = self.now - DAY
        return self._uptime(
            _("%(count)d h") % {"count": 24}, start, record(self.runs, start, self.now, self.hold)
        )

    @property
    def week(self) -> Uptime:
        return self.uptime(7)

    def uptime(self, days: int) -> Uptime:
        """Of the last `days` days, today so far being one of them."""
        first = first_day(self.now, days)
        told = sum((day.record for day in self.days if day.day >= first), UptimeRecord())
        start = midnight(first)
        since = max(start, self.counted) if self.counted else start
        return self._uptime(
            _("%(count)d d") % {"count": days}, start, told + record(self.runs, since, self.now, self.hold)
        )

    def _uptime(self, label: str, start: datetime, told: UptimeRecord) -> Uptime:
        begun = max(start, self.begun) if self.begun else self.now
        return Uptime(label, max(0, (self.now - begun) // timedelta(seconds=1)), told)

    def hours(self) -> list[tuple[datetime, Latencies]]:
        """How slow it was in each of the last 24 hours, which begin at the full hour."""
        last = self.now.replace(minute=0, second=0)
        starts = [last - number * HOUR for number in reversed(range(24))]
        return [(start, self._latencies(start, start + HOUR)) for start in starts]

    def daily(self, days: int = 30) -> list[tuple[date, Latencies]]:
        """How slow it was on each of the last `days` days, by UTC."""
        told = {day.day: day.latencies for day in self.days}
        every = [first_day(self.now, days - number) for number in range(days)]
        return [(day, told.get(day, Latencies()) + self._uncounted(day)) for day in every]

    def _uncounted(self, day: date) -> Latencies:
        start = max(midnight(day), self.counted) if self.counted else midnight(day)
        return self._latencies(start, midnight(day) + DAY)

    def _latencies(self, start: datetime, end: datetime) -> Latencies:
        return latencies_of(within(self.runs, start, end))

    @property
    def recent(self) -> Sequence[RunOutcome]:
        """The last runs, oldest first, as a list shows them."""
        return self.runs[-SHOWN_IN_LIST:]


class _Counted(NamedTuple):
    """When a check first ran, until when its days tell what it said, and the last run they tell."""

    begun: datetime | None
    until: datetime | None
    last_at: datetime | None


def in_list(items: Sequence[Item], now: datetime) -> dict[int, TrackRecord]:
    """A week of each of `items`, and its last runs."""
    return _track_records(
        items, now, 7, lambda item: (item.last_at or now) - SHOWN_IN_LIST * item.requirement.every
    )


def on_page(item: Item, now: datetime) -> TrackRecord:
    """All that is told of one check."""
    return _track_records([item], now, WINDOWS[-1], lambda item: now - DAY - HOUR)[item.pk]


def _track_records(
    items: Sequence[Item], now: datetime, days: int, reach: Callable[[Item], datetime]
) -> dict[int, TrackRecord]:
    """In three queries, however many items there are; `reach` says since when the runs of one are wanted."""
    now, first = to_the_second(now), first_day(now, days)
    counted, told = _counted(items), _told(items, first)
    # A day written in between tells of more than was just read.
    for pk, rows in told.items():
        counted[pk] = _Counted(counted[pk].begun, rows[-1].until, rows[-1].last_at)
    runs = _runs(
        items, {item.pk: _wanted_since(item, counted[item.pk], first, reach(item)) for item in items}
    )
    return {
        item.pk: TrackRecord(
            counted[item.pk].begun,
            counted[item.pk].until,
            told.get(item.pk, []),
            runs[item.pk],
            hold_of(item.requirement),
            now,
        )
        for item in items
    }


def _wanted_since(item: Item, counted: _Counted, first: date, reach: datetime) -> datetime:
    """Those not counted, of the days asked for; and those within `reach`, and what spoke when it began."""
    hold = hold_of(item.requirement)
    begins = midnight(first) - hold
    uncounted = max(begins, counted.last_at) if counted.last_at else begins
    return min(uncounted, reach - hold)


def _counted(items: Sequence[Item]) -> dict[int, _Counted]:
    days = Day.objects.filter(item=OuterRef("pk"))
    ran = Result.objects.filter(item=OuterRef("pk"), by=None, state__in=RUN_STATES).order_by("at")
    rows = (
        Item.objects.filter(pk__in=[item.pk for item in items])
        .order_by()
        .values_list(
            "pk",
            Coalesce(Subquery(days.order_by("day").values("since")[:1]), Subquery(ran.values("at")[:1])),
            Subquery(days.order_by("-day").values("until")[:1]),
            Subquery(days.order_by("-day").values("last_at")[:1]),
        )
    )
    return {
        pk: _Counted(to_the_second(begun) if begun else None, until, last_at)
        for pk, begun, until, last_at in rows
    }


def _told(items: Sequence[Item], first: date) -> dict[int, list[Day]]:
    told = defaultdict(list)
    for day in Day.objects.filter(item__in=items, day__gte=first).order_by("item", "day"):
        told[day.item_id].append(day)
    return told


def _runs(items: Sequence[Item], since: Mapping[int, datetime]) -> dict[int, list[RunOutcome]]:
    """Of each item those from its moment on. Asked for one by one in one query, each walks the index."""
    runs: dict[int, list[RunOutcome]] = {item.pk: [] for item in items}
    wanted = Q(pk__in=[])
    for pk, moment in since.items():
        wanted |= Q(item=pk, at__gte=moment)
    rows = Result.objects.filter(wanted, by=None, state__in=RUN_STATES).order_by("at", "pk")
    for pk, *said in rows.values_list("item", *SAID):
        runs[pk].append(RunOutcome.told(*said))
    return runs


def least_up_first(checks: QuerySet[Item], now: datetime) -> QuerySet[Item]:
    """By the last week as the days tell it, which lag behind by an hour; the unobserved last."""
    week = Day.objects.filter(item=OuterRef("pk"), day__gte=first_day(now, 7)).order_by().values("item")
    up, observed = Sum("up"), NullIf(Sum(F("up") + F("down")), 0)
    share = week.annotate(share=Cast(up, FloatField()) / Cast(observed, FloatField())).values("share")
    return checks.alias(share=Subquery(share)).order_by(F("share").asc(nulls_last=True), "pk")


def first_day(now: datetime, days: int) -> date:
    """Of `days` days of which today, by UTC, is the last."""
    return now.astimezone(UTC).date() - timedelta(days=days - 1)

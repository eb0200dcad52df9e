"""What the runs of a check come to, day by day; it stays when the runs themselves are dropped."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from django.db import models, transaction

from readiness.latency import Latencies
from readiness.models.claiming import LEASE
from readiness.models.item import Item
from readiness.models.requirement import Requirement
from readiness.models.result import Result
from readiness.models.run_result import MISSED_RUNS
from readiness.state import ItemState
from readiness.uptime import EXCUSED, RunOutcome, UptimeRecord, record, speaking, to_the_second, within

# A run is recorded within its lease: what is older than this has come.
SETTLED = timedelta(minutes=5)
# How far the days may lag behind; pages read the runs since then themselves.
LAG = timedelta(hours=1)
# How much one transaction counts: of a check that runs every 10 s, 60,000 runs.
STRIDE = timedelta(days=7)
# Runs stay this long, and the newest ones of a check, which its page shows, however old they are.
KEPT = timedelta(days=30)
KEPT_RUNS = 90
DROPPED_AT_ONCE = 10_000
RUN_STATES = (ItemState.PASSED, ItemState.FAILED, ItemState.ERROR)
# Of a result, what a `Run` is told by.
SAID = ("at", "state", "latency", "excused")


class DayQuerySet(models.QuerySet["Day"]):
    def newest_of(self, item: Item) -> "Day | None":
        return self.filter(item=item).order_by("-day").first()

    def behind(self, now: datetime) -> models.QuerySet[Item]:
        """The checks of which more is known than their days tell."""
        newest = self.filter(item=models.OuterRef("pk")).order_by("-day").values("until")[:1]
        ran = Item.objects.automated().filter(last_at__isnull=False).select_related("requirement")
        lagging = models.Q(counted__lt=now - LAG, stale_at__gt=models.F("counted"))
        return ran.alias(counted=models.Subquery(newest)).filter(models.Q(counted=None) | lagging)

    def with_old_runs(self, now: datetime) -> models.QuerySet[Item]:
        """The checks that may have runs to drop."""
        old = Result.objects.filter(item=models.OuterRef("pk"), by=None, at__lt=midnight((now - KEPT).date()))
        return Item.objects.automated().filter(models.Exists(old.order_by()))

    def add_up(
        self, item: Item, now: datetime, hold: timedelta | None = None, stride: timedelta = STRIDE
    ) -> int:
        """Add to the days of `item` the runs that none of them tells yet. Returns how many it wrote.

        A stride at a time, each a transaction of its own, so that it can be stopped anywhere: `until` of the
        newest day says how far the counting has come. A run speaks for at most `hold`.
        """
        until, days = to_the_second(now - SETTLED), 0
        while written := self._add_stride(item, until, hold or hold_of(item.requirement), stride):
            days += written
        return days

    @transaction.atomic
    def _add_stride(self, item: Item, until: datetime, hold: timedelta, stride: timedelta) -> int:
        # Two that count at once take turns; whoever waited sees what is left by then.
        Item.objects.select_for_update(of=("self",), no_key=True).filter(pk=item.pk).first()
        newest = self.newest_of(item)
        start = _where_to_go_on(item, newest, hold)
        if start is None or start >= until:
            return 0
        end = min(until, midnight(start.date() + stride))
        runs = list(runs_between(item, newest.last_at if newest else start, end))
        days = list(_days(item, runs, start, end, hold))
        if not days:
            return 0
        if newest and newest.day == days[0].day:
            newest.absorb(days[0])
        else:
            days[0].save()
        self.bulk_create(days[1:])
        return len(days)

    def drop_told(self, item: Item, now: datetime) -> int:
        """Drop the runs of `item` that are old and told by its days. Returns how many.

        Sign-offs are no runs, and stay. So does the last run that was counted: it may speak for the time
        after it.
        """
        newest = self.newest_of(item)
        runs = item.results.filter(by=None)
        shown = list(runs.values_list("at", flat=True)[KEPT_RUNS - 1 : KEPT_RUNS])
        if newest is None or not shown:
            return 0
        old = runs.filter(at__lt=min(midnight((now - KEPT).date()), newest.last_at, *shown)).order_by()
        dropped = 0
        while count := Result.objects.filter(pk__in=old.values("pk")[:DROPPED_AT_ONCE]).delete()[0]:
            dropped += count
        return dropped


class Day(models.Model):
    """What the runs of `item` said of one day, by UTC, from `since` until just before `until`.

    `up`, `down`, `broken` and `excused` are seconds; of the rest of the day nothing is known. `last_at` is
    when the last run was that it tells.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="days")
    day = models.DateField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    last_at = models.DateTimeField()
    up = models.PositiveIntegerField()
    down = models.PositiveIntegerField()
    broken = models.PositiveIntegerField()
    passed = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    excused = models.PositiveIntegerField(default=0)
    buckets = models.JSONField(default=dict, help_text="How many runs were how slow: bucket → count.")
    fastest = models.FloatField(null=True, help_text="Milliseconds.")
    slowest = models.FloatField(null=True, help_text="Milliseconds.")

    objects = DayQuerySet.as_manager()

    class Meta:
        ordering = ["item", "day"]
        constraints = [models.UniqueConstraint(fields=["item", "day"], name="day_per_item")]

    def __str__(self) -> str:
        return f"{self.item} on {self.day}"

    @property
    def record(self) -> UptimeRecord:
        return UptimeRecord(
            self.up, self.down, self.broken, self.passed, self.failed, self.errors, self.excused
        )

    @property
    def latencies(self) -> Latencies:
        buckets = {int(number): count for number, count in self.buckets.items()}
        return Latencies(buckets, self.fastest, self.slowest)

    @classmethod
    def of(
        cls, item: Item, runs: Sequence[RunOutcome], start: datetime, end: datetime, hold: timedelta
    ) -> Self:
        """The part of one day from `start` to `end`; `runs` are those that speak for it."""
        day = cls(item=item, day=start.date(), since=start, until=end)
        day.last_at = runs[-1].at
        day._tell(record(runs, start, end, hold), latencies_of(within(runs, start, end)))
        return day

    def absorb(self, later: Self) -> None:
        """The rest of the same day, or more of it."""
        self.until, self.last_at = later.until, later.last_at
        self._tell(self.record + later.record, self.latencies + later.latencies)
        self.save()

    def _tell(self, told: UptimeRecord, latencies: Latencies) -> None:
        self.up, self.down, self.broken, self.excused = told.up, told.down, told.broken, told.excused
        self.passed, self.failed, self.errors = told.passed, told.failed, told.errors
        self.buckets = {str(number): count for number, count in latencies.buckets.items()}
        self.fastest, self.slowest = latencies.fastest, latencies.slowest


def hold_of(requirement: Requirement) -> timedelta:
    """How long a run speaks for the time after it: as long as it takes a check to go stale."""
    return MISSED_RUNS * requirement.every + LEASE


def runs_between(item: Item, start: datetime | None, end: datetime) -> Iterator[RunOutcome]:
    """Oldest first; from the beginning without a `start`."""
    results = item.results.filter(by=None, state__in=RUN_STATES, at__lt=end).order_by("at", "pk")
    results = results.filter(at__gte=start) if start else results
    return (RunOutcome.told(*row) for row in results.values_list(*SAID))


def latencies_of(runs: Iterable[RunOutcome]) -> Latencies:
    """How slow the endpoint was; where the check itself broke, or was excused, that says nothing of it."""
    return Latencies.of(
        run.latency for run in runs if run.latency is not None and run.state not in (ItemState.ERROR, EXCUSED)
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _where_to_go_on(item: Item, newest: Day | None, hold: timedelta) -> datetime | None:
    """Where the days end, or where the silence after them does."""
    if newest and to_the_second(newest.last_at) + hold > newest.until:
        return newest.until
    runs = item.results.filter(by=None, state__in=RUN_STATES).order_by("at")
    first = (runs.filter(at__gte=newest.until) if newest else runs).values_list("at", flat=True).first()
    return to_the_second(first) if first else None


def _days(
    item: Item, runs: Sequence[RunOutcome], start: datetime, end: datetime, hold: timedelta
) -> Iterator[Day]:
    """One for each day of which something is known."""
    while start < end:
        until = min(end, midnight(start.date() + timedelta(days=1)))
        heard = speaking(runs, start, until)
        if heard and not (day := Day.of(item, heard, start, until, hold)).record.is_empty:
            yield day
        start = until

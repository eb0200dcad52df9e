"""What the past teaches a forecast: how long work took, how often unknowns turned up, how right we were."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import CharField, Count, Max, Min, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from launches.forecast import Closed, Estimate, Job, PastWork, Scored, calibrate, discovery_rate
from launches.forecast.backtest import closed
from launches.forecast.durations import ONE, References
from launches.models import Blocker, Launch, Snapshot
from readiness.workdays import WorkingCalendar, working_calendar

# A state that nobody has looked at for a day is the past.
KEPT = 86_400
# The newest; the engine thins out more than these anyway.
MOST_CLOSED = 500
# One forecast of each week counts: those of neighbouring days say the same thing twice.
WEEK = 7

Kept = TypeVar("Kept")


class Discoveries(NamedTuple):
    """How many unknown unknowns turned up in one launch, and from when to when we looked."""

    many: int
    first: date
    last: date | None


@dataclass(frozen=True)
class Past:
    """`found` is by launch, `reference` the launch behind each region: that of the one it is modelled on."""

    closed: tuple[Closed, ...] = ()
    found: Mapping[int, Discoveries] = field(default_factory=dict)
    reference: Mapping[int, int] = field(default_factory=dict)
    correction: float = 1.0

    def rate(self, launch: int, region: int, today: date) -> float:
        """How many blockers nobody knows of yet turn up per working day."""
        model = self.reference.get(region, 0)
        return discovery_rate(*self._discovered(launch, today), self._discovered(model, today))

    def _discovered(self, launch: int, today: date) -> tuple[int, float]:
        if launch not in self.found:
            return 0, 0.0
        found = self.found[launch]
        return found.many, _days(found.first, found.last or today)


class Lessons(NamedTuple):
    """What a past teaches: the `past` itself is without what was closed, which `references` sums up."""

    references: References
    past: Past

    def for_launch(self, launch: int, region: int, today: date, jobs: Iterable[Job]) -> str:
        """What the forecast of such a launch takes from it; the same text where pasts teach the same."""
        rate = self.past.rate(launch, region, today)
        classes = {(job.estimate and ONE, job.team, job.kind) for job in jobs}
        if rate:
            # What nobody knows of yet is of no class.
            classes.add((None, "", ""))
        told = blake2b(repr((rate, self.past.correction)).encode(), digest_size=16)
        for of in sorted(classes, key=repr):
            spread = self.references.spread(*of)
            told.update(repr((of, spread.estimate, len(spread.factors))).encode() + spread.factors.tobytes())
        return told.hexdigest()


def stamp() -> Subquery:
    """Tells one past from another, for a query on something else: whatever closes, turns up or is edited
    changes it. What they teach may be the same: see `Lessons`."""
    teaching = Q(state=Blocker.State.RESOLVED) | Q(certainty=Blocker.Certainty.UNKNOWN_UNKNOWN)
    told = (Count("pk"), Sum("pk"), Sum("version"), Max("closed_at"), Max("opened_at"), Sum("team__version"))
    launched = Max("launch__launched_at")
    parts = [Coalesce(Cast(one, CharField()), Value("")) for one in (*told, launched)]
    separated = [text for part in parts for text in (Value(" "), part)]
    rows = Blocker.objects.filter(teaching).order_by().annotate(all=Value(1)).values("all")
    return Subquery(rows.annotate(stamp=Concat(*separated, output_field=CharField())).values("stamp"))


def past_of(stamp: str) -> Past:
    """The past that `stamp` stands for, read once while it stays as it is."""
    return _kept("past", stamp, past)


def lessons_of(stamp: str) -> Lessons:
    return _kept("lessons", stamp, lambda: _lessons(past_of(stamp)))


def _lessons(found: Past) -> Lessons:
    return Lessons(References(found.closed), replace(found, closed=()))


def _kept(what: str, stamp: str, read: Callable[[], Kept]) -> Kept:
    key = f"{what}:{blake2b(stamp.encode(), digest_size=16).hexdigest()}"
    found: Kept | None = cache.get(key) if stamp else None
    if found is None:
        found = read()
        if stamp:
            cache.set(key, found, KEPT)
    return found


def past() -> Past:
    """All of it, as it is now; four queries, however much there is."""
    rows = Launch.objects.order_by("target", "slug")
    launches = list(rows.values_list("pk", "region", "region__modelled_on", "launched_at"))
    launched = {region: pk for pk, region, _, at in launches if at}
    return Past(
        tuple(_learned(row, record) for row, record in _closed()),
        _found({pk: at for pk, _, _, at in launches}),
        {region: launched[model] for _, region, model, _ in launches if model in launched},
        calibrate(launch_scores()).correction,
    )


def records() -> list[PastWork]:
    """The blockers that people closed, from when work on them began; the newest first.

    What a cell or a check opened says nothing: it stood there from the day the plan was loaded, waiting, and
    its estimate is of the work that was left.
    """
    return [record for _, record in _closed()]


def _closed() -> list[tuple[Blocker, PastWork]]:
    rows = (
        Blocker.objects.filter(state=Blocker.State.RESOLVED, closed_at__isnull=False)
        .exclude(source__in=(Blocker.Source.CELL, Blocker.Source.CHECK))
        .select_related("team")
        .order_by("-closed_at", "launch__slug", "slug")
    )
    return [(row, _record(row, row.closed_at.date())) for row in rows[:MOST_CLOSED] if row.closed_at]


def _learned(blocker: Blocker, record: PastWork) -> Closed:
    """How much work it was: a team that works half its week takes twice as long, which is no overrun."""
    past = closed(record, _weekdays(record.opened.year))
    pace = blocker.team.pace_on(record.opened) if blocker.team else 1.0
    return replace(past, days=past.days * pace)


def _record(blocker: Blocker, ended: date) -> PastWork:
    points = blocker.estimate
    return PastWork(
        min((blocker.started_at or blocker.opened_at).date(), ended),
        ended,
        Estimate(*(float(point) for point in points)) if points else None,
        blocker.team.slug if blocker.team else "",
        blocker.kind,
        blocker.title,
    )


def launch_scores() -> list[Scored]:
    """What each launch that is over was forecast, once a week, against the day it came."""
    rows = Snapshot.objects.filter(launch__launched_at__isnull=False).select_related("launch__region")
    weeks: dict[tuple[int, int], Scored] = {}
    for row in rows.order_by("launch", "day").defer("inputs", "outlook", "changes"):
        launched_at = row.launch.launched_at
        if launched_at and row.day < launched_at.date():
            fact = launched_at.date()
            weeks[row.launch_id, (fact - row.day).days // WEEK] = _scored(row, fact)
    return list(weeks.values())


def _scored(seen: Snapshot, fact: date) -> Scored:
    foreseen = {50: seen.p50, 85: seen.p85, 95: seen.p95}
    days = {percent: _days(seen.day, day) for percent, day in foreseen.items()}
    return Scored(days, _days(seen.day, fact), seen.launch.region.name)


def _days(start: date, end: date) -> float:
    return float(max(_weekdays(start.year).between(start, end), 0))


def _found(ends: Mapping[int, datetime | None]) -> dict[int, Discoveries]:
    rows = (
        Blocker.objects.exclude(state=Blocker.State.REJECTED)
        .order_by()
        .values_list("launch")
        .annotate(
            count=Count(
                "pk",
                filter=Q(certainty=Blocker.Certainty.UNKNOWN_UNKNOWN, severity=Blocker.Severity.BLOCKS)
                & ~Q(state=Blocker.State.PROPOSED),
            ),
            first=Min("opened_at"),
        )
    )
    found: dict[int, Discoveries] = {}
    for launch, count, first in rows:
        end = ends.get(launch)
        found[launch] = Discoveries(count, first.date(), end.date() if end else None)
    return found


def _weekdays(year: int) -> WorkingCalendar:
    return working_calendar("", year - 1)

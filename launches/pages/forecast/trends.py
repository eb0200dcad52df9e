"""How a launch came to where it is, and when its work is expected to be done, in charts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from statistics import median
from typing import NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches.charts import (
    Ages,
    BurnUp,
    Counted,
    Discovery,
    Timeline,
    Work,
    ages,
    burn_up,
    discovery,
    last_day,
    timeline,
)
from launches.forecast import Span
from launches.models import Blocker, Launch
from launches.pages.common import visible_launch
from launches.planning import counted, spans_of
from launches.planning.outlook import learned_by
from launches.status import LaunchStatus, status_of
from readiness.models import ChangeFreeze, User
from readiness.requests import Request
from readiness.workdays import weekend_of

# The rate of what nobody knew of is what the forecast uses, so that lies on the ground.
CERTAINTIES = (
    Blocker.Certainty.UNKNOWN_UNKNOWN,
    Blocker.Certainty.KNOWN_UNKNOWN,
    Blocker.Certainty.KNOWN_KNOWN,
)
LIVE = (
    Blocker.State.OPEN,
    Blocker.State.IN_PROGRESS,
    Blocker.State.PROPOSED,
    Blocker.State.DEFERRED,
    Blocker.State.WAIVED,
)
WEEK = 5


class TrendPoint(NamedTuple):
    """How many of each of `CERTAINTIES` were there by the evening of `day`."""

    day: date
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


class TrendRow(NamedTuple):
    """One row of the timeline."""

    blocker: Blocker
    span: Span
    waits: tuple[Blocker, ...]


@dataclass(frozen=True)
class Trends:
    """Everything is read when it is first asked for."""

    status: LaunchStatus
    user: User
    now: datetime

    @property
    def launch(self) -> Launch:
        return self.status.launch

    @cached_property
    def counted(self) -> list[Counted]:
        return counted(self.launch, self.now)

    @cached_property
    def burn_up(self) -> BurnUp | None:
        return burn_up(self.counted, self.status.today, self.launch.target)

    @cached_property
    def raised(self) -> list[tuple[date, int]]:
        """The day each came up on and how sure we are of it, of all that blocks the launch or did."""
        rows = self.launch.blockers.visible_to(self.user).filter(severity=Blocker.Severity.BLOCKS)
        rows = rows.exclude(state__in=(Blocker.State.PROPOSED, Blocker.State.REJECTED))
        region = self.launch.region
        return [
            (region.today(at), CERTAINTIES.index(Blocker.Certainty(certainty)))
            for at, certainty in rows.order_by("opened_at").values_list("opened_at", "certainty")
        ]

    @cached_property
    def discovery(self) -> Discovery | None:
        return discovery(self.raised, len(CERTAINTIES), self.status.today)

    @property
    def found(self) -> list[TrendPoint]:
        """The newest first."""
        counts, found = [0] * len(CERTAINTIES), {}
        for day, kind in self.raised:
            counts[kind] += 1
            found[day] = TrendPoint(day, tuple(counts))
        return list(found.values())[::-1]

    @property
    def a_week(self) -> float:
        """How many blockers nobody knows of yet the forecast expects per working week."""
        inputs = self.status.inputs
        return WEEK * learned_by(inputs).rate(self.launch.pk, self.launch.region_id, inputs.today)

    @cached_property
    def old(self) -> list[tuple[int, str]]:
        today, region = self.status.today, self.launch.region
        return [((today - region.today(row.opened_at)).days, row.state) for row in self.status.blockers]

    @cached_property
    def ages(self) -> Ages | None:
        return ages(self.old, LIVE)

    @property
    def states(self) -> list[str]:
        """Those that are drawn."""
        return [state for state in LIVE if any(state == found for _, found in self.old)]

    @property
    def half(self) -> float:
        """Half of what is live is at least so many days old."""
        return median(days for days, _ in self.old) if self.old else 0

    @cached_property
    def spans(self) -> dict[str, Span]:
        return {} if self.launch.launched_at else dict(spans_of(self.status.inputs))

    @cached_property
    def work(self) -> list[Work]:
        slugs = {blocker.pk: blocker.slug for blocker in self.status.blockers}
        return [
            Work(
                blocker.slug,
                *self.spans[blocker.slug],
                frozenset(slugs[key] for key in blocker.waits_for if key in slugs),
            )
            for blocker in self.status.blocking
            if blocker.slug in self.spans
        ]

    @property
    def freezes(self) -> list[ChangeFreeze]:
        """Those in the picture."""
        today = self.status.today
        end = last_day(self.work, today, self.launch.target)
        return [freeze for freeze in self.launch.region.frozen if freeze.overlaps(today, end)]

    @cached_property
    def timeline(self) -> Timeline | None:
        today, target = self.status.today, self.launch.target
        end = last_day(self.work, today, target)
        off = replace(self.status.inputs, freezes=()).calendar.days_off(today, end)
        frozen = [(one.first, one.last) for one in self.freezes]
        weekend = weekend_of(self.launch.region.holiday_calendar)
        return timeline(self.work, off, today, target, frozen, weekend)

    @property
    def rows(self) -> Sequence[TrendRow]:
        """In the order they are drawn in."""
        if self.timeline is None:
            return ()
        by_slug = {blocker.slug: blocker for blocker in self.status.blockers}
        waits = {work.key: work.waits_for & self.spans.keys() for work in self.work}
        return [
            TrendRow(by_slug[slug], self.spans[slug], tuple(by_slug[key] for key in sorted(waits[slug])))
            for slug in self.timeline.order
        ]


@require_safe
def trends(request: Request, slug: str) -> HttpResponse:
    launch = visible_launch(request.user, slug)
    now = timezone.now()
    shown = Trends(status_of(launch, request.user, now), request.user, now)
    context = {"launch": launch, "trends": shown, "status": shown.status, "now": now}
    return render(request, "launches/trends.html", context)

"""Every launch, soonest first, for those who have ten seconds."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches.models import Blocker, Launch
from launches.pages.forecast_history import ForecastHistory, histories
from launches.pages.launch.news import News, last_monday, news
from launches.pages.lists.rows import BlockerRow, rows
from launches.status import LaunchStatus, launch_statuses, outdated_since
from launches.status.gaps import Gap, gap_of
from readiness.requests import Request

COSTLIEST = 3


@dataclass(frozen=True)
class LaunchRow:
    """One launch ahead."""

    status: LaunchStatus
    history: ForecastHistory

    @property
    def launch(self) -> Launch:
        return self.status.launch

    @property
    def costliest(self) -> list[BlockerRow]:
        """What buys most days, then what decides most futures."""
        ranked = sorted(rows(self.status.blocking, self.status), key=_by_cost)
        return ranked[:COSTLIEST]


@dataclass(frozen=True)
class LiveRow:
    """A launched region with the promises that are still open."""

    status: LaunchStatus

    @cached_property
    def gaps(self) -> list[Gap]:
        """The most urgent first."""
        deferred = self.status.in_state(Blocker.State.DEFERRED)
        return sorted((gap_of(row, self.status.today) for row in deferred), key=lambda gap: gap.days)

    @property
    def overdue(self) -> int:
        return len([gap for gap in self.gaps if gap.is_overdue])


def _by_cost(row: BlockerRow) -> tuple[int, int]:
    return -row.days, -row.critical


@require_safe
def home(request: Request) -> HttpResponse:
    now = timezone.now()
    launches = list(
        Launch.objects.visible_to(request.user)
        .select_related("region")
        .soonest_first()
        .annotate(moved=Count("moves"))
    )
    judged = launch_statuses(launches, request.user, now, at_once=True)
    seen = histories(judged, now)
    ahead = [LaunchRow(row, seen[row.launch.pk]) for row in judged if not row.launch.launched_at]
    live = [LiveRow(row) for row in judged if row.launch.launched_at]
    since = last_monday(timezone.localdate(now))
    told: list[News] = news(request.user, since, judged)
    context = {"ahead": ahead, "live": live, "news": told, "since": since, "now": now}
    context["outdated"] = outdated_since(judged)
    return render(request, "launches/home.html", context)

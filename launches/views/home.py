"""Every launch, soonest first, for those who have ten seconds."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches.blocking import Standing, standings
from launches.blocking.gaps import Gap, gap_of
from launches.models import Blocker, Launch
from launches.views.news import News, last_monday, news
from launches.views.rows import BlockerRow, rows
from launches.views.seen import History, histories
from readiness.requests import Request

COSTLIEST = 3


@dataclass(frozen=True)
class LaunchRow:
    """One launch ahead."""

    standing: Standing
    history: History

    @property
    def launch(self) -> Launch:
        return self.standing.launch

    @property
    def costliest(self) -> list[BlockerRow]:
        """What buys most days, then what decides most futures."""
        ranked = sorted(rows(self.standing.blocking, self.standing), key=_by_cost)
        return ranked[:COSTLIEST]


@dataclass(frozen=True)
class LiveRow:
    """A launched region with the promises that are still open."""

    standing: Standing

    @cached_property
    def gaps(self) -> list[Gap]:
        """The most urgent first."""
        deferred = self.standing.in_state(Blocker.State.DEFERRED)
        return sorted((gap_of(row, self.standing.today) for row in deferred), key=lambda gap: gap.days)

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
    judged = standings(launches, request.user, now)
    seen = histories(judged, now)
    ahead = [LaunchRow(row, seen[row.launch.pk]) for row in judged if not row.launch.launched_at]
    live = [LiveRow(row) for row in judged if row.launch.launched_at]
    since = last_monday(timezone.localdate(now))
    told: list[News] = news(request.user, since, judged)
    context = {"ahead": ahead, "live": live, "news": told, "since": since, "now": now}
    return render(request, "launches/home.html", context)

"""Every launch, soonest first, for those who have ten seconds."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches.blocking import Standing, standings
from launches.models import Blocker, Launch
from launches.views.news import News, last_monday, news
from launches.views.rows import BlockerRow, rows
from readiness.requests import Request

COSTLIEST = 3


@dataclass(frozen=True)
class LaunchRow:
    """One launch ahead. `moves` counts how often its target moved."""

    standing: Standing
    moves: int

    @property
    def launch(self) -> Launch:
        return self.standing.launch

    @property
    def costliest(self) -> list[BlockerRow]:
        """What buys most days; when nothing buys any by itself, what is done last."""
        blocking = self.standing.blocking
        bought = [blocker for blocker in blocking if self.standing.outlook.days_bought(blocker.pk)]
        return rows(bought[:COSTLIEST] or blocking[:1], self.standing)


@dataclass(frozen=True)
class LiveRow:
    """A launched region with the promises that are still open."""

    standing: Standing

    @property
    def gaps(self) -> list[BlockerRow]:
        return rows(self.standing.in_state(Blocker.State.DEFERRED), self.standing)


@require_safe
def home(request: Request) -> HttpResponse:
    now = timezone.now()
    launches = list(
        Launch.objects.visible_to(request.user)
        .select_related("region")
        .annotate(moved=Count("moves"))
        .soonest_first()
    )
    judged = standings(launches, request.user, now)
    both = zip(judged, launches, strict=True)
    ahead = [LaunchRow(row, launch.moved) for row, launch in both if not launch.launched_at]
    live = [LiveRow(row) for row in judged if row.launch.launched_at]
    since = last_monday(timezone.localdate(now))
    told: list[News] = news(request.user, since, launches)
    context = {"ahead": ahead, "live": live, "news": told, "since": since, "now": now}
    return render(request, "launches/home.html", context)

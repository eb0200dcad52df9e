"""What pages are made of, in every state, on one page; only for those who work on it."""

import re
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches import charts
from launches.pages.styleguide_form import SampleForm
from readiness.checks.charts import LatencyChart, Slow, latency_chart
from readiness.conflicts import ConflictSide, EditConflict
from readiness.state import CellState, ItemState

STATES = [*CellState.values, *ItemState.values, "open", "waived", "deferred", "resolved"]
NOTICES = ["", "ready", "progress", "blocked", "unknown", "waived"]


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    return render(request, "launches/styleguide.html", {"now": now, **parts(now)})


class SampleLatency(NamedTuple):
    """As the page of a check has it."""

    title: str
    column: str
    series: list[Slow]

    @property
    def chart(self) -> LatencyChart | None:
        return latency_chart(self.series)


class SampleDays(NamedTuple):
    newest_first: list[charts.ForecastDay]


def parts(now: datetime) -> dict[str, Any]:
    today = now.date()
    series = [seen(today, number) for number in range(30)]
    curve = [(today.toordinal() + number, (number + 1) / 60) for number in range(60)]
    later = [(day + 12, chance) for day, chance in curve]
    target = today + timedelta(days=40)
    return {
        "colours": colours(),
        "states": STATES,
        "notices": NOTICES,
        "empty_form": SampleForm(prefix="empty"),
        "filled_form": SampleForm({"filled-kind": "fix", "filled-days": 3}, prefix="filled"),
        "conflict": EditConflict(
            [ConflictSide("Due", "2 Dec", "9 Dec"), ConflictSide("Owner", "", "Tomasz")], None
        ),
        "days_bought": [{"days": 26, "bar": 100}, {"days": 9, "bar": 35}, {"days": 0, "bar": 0}],
        "fan": charts.fan(series, [(today - timedelta(days=9), target, "A review found more")]),
        "history": SampleDays(series[:-6:-1]),
        "distribution": charts.distribution(curve, [curve, later], target, [(target, "target")]),
        "sparkline": charts.sparkline([each.p85 for each in series]),
        "latency": SampleLatency(
            "Last day", "Hour", [Slow(f"{hour}:00", 80 + hour, 300 - hour) for hour in range(24)]
        ),
    }


def colours() -> list[str]:
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    return re.findall(r"(--[\w-]+): light-dark", tokens)


def seen(today: date, number: int) -> charts.ForecastDay:
    """What was forecast so many days after a month ago."""
    day = today - timedelta(days=29 - number)
    late = timedelta(days=(number * 7) % 10)
    p50, p85, p95 = (today + timedelta(days=days) + late for days in (30, 45, 60))
    return charts.ForecastDay(day, p50, p85, p95, today + timedelta(days=33 if number < 20 else 40))

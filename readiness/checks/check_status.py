"""What the pages of checks say of their status: rows, latencies, changes of state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from readiness.checks import charts, track_record
from readiness.days import day_in_words
from readiness.models import Change, Item
from readiness.state import ItemState
from readiness.uptime import RunOutcome, Uptime

TURNS_SHOWN = 20


class CheckRow(NamedTuple):
    """One check in the list, its last week and its last runs."""

    item: Item
    week: Uptime
    runs: Sequence[RunOutcome]

    @property
    def bars(self) -> dict[str, str]:
        return charts.outlines(charts.bars(self.runs, charts.IN_LIST))

    @property
    def told(self) -> str:
        """What the bars show, in words."""
        passed = sum(run.state == ItemState.PASSED for run in self.runs)
        return _("%(passed)d of the last %(count)d runs passed") % {"passed": passed, "count": len(self.runs)}


def rows(items: Sequence[Item], now: datetime) -> list[CheckRow]:
    records = track_record.in_list(items, now)
    return [CheckRow(item, records[item.pk].week, records[item.pk].recent) for item in items]


class LatencyPanel(NamedTuple):
    """The chart of how slow it was, and its table."""

    title: str
    column: str
    series: list[charts.Slow]
    chart: charts.LatencyChart | None


def latencies(record: track_record.TrackRecord) -> list[LatencyPanel]:
    """The last day by the hour, as the viewer's clock says it, and the last month by the day."""
    hours = [
        charts.Slow(f"{timezone.localtime(hour):%H:%M}", each.p50, each.p95) for hour, each in record.hours()
    ]
    daily = record.daily()
    newest = daily[-1][0]
    days = [charts.Slow(day_in_words(day, newest), each.p50, each.p95) for day, each in daily]
    return [
        LatencyPanel(_("Last 24 hours"), _("Hour from"), hours, charts.latency_chart(hours)),
        LatencyPanel(_("Last 30 days"), _("Day"), days, charts.latency_chart(days)),
    ]


class StateTurn(NamedTuple):
    """A change of the state, and how long that lasted."""

    change: Change
    state: str
    lasted: timedelta
    is_now: bool


def turns(changes: QuerySet[Change], now: datetime) -> list[StateTurn]:
    """Newest first."""
    newest_first = list(changes[:TURNS_SHOWN])
    ends = [now, *(change.at for change in newest_first)]
    return [
        StateTurn(change, change.after["state"], end - change.at, place == 0)
        for place, (change, end) in enumerate(zip(newest_first, ends, strict=False))
    ]

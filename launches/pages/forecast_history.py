"""The forecasts kept of launches, as pages show them: day by day, ending with what is forecast now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from launches.charts import Fan, ForecastDay, fan, sparkline
from launches.models import Launch, Snapshot, TargetMove
from launches.status import LaunchStatus
from readiness.language.phrase import render

# Half a year is what a launch looks back on.
LOOK_BACK = timedelta(days=182)
WEEK, FORTNIGHT, MONTH = timedelta(days=7), timedelta(days=14), timedelta(days=30)
MOVES_SHOWN = 6


class DayMove(NamedTuple):
    """What moved P85 on one day, in calendar days; below 0 it is earlier."""

    day: date
    days: int
    text: str


@dataclass(frozen=True)
class ForecastHistory:
    """The forecasts of one launch up to now; `kept` are the snapshots of earlier days and today's."""

    status: LaunchStatus
    kept: Sequence[Snapshot]

    @cached_property
    def series(self) -> list[ForecastDay]:
        days = [
            ForecastDay(row.day, row.p50, row.p85, row.p95, row.target)
            for row in self.kept
            if row.day < self.status.today
        ]
        dates = self.status.outlook.dates
        if dates:
            target = self.status.launch.target
            days.append(ForecastDay(self.status.today, dates[50], dates[85], dates[95], target))
        return days

    @property
    def newest_first(self) -> list[ForecastDay]:
        return self.series[::-1]

    def fan(self, moves: Sequence[TargetMove]) -> Fan | None:
        region = self.status.launch.region
        steps = [(region.today(move.at), move.after, move.reason) for move in moves]
        return fan(self.series, steps)

    @property
    def told(self) -> list[DayMove]:
        """What people did that moved the date, the newest first."""
        told = [
            DayMove(row.day, change["days"], render(change["text"]))
            for row in reversed(self.kept)
            for change in row.changes
            if change["days"] and not change["by_itself"]
        ]
        return told[:MOVES_SHOWN]

    @property
    def slipped(self) -> int:
        """How many days P85 moved in the last two weeks although nobody did anything."""
        since = self.status.today - FORTNIGHT
        changes = (change for row in self.kept if row.day > since for change in row.changes)
        return sum(change["days"] for change in changes if change["by_itself"])

    @property
    def drift(self) -> int | None:
        """How many calendar days P85 is later than a week ago."""
        return self._drifted(WEEK)

    @property
    def month(self) -> int | None:
        """The same against a month ago."""
        return self._drifted(MONTH)

    def _drifted(self, span: timedelta) -> int | None:
        before = [seen.p85 for seen in self.series if seen.day <= self.status.today - span]
        return (self.series[-1].p85 - before[-1]).days if before else None

    @property
    def sparkline(self) -> str:
        return sparkline([seen.p85 for seen in self.series])


def histories(judged: Sequence[LaunchStatus], now: datetime) -> dict[int, ForecastHistory]:
    """By launch; one query, however many there are."""
    keys = [status.launch.pk for status in judged if not status.launch.launched_at]
    rows = Snapshot.objects.filter(launch__in=keys, day__gte=(now - LOOK_BACK).date())
    kept: dict[int, list[Snapshot]] = defaultdict(list)
    for row in rows.defer("inputs", "outlook").order_by("launch", "day"):
        kept[row.launch_id].append(row)
    return {status.launch.pk: ForecastHistory(status, kept[status.launch.pk]) for status in judged}


def history_of(status: LaunchStatus, now: datetime) -> ForecastHistory:
    launch: Launch = status.launch
    return histories([status], now)[launch.pk]

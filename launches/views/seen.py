"""The forecasts kept of launches, as pages show them: day by day, ending with what is forecast now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from launches.blocking import Standing
from launches.charts import Fan, Seen, fan, sparkline
from launches.models import Launch, Snapshot, TargetMove
from readiness.phrase import said

# Half a year is what a launch looks back on.
LOOK_BACK = timedelta(days=182)
WEEK, FORTNIGHT, MONTH = timedelta(days=7), timedelta(days=14), timedelta(days=30)
MOVES_SHOWN = 6


class Told(NamedTuple):
    """What moved P85 on one day, in calendar days; below 0 it is earlier."""

    day: date
    days: int
    text: str


@dataclass(frozen=True)
class History:
    """The forecasts of one launch up to now; `kept` are the snapshots of earlier days and today's."""

    standing: Standing
    kept: Sequence[Snapshot]

    @cached_property
    def series(self) -> list[Seen]:
        days = [
            Seen(row.day, row.p50, row.p85, row.p95, row.target)
            for row in self.kept
            if row.day < self.standing.today
        ]
        dates = self.standing.outlook.dates
        if dates:
            target = self.standing.launch.target
            days.append(Seen(self.standing.today, dates[50], dates[85], dates[95], target))
        return days

    @property
    def newest_first(self) -> list[Seen]:
        return self.series[::-1]

    def fan(self, moves: Sequence[TargetMove]) -> Fan | None:
        region = self.standing.launch.region
        steps = [(region.today(move.at), move.after, move.reason) for move in moves]
        return fan(self.series, steps)

    @property
    def told(self) -> list[Told]:
        """What people did that moved the date, the newest first."""
        told = [
            Told(row.day, change["days"], said(change["text"]))
            for row in reversed(self.kept)
            for change in row.changes
            if change["days"] and not change["by_itself"]
        ]
        return told[:MOVES_SHOWN]

    @property
    def slipped(self) -> int:
        """How many days P85 moved in the last two weeks although nobody did anything."""
        since = self.standing.today - FORTNIGHT
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
        before = [seen.p85 for seen in self.series if seen.day <= self.standing.today - span]
        return (self.series[-1].p85 - before[-1]).days if before else None

    @property
    def sparkline(self) -> str:
        return sparkline([seen.p85 for seen in self.series])


def histories(judged: Sequence[Standing], now: datetime) -> dict[int, History]:
    """By launch; one query, however many there are."""
    keys = [standing.launch.pk for standing in judged if not standing.launch.launched_at]
    rows = Snapshot.objects.filter(launch__in=keys, day__gte=(now - LOOK_BACK).date())
    kept: dict[int, list[Snapshot]] = defaultdict(list)
    for row in rows.defer("inputs", "outlook").order_by("launch", "day"):
        kept[row.launch_id].append(row)
    return {standing.launch.pk: History(standing, kept[standing.launch.pk]) for standing in judged}


def history_of(standing: Standing, now: datetime) -> History:
    launch: Launch = standing.launch
    return histories([standing], now)[launch.pk]

"""Whether checks are really run. A process that lives proves nothing; a check that completed does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from readiness.models import Beat, Item
from readiness.models.beat import SILENCE

# How late a check may be before something is wrong: it may just have missed the dispatcher, or wait its turn.
LATE = SILENCE


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """Of the background at `now`: the last beat, the last completed check, what should have run.

    It takes both to beat: the scheduler, which asks for a look at what is due, and a worker, which looks.

    `waiting_since` is the time since which the oldest of the `overdue` checks could have run: not before the
    scheduler came back from its last outage.
    """

    now: datetime
    beat_at: datetime | None
    completed_at: datetime | None
    overdue: int
    waiting_since: datetime | None

    @property
    def has_beat(self) -> bool:
        return self.beat_at is not None and self.now - self.beat_at <= LATE

    @property
    def is_late(self) -> bool:
        return self.waiting_since is not None and self.now - self.waiting_since > LATE

    @property
    def is_completing(self) -> bool:
        return self.completed_at is not None and self.now - self.completed_at <= LATE

    @property
    def is_alive(self) -> bool:
        return self.has_beat and not self.is_late

    @property
    def trouble(self) -> str:
        """What is wrong, in a sentence; nothing when nothing is."""
        if not self.has_beat:
            how_long = f"for {in_time(self.now - self.beat_at)}" if self.beat_at else "yet"
            return f"Nobody looked for due checks {how_long}: the scheduler or the worker is down, or stuck."
        if not self.is_late or self.waiting_since is None:
            return ""
        if self.is_completing:
            late = in_time(self.now - self.waiting_since)
            checks = "1 check is" if self.overdue == 1 else f"{self.overdue:,} checks are"
            return f"{checks} late, the longest by {late}: the workers do not keep up."
        silent = f"for {in_time(self.now - self.completed_at)}" if self.completed_at else "yet"
        due = "1 is" if self.overdue == 1 else f"{self.overdue:,} are"
        return f"No check has completed {silent} though {due} due: the worker is not running, or is stuck."

    @property
    def remedy(self) -> str:
        """What whoever runs the site does about it."""
        if not self.has_beat:
            return (
                "Start what does not run, or end it and start it again: celery -A readiness beat and "
                "celery -A readiness worker, or manage.py up, which starts everything."
            )
        if self.is_completing:
            return "Start more workers, or run the checks less often."
        return "Start it, or end it and start it again: celery -A readiness worker, or manage.py up."


def vital_signs(now: datetime) -> VitalSigns:
    """Two queries."""
    beats = {name: (at, since) for name, at, since in Beat.objects.values_list("name", "at", "since")}
    beat_at, began = beats.get(Beat.Name.DISPATCH, (None, None))
    completed_at, _ = beats.get(Beat.Name.COMPLETED, (None, None))
    found = Item.objects.overdue(now).aggregate(count=Count("pk"), oldest=Min("next_run_at"))
    since = found["oldest"]
    if since is not None and began is not None:
        since = max(since, began)
    return VitalSigns(now, beat_at, completed_at, found["count"], since)


def in_time(length: timedelta) -> str:
    """In the largest unit that it has two of: `90 s`, `7 minutes`, `3 hours`, `12 days`."""
    seconds = int(length.total_seconds())
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"

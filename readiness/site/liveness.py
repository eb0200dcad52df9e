"""Whether checks are really run. A process that lives proves nothing; a check that completed does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    def trouble(self) -> str:
        """What is wrong, in a sentence; nothing when nothing is."""
        if not self.has_beat:
            return self._unlooked
        if not self.is_late or self.waiting_since is None:
            return ""
        if self.is_completing:
            return self._late(in_time(self.now - self.waiting_since))
        return self._uncompleted

    @property
    def _unlooked(self) -> str:
        if self.beat_at is None:
            return _("Nobody looked for due checks yet: the scheduler or the worker is down, or stuck.")
        said = _("Nobody looked for due checks for %(time)s: the scheduler or the worker is down, or stuck.")
        return said % {"time": in_time(self.now - self.beat_at)}

    def _late(self, time: str) -> str:
        said = ngettext(
            "%(count)s check is late, the longest by %(time)s: the workers do not keep up.",
            "%(count)s checks are late, the longest by %(time)s: the workers do not keep up.",
            self.overdue,
        )
        return said % {"count": self._count, "time": time}

    @property
    def _uncompleted(self) -> str:
        if self.completed_at is None:
            said = ngettext(
                "No check has completed yet though %(count)s is due: the worker is not running, or is stuck.",
                "No check has completed yet though %(count)s are due: "
                "the worker is not running, or is stuck.",
                self.overdue,
            )
            return said % {"count": self._count}
        said = ngettext(
            "No check has completed for %(time)s though %(count)s is due: "
            "the worker is not running, or is stuck.",
            "No check has completed for %(time)s though %(count)s are due: "
            "the worker is not running, or is stuck.",
            self.overdue,
        )
        return said % {"count": self._count, "time": in_time(self.now - self.completed_at)}

    @property
    def _count(self) -> str:
        return number_format(self.overdue, force_grouping=True)

    @property
    def remedy(self) -> str:
        """What whoever runs the site does about it."""
        if not self.has_beat:
            return _(
                "Start what does not run, or end it and start it again: celery -A readiness beat and "
                "celery -A readiness worker, or manage.py up, which starts everything."
            )
        if self.is_completing:
            return _("Start more workers, or run the checks less often.")
        return _("Start it, or end it and start it again: celery -A readiness worker, or manage.py up.")


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
    for unit, size in (
        (_("%(count)d days"), 86_400),
        (_("%(count)d hours"), 3_600),
        (_("%(count)d minutes"), 60),
    ):
        if seconds >= 2 * size:
            return unit % {"count": seconds // size}
    return _("%(count)d s") % {"count": seconds}

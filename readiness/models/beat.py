"""Signs of life of what works in the background: one row for each of its programs."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

# A silence longer than this is an outage, and what comes after it a new beginning.
SILENCE = max(timedelta(minutes=2), 3 * settings.DISPATCH_EVERY)


class BeatQuerySet(models.QuerySet["Beat"]):
    def is_alive(self, now: datetime) -> bool:
        """Whether the scheduler and a worker are at work: it takes both to look for due checks."""
        return self.filter(name=Beat.Name.DISPATCH, at__gte=now - SILENCE).exists()

    def told(self, name: str, now: datetime) -> None:
        """`name` is alive at `now`: one write, two for the first. A clock set back begins anew, too."""
        anew = models.Q(at__lt=now - SILENCE) | models.Q(since__gt=now)
        since = models.Case(models.When(anew, then=models.Value(now)), default=models.F("since"))
        if not self.filter(name=name).update(at=now, since=since):
            self.bulk_create([Beat(name=name, at=now, since=now)], ignore_conflicts=True)


class Beat(models.Model):
    """When `name` was last at work, and since when without an outage."""

    class Name(models.TextChoices):
        DISPATCH = "dispatch", "the scheduler handed out what is due"
        COMPLETED = "completed", "a worker recorded what checks found"

    name = models.CharField(max_length=10, choices=Name.choices, primary_key=True)
    at = models.DateTimeField()
    since = models.DateTimeField()

    objects = BeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"

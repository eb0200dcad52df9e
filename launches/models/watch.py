"""Who wants to hear about what."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from launches.models.blocker import Blocker
from launches.models.launch import Launch
from readiness.models import User


class WatchQuerySet(models.QuerySet["Watch"]):
    def by(self, person: User, there: Launch | Blocker) -> Self:
        """What this person said about it, if anything."""
        return self.filter(person=person, **_about(there))

    def put(self, person: User, there: Launch | Blocker, *, wanted: bool, now: datetime) -> "Watch":
        """The last word counts; twice the same is once."""
        row, _ = self.update_or_create(
            person=person, **_about(there), defaults={"wanted": wanted, "since": now}
        )
        return row


class Watch(models.Model):
    """One person's word about one launch or blocker: to hear of it, or not to.

    Without a word people watch what they own, raised, lead, commented on or are mentioned in; nothing is
    stored for that, because it follows.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="watches")
    launch = models.ForeignKey(Launch, models.CASCADE, null=True, blank=True, related_name="watches")
    blocker = models.ForeignKey(Blocker, models.CASCADE, null=True, blank=True, related_name="watches")
    wanted = models.BooleanField()
    since = models.DateTimeField()

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(fields=["person", "launch"], name="watch_per_person_and_launch"),
            models.UniqueConstraint(fields=["person", "blocker"], name="watch_per_person_and_blocker"),
            models.CheckConstraint(
                name="watch_of_one_thing",
                condition=models.Q(launch=None, blocker__isnull=False)
                | models.Q(launch__isnull=False, blocker=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {'watches' if self.wanted else 'does not watch'} {self.launch or self.blocker}"


def _about(there: Launch | Blocker) -> dict[str, Any]:
    return {"launch" if isinstance(there, Launch) else "blocker": there}

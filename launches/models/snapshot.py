"""The forecast as it was seen, and what somebody wondered about it."""

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from launches.models.launch import Launch
from readiness.models import User, Versioned


class Snapshot(models.Model):
    """The forecast of one launch on one day; what changes in the course of the day replaces it.

    `inputs` is what it was made from, `outlook` what pages show of it, both as `launches.planning` writes
    them; `version` tells both from others. `changes` says what moved P85 since the snapshot before, each with
    its calendar days.
    """

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="snapshots")
    day = models.DateField()
    seen_at = models.DateTimeField()
    target = models.DateField()
    goal = models.PositiveSmallIntegerField()
    p50 = models.DateField()
    p85 = models.DateField()
    p95 = models.DateField()
    chance = models.FloatField(help_text="P(ready by the target), 0 to 1.")
    seed = models.CharField(max_length=32)
    version = models.CharField(max_length=32, db_index=True)
    inputs = models.JSONField(encoder=DjangoJSONEncoder)
    outlook = models.JSONField(encoder=DjangoJSONEncoder)
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["launch", "day"]
        constraints = [models.UniqueConstraint(fields=["launch", "day"], name="snapshot_per_launch_and_day")]

    def __str__(self) -> str:
        return f"{self.launch} as seen on {self.day}"


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Scenario(Versioned):
    """A what-if that somebody kept: `query` is the end of its address. It changes nothing until accepted."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=80)
    query = models.TextField()
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="scenarios")
    saved_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["launch", "name"], name="scenario_name_per_launch")]

    def __str__(self) -> str:
        return self.name

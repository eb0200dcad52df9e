"""The steps of a launch's target: charts draw the target as it was on each day."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models

from readiness.models import Author, Change, User
from readiness.models.history import written


class TargetStep(NamedTuple):
    """One step of the target of `launch`; without a reason it is whose word it is that gives one."""

    launch: Any
    before: date
    after: date
    by: User | None
    at: datetime
    reason: str = ""


class MoveQuerySet(models.QuerySet["TargetMove"]):
    def told(self, steps: Iterable[TargetStep], author: Author) -> list[Change]:
        """Keep these steps of targets, with a change each."""
        rows = self.bulk_create(
            TargetMove(
                launch=step.launch,
                before=step.before,
                after=step.after,
                reason=step.reason or author.note,
                by=step.by,
                at=step.at,
            )
            for step in steps
        )
        return written(
            row.launch.change(
                "target moved", author, {"target": row.before}, {"target": row.after}, note=row.reason
            )
            for row in rows
        )


class TargetMove(models.Model):
    """A step of the target, with its reason: charts draw the target as it was on each day."""

    launch = models.ForeignKey("launches.Launch", models.CASCADE, related_name="moves")
    before = models.DateField()
    after = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="target_moves")
    at = models.DateTimeField()

    objects = MoveQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.launch}: {self.before} → {self.after}"

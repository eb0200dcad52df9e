"""The forecast as it was seen, and what somebody wondered about it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from launches.models.blocker import Blocker
from launches.models.blocker_fields import NotPossible
from launches.models.decision import Deferral, Waiver
from launches.models.launch import Launch
from readiness.models import Change, User, Versioned
from readiness.models.history import Author, Recorded


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def remembered(self, launch: Launch, facts: Iterable[Mapping[str, Any]]) -> None:
        """What `launch`, which is over, was forecast: the dates alone, for those who learn from them."""
        self.bulk_create(Snapshot(launch=launch, inputs={}, outlook={}, **each) for each in facts)


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

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["launch", "day"]
        constraints = [models.UniqueConstraint(fields=["launch", "day"], name="snapshot_per_launch_and_day")]

    def __str__(self) -> str:
        return f"{self.launch} as seen on {self.day}"


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Scenario(Recorded, Versioned):
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

    @transaction.atomic
    def accept(
        self,
        asking: type[Waiver | Deferral],
        dropped: Iterable[Blocker],
        target: date,
        *,
        by: User,
        now: datetime,
        reason: str,
        version: int | None = None,
        **facts: Any,
    ) -> list[str]:
        """Ask to launch without what it drops, and move the date; returns what could not be asked, and why.

        Nothing is waived by it: somebody else approves each request. Raises `Conflict`, and `NotPossible` the
        second time.
        """
        row = self.locked(version)
        if row.accepted_at:
            raise NotPossible(_("“%(name)s” has been accepted already.") % {"name": row.name})
        # The launch before its blockers, these by key: in the order of all who lock both.
        row.launch.locked()
        refused = []
        for blocker in sorted(dropped, key=lambda blocker: blocker.pk):
            try:
                asking.ask(blocker, by=by, now=now, reason=reason, **facts)
            except NotPossible as why:
                refused.append(str(why))
        row.launch.move_target(target, reason=reason, by=by, now=now)
        row.put(accepted_by=by, accepted_at=now)
        after = {"scenario": row.name, "query": row.query}
        row.noted("accepted", Author(now, by), after=after, note=reason)
        return refused

    def placed(self) -> tuple[int | None, int | None]:
        return None, self.launch.region_id

    @transaction.atomic
    def forget(self, *, by: User, now: datetime, version: int | None = None) -> Change:
        """Remove it; the history keeps what it said. Raises `Conflict`, and `NotPossible` once accepted."""
        row = self.locked(version)
        if row.accepted_at:
            raise NotPossible(
                _("“%(name)s” was accepted: what was asked because of it refers to it.") % {"name": row.name}
            )
        said = {"scenario": row.name, "query": row.query}
        noted = row.noted("scenario deleted", Author(now, by), said)
        row.delete()
        return noted

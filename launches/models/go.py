"""GO or NO-GO: who decided it, when, and what was known then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from launches.models.blocker_fields import NotPossible
from launches.models.launch import Launch
from readiness.models import Change, User, Versioned
from readiness.models.history import Author


class GoRecordQuerySet(models.QuerySet["GoRecord"]):
    def in_force(self) -> Self:
        """The GO that holds: at most one for each launch."""
        return self.filter(decision=GoRecord.Decision.GO, withdrawn_at__isnull=True)

    @transaction.atomic
    def recorded(
        self,
        launch: Launch,
        decision: str,
        *,
        by: User,
        now: datetime,
        note: str,
        known: Mapping[str, Any],
        override_reason: str = "",
    ) -> "GoRecord":
        """Write down what was decided, and `known`, what it was decided on.

        Raises `NotPossible` once it is launched, and while a GO holds: that is withdrawn first.
        """
        found = launch.locked()
        if found.launched_at:
            raise NotPossible(_("%(launch)s is live already.") % {"launch": found.name})
        if (in_force := self.filter(launch=found).in_force().first()) is not None:
            raise NotPossible(
                _("%(name)s recorded GO already. Withdraw that first.") % {"name": in_force.by.label}
            )
        record = self.create(
            launch=found,
            decision=decision,
            by=by,
            at=now,
            note=note,
            known=known,
            override_reason=override_reason,
        )
        verb = f"{decision} recorded".replace("_", "-")
        launch.noted(verb, Author(now, by), note="\n".join(filter(None, (note, override_reason))))
        return record


class GoRecord(Versioned):
    """What was decided about a launch, on what was `known` at that moment, as JSON.

    Nothing of it changes afterwards, which the database sees to; that a GO was withdrawn stands beside.
    """

    class Decision(models.TextChoices):
        GO = "go", "GO"
        NO_GO = "no_go", "NO-GO"

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="go_records")
    decision = models.CharField(max_length=5, choices=Decision.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="go_records")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    known = models.JSONField(encoder=DjangoJSONEncoder)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    objects = GoRecordQuerySet.as_manager()

    by_verbs = "decision by at known withdrawn_by withdrawn_at withdrawn_reason"

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["launch"],
                name="one_standing_go_per_launch",
                condition=models.Q(decision="go", withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} for {self.launch.name}"

    def get_absolute_url(self) -> str:
        return reverse("go-record", args=[self.launch.slug, self.pk])

    @property
    def is_in_force(self) -> bool:
        return self.decision == self.Decision.GO and self.withdrawn_at is None

    @transaction.atomic
    def withdraw(self, *, by: User, now: datetime, reason: str, version: int | None = None) -> Change:
        """The GO holds no more. Raises `Conflict`, and `NotPossible` where there is none to withdraw."""
        # The launch first, as whoever records or launches does.
        launch = self.launch.locked()
        row = self.locked(version)
        if not row.is_in_force:
            raise NotPossible(_("There is no GO here to withdraw."))
        if launch.launched_at:
            raise NotPossible(_("%(launch)s is live already.") % {"launch": launch.name})
        row.put(withdrawn_by=by, withdrawn_at=now, withdrawn_reason=reason)
        return launch.noted("go withdrawn", Author(now, by), note=reason)

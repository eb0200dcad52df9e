"""Launch without it, or fill it afterwards: what was decided about a blocker."""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from launches.models.blocker import Blocker, NotPossible
from readiness.models import Change, User, Versioned


class Decision(Versioned):
    """Launch without it: who asked, who approved, why, and until when."""

    recommendation = models.TextField(blank=True)
    reason = models.TextField()
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    @transaction.atomic
    def ask(cls, blocker: Blocker, *, by: User, now: datetime, reason: str, **facts: Any) -> Change:
        """Ask to launch without `blocker`: it blocks on until somebody else approves.

        Raises `NotPossible` when it is not in the way, or has been asked for already.
        """
        found = blocker.locked()
        if not found.is_standing:
            raise NotPossible(
                f"{found.short_name} is {found.get_state_display()}: there is nothing to ask for."
            )
        open_requests = {"blocker": found, "approved_by": None}
        if any(rows.filter(**open_requests).exists() for rows in (Waiver.objects, Deferral.objects)):
            raise NotPossible(f"{found.short_name}: somebody has asked already.")
        # An earlier decision that ran out is in the history; the row is free for the next one.
        values = {"reason": reason, "requested_by": by, "requested_at": now, "approved_by": None}
        values |= {"approved_at": None, "expires_on": None} | facts
        rows: models.Manager[Any] = cls._default_manager
        rows.update_or_create(blocker=found, defaults=values)
        return found.noted(f"{cls._meta.verbose_name} requested", now=now, by=by, note=reason)

    def is_over(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today


class Waiver(Decision):
    """An accepted risk."""

    blocker = models.OneToOneField(Blocker, models.CASCADE, related_name="waiver")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="waiver_by_two_people",
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("requested_by")),
            )
        ]

    def __str__(self) -> str:
        return f"Waiver of {self.blocker}"


class Deferral(Decision):
    """A promise to fill it after the launch."""

    blocker = models.OneToOneField(Blocker, models.CASCADE, related_name="deferral")
    fill_by = models.DateField()
    workaround = models.TextField(blank=True)
    customer_wording = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="deferral_by_two_people",
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("requested_by")),
            )
        ]

    def __str__(self) -> str:
        return f"Deferral of {self.blocker}"

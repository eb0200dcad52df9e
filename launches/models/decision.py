"""Launch without it, or fill it afterwards: what was decided about a blocker."""

from datetime import date

from django.db import models

from launches.models.blocker import Blocker
from readiness.models import User, Versioned


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

"""What one run, or one sign-off, said: a row each."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from readiness.models.people import User
from readiness.state import ItemState


class Result(models.Model):
    """What one run, or one sign-off, said."""

    item = models.ForeignKey("readiness.Item", models.CASCADE, related_name="results")
    at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=ItemState.choices)
    fact = models.CharField(max_length=500, blank=True)
    latency = models.FloatField(null=True)
    evidence = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    excused = models.BooleanField(default=False, help_text="It did not pass, in maintenance.")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="results")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "-at"], name="result_newest_first")]

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}: {self.fact}"

"""What one run, or one sign-off, said: a row each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from readiness.models.people import User
from readiness.probes.outcome import Outcome
from readiness.state import ItemState


class ResultManager(models.Manager["Result"]):
    def of(self, items: Sequence[int], by: User | None = None) -> None:
        """A row for what each of `items` was told last: it is there already, and need not travel again.

        Said by whoever signed it off, unless it was somebody else.
        """
        if not items:
            return
        places = ", ".join(["%s"] * len(items))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO readiness_result (item_id, at, state, fact, latency, evidence, excused, by_id)"
                " SELECT id, last_at, outcome, fact, latency, evidence, excused,"
                " COALESCE(%s, signed_by_id) FROM readiness_item"
                f" WHERE id IN ({places}) ORDER BY id",
                [by.pk if by else None, *items],
            )

    def recalled(self, told: Iterable[tuple[int, datetime, Outcome]]) -> None:
        """What runs of items (keys) said at earlier times."""
        self.bulk_create(
            (
                Result(item_id=item, at=at, state=said.state, fact=said.fact[:500], latency=said.latency)
                for item, at, said in sorted(told, key=lambda row: row[1])
            ),
            batch_size=2000,
        )


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

    objects = ResultManager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["item", "-at"], name="result_newest_first")]

    def __str__(self) -> str:
        return f"{self.state} at {self.at:%Y-%m-%d %H:%M}: {self.fact}"

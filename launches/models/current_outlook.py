"""The outlook of each launch that was computed last, in whichever process, for all the others."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from launches.models.launch import Launch

# Whoever took a launch to compute it and has not by then never will.
LEASE = timedelta(minutes=1)


class CurrentOutlookQuerySet(models.QuerySet["CurrentOutlook"]):
    def keep(self, found: Mapping[int, tuple[str, Mapping[str, Any]]], now: datetime) -> None:
        """In place of what there was: by launch the version of its state, and the facts of its outlook."""
        rows = [
            CurrentOutlook(launch_id=key, version=version, outlook=facts, seen_at=now)
            for key, (version, facts) in sorted(found.items())
        ]
        told = ["version", "outlook", "seen_at", "wanted_at", "taken_at"]
        self.bulk_create(rows, update_conflicts=True, unique_fields=["launch"], update_fields=told)

    def want(self, launches: Collection[int], now: datetime) -> None:
        """Ask for those of these `launches` to be computed that nobody asks for yet."""
        self.filter(launch__in=launches, wanted_at=None).update(wanted_at=now)

    def take(self, now: datetime) -> list[int]:
        """The launches that are wanted and that nobody else computes; two at once share them out."""
        free = self.exclude(wanted_at=None).filter(
            models.Q(taken_at=None) | models.Q(taken_at__lt=now - LEASE)
        )
        keys = free.order_by("pk").values_list("pk", flat=True)
        return [key for key in list(keys) if free.filter(pk=key).update(taken_at=now)]

    def let_go(self, launches: Collection[int]) -> None:
        """What was taken is done; who finds it outdated again asks again."""
        self.filter(launch__in=launches).update(wanted_at=None, taken_at=None)


class CurrentOutlook(models.Model):
    """One row for each launch. `outlook` is as `launches.planning` writes it, empty where there is no
    forecast; `version` tells of which state it is."""

    launch = models.OneToOneField(Launch, models.CASCADE, primary_key=True, related_name="+")
    version = models.CharField(max_length=32)
    outlook = models.JSONField(encoder=DjangoJSONEncoder)
    seen_at = models.DateTimeField()
    wanted_at = models.DateTimeField(null=True, help_text="Since when a page waits for a newer one.")
    taken_at = models.DateTimeField(null=True, help_text="Since when somebody computes it.")

    objects = CurrentOutlookQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.launch_id} as computed at {self.seen_at:%Y-%m-%d %H:%M:%S}"

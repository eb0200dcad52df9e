"""Where somebody else's job tells that it started, ended or failed."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse

from readiness.models.item import Item
from readiness.probes.region_data import Pulse
from readiness.probes.secrets import redacted

# What is kept of what a job says, in characters.
MAX_BODY = 10_000
# The same said again sooner is not news, and costs no write: a job in a loop cannot wear the database out.
SOONEST = timedelta(seconds=1)


class Signal(models.TextChoices):
    START = "start", "started"
    SUCCESS = "success", "succeeded"
    FAILURE = "failure", "failed"


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def told(
        self, ping: uuid.UUID, signal: Signal, *, now: datetime, body: str = "", exit_code: int | None = None
    ) -> bool | None:
        """What the job with that address said: `False` when it said the same just now, `None` for nobody's.

        One conditional write, so that pings that come at once need no lock. Anything but a start makes the
        check due at once: a failure need not wait for the next run.
        """
        row = self.filter(ping=ping)
        values = {"latest": signal, "at": now, "body": redacted(body)[:MAX_BODY].replace("\0", "�")}
        if signal == Signal.START:
            values = {"latest": signal, "at": now, "started_at": now}
        if signal == Signal.SUCCESS:
            values |= {"succeeded_at": now}
        news = models.Q(at=None) | models.Q(at__lte=now - SOONEST) | ~models.Q(latest=signal)
        if row.filter(news).update(**values, exit_code=exit_code):
            if signal != Signal.START:
                Item.objects.filter(heartbeat__ping=ping).run_now(now)
            return True
        return False if row.exists() else None

    def for_items(self, items: Collection[int], now: datetime) -> "dict[int, Heartbeat]":
        """The heartbeat of each of `items`, made where there is none."""
        if not items:
            return {}
        wanted = set(items)
        missing = wanted - set(self.filter(item__in=wanted).values_list("item", flat=True))
        if missing:
            rows = [Heartbeat(item_id=item, since=now) for item in missing]
            self.bulk_create(rows, ignore_conflicts=True)  # two workers may find it missing at once
        return {row.item_id: row for row in self.filter(item__in=wanted)}


class Heartbeat(models.Model):
    """`ping` is the address: whoever knows it may tell, so it is shown to those who may edit only."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="heartbeat")
    ping = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    since = models.DateTimeField()
    latest = models.CharField(max_length=7, choices=Signal.choices, blank=True)
    at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    exit_code = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return f"heartbeat of {self.item}"

    def get_absolute_url(self) -> str:
        return reverse("ping", args=[self.ping])

    @property
    def pulse(self) -> Pulse:
        return Pulse(
            since=self.since,
            latest=self.latest,
            at=self.at,
            succeeded_at=self.succeeded_at,
            started_at=self.started_at,
            exit_code=self.exit_code,
            body=self.body,
        )

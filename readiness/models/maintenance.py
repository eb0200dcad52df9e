"""When checks may fail without consequence: windows over a region, an integration or one check."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.urls import reverse

from readiness.models.claim import Assignment
from readiness.models.history import Author, Change
from readiness.models.integration import Integration
from readiness.models.people import User
from readiness.models.region import Region

# Whoever needs longer asks for a waiver: a window is nobody's decision but of those who work there.
LONGEST = timedelta(days=30)
# How far ahead it may begin.
AHEAD = timedelta(days=365)


class MaintenanceQuerySet(models.QuerySet["Maintenance"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def open_at(self, now: datetime) -> Self:
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def over(self, item: Any) -> Self:
        """Those over `item`, which comes with its cell."""
        cell = item.cell
        return self.filter(
            models.Q(item=item) | models.Q(region=cell.region_id) | models.Q(integration=cell.integration_id)
        )

    def ahead(self, now: datetime) -> Self:
        """Those that are open and those that will be, the next to end first; not what was called off."""
        rows = self.filter(ends_at__gt=now).exclude(ends_at=models.F("starts_at")).order_by("ends_at", "pk")
        return rows.select_related("by", "region", "integration")

    def excuses(self, items: Iterable[Assignment], at: datetime) -> set[int]:
        """The keys of those `items` that are in maintenance at `at`.

        One query for however many: few windows are open at a time.
        """
        windows: set[tuple[Any, ...]] = set(self.open_at(at).values_list("region", "integration", "item"))
        if not windows:
            return set()
        return {
            each.item
            for each in items
            if (each.region, None, None) in windows
            or (None, each.integration, None) in windows
            or (None, None, each.item) in windows
        }

    def covering(self, now: datetime) -> Self:
        """For a subquery over items: the windows that are open over the outer item, the last to end first."""
        over = (
            models.Q(item=models.OuterRef("pk"))
            | models.Q(region=models.OuterRef("cell__region"))
            | models.Q(integration=models.OuterRef("cell__integration"))
        )
        return self.open_at(now).filter(over).order_by("-ends_at")


class Maintenance(models.Model):
    """From `starts_at` until `ends_at` its checks run, and what does not pass changes nothing."""

    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="maintenance")
    integration = models.ForeignKey(Integration, models.CASCADE, null=True, related_name="maintenance")
    item = models.ForeignKey("readiness.Item", models.CASCADE, null=True, related_name="maintenance")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="maintenance")

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "maintenance"
        constraints = [
            models.CheckConstraint(
                name="maintenance_of_one_thing",
                condition=models.Q(region__isnull=False, integration=None, item=None)
                | models.Q(region=None, integration__isnull=False, item=None)
                | models.Q(region=None, integration=None, item__isnull=False),
            ),
            models.CheckConstraint(
                name="maintenance_ends_after_it_starts",
                condition=models.Q(ends_at__gte=models.F("starts_at")),
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="maintenance_ahead")]

    def __str__(self) -> str:
        return f"maintenance of {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("maintenance", args=[self.pk])

    @property
    def subject(self) -> Any:
        """The region, integration or item."""
        return self.region or self.integration or self.item

    def is_open(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at

    @classmethod
    @transaction.atomic
    def plan(
        cls, subject: Any, starts_at: datetime, ends_at: datetime, reason: str, *, by: User, now: datetime
    ) -> "Maintenance":
        """Open a window over `subject`, a region, integration or item, now or later.

        It excuses nothing that was found before it was planned. Raises `ValueError` when it is over before it
        begins, begins later than `AHEAD`, or is longer than `LONGEST`.
        """
        starts_at = max(starts_at, now)
        if ends_at <= starts_at or ends_at - starts_at > LONGEST or starts_at - now > AHEAD:
            raise ValueError(f"Maintenance ends after it begins, and within {LONGEST.days} days.")
        over = {subject._meta.model_name: subject}
        window = cls.objects.create(starts_at=starts_at, ends_at=ends_at, reason=reason, by=by, **over)
        after = {"from": starts_at, "until": ends_at}
        window._noted("maintenance planned" if starts_at > now else "in maintenance", by, now, {}, after)
        return window

    @transaction.atomic
    def end(self, *, by: User, now: datetime) -> Change | None:
        """Over now, or called off; `None` when it was over already."""
        window = type(self).objects.select_for_update().get(pk=self.pk)
        end = max(now, window.starts_at)
        if window.ends_at <= end:
            return None
        before, window.ends_at = {"until": window.ends_at}, end
        window.save(update_fields=["ends_at"])
        verb = "maintenance ended" if window.starts_at <= now else "maintenance called off"
        return window._noted(verb, by, now, before, {"until": window.ends_at})

    def _noted(
        self, verb: str, by: User, now: datetime, before: dict[str, Any], after: dict[str, Any]
    ) -> Change:
        """About what it covers, so that it is in the history of that; no state follows from it."""
        author = Author(now, by, settled=True)
        row: Change = self.subject.noted(verb, author, before, after, note=self.reason)
        return row

"""Where customers' data is hosted."""

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readiness.models.history import Change, change
from readiness.models.people import User
from readiness.models.versioned import Versioned


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone, such as Europe/Dublin."), params={"name": name}
        )


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Region(Versioned):
    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("building")
        LIVE = "live", _("live")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    jurisdiction = models.CharField(max_length=100, blank=True)
    provider = models.CharField(max_length=50, blank=True)
    provider_code = models.CharField(
        max_length=50, blank=True, help_text="As the provider writes it: eu-west-1."
    )
    domain = models.CharField(max_length=253, blank=True, help_text="What checks put for {region.domain}.")
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    holiday_calendar = models.CharField(max_length=2, blank=True, help_text="ISO country code, such as IE.")
    modelled_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="modelled")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("region", args=[self.slug])

    def today(self, now: datetime) -> date:
        """The date there."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    @transaction.atomic
    def open(self, *, by: User, now: datetime) -> Change | None:
        """Customers are hosted there from now on; nothing when they are already."""
        region = self.locked()
        if region.state == self.State.LIVE:
            return None
        before = {"state": region.state}
        region.put(state=self.State.LIVE)
        row = change(
            region, "opened", at=now, by=by, before=before, after={"state": region.state}, region_id=region.pk
        )
        row.save()
        return row

    def end_of(self, day: date) -> datetime:
        """When `day` is over there."""
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(self.timezone))

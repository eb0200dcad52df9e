"""Where customers' data is hosted."""

import zoneinfo
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readiness.models.approval import Approvable, AtStake, NeedsApproval, held_up
from readiness.models.change_request import ChangeRequest, told_of
from readiness.models.freeze import ChangeFreeze
from readiness.models.history import Author, Change, Origin, Recorded, differing
from readiness.models.people import User
from readiness.models.versioned import Versioned
from readiness.workdays import is_known


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone, such as Europe/Dublin."), params={"name": name}
        )


def validate_calendar(code: str) -> None:
    if code and not is_known(code):
        raise ValidationError(_("No public holidays are known of “%(code)s”."), params={"code": code})


class Thawed(LookupError):
    """That freeze is not there, or not any more."""


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Region(Approvable, Recorded, Versioned):
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
    holiday_calendar = models.CharField(
        max_length=6,
        blank=True,
        validators=[validate_calendar],
        help_text="ISO code of a country or a part of it, such as IE or DE-BY.",
    )
    modelled_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="modelled")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)

    freezes = models.JSONField(
        default=list, blank=True, help_text=_("When nothing may be changed there; in order, apart.")
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("region", args=[self.slug])

    @property
    def zone(self) -> tzinfo:
        """Its time zone; UTC where this machine knows none of that name, as after a move to another one."""
        try:
            return ZoneInfo(self.timezone)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            return UTC

    def today(self, now: datetime) -> date:
        """The date there."""
        return now.astimezone(self.zone).date()

    @property
    def frozen(self) -> tuple[ChangeFreeze, ...]:
        """Its freezes, the earliest first."""
        return tuple(ChangeFreeze.of(facts) for facts in self.freezes)

    @transaction.atomic
    def amend(
        self,
        values: Mapping[str, str],
        *,
        by: User | None,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
    ) -> Change | None:
        """Change what checks know of it; nothing when it is so already.

        Raises `Conflict`, and `NeedsApproval` where a failing check would look elsewhere, unless `approved`.
        """
        region = self.locked(version)
        before, after = differing({name: getattr(region, name) for name in values}, values)
        if not after:
            return None
        if not approved and (blockers := region.stands_on("amend", {"values": after})):
            raise NeedsApproval(region, "amend", {"values": after}, before, blockers)
        region.put(**after)
        author = Author(now, by, None if by else Origin.PLAN)
        row = author.change(
            region, "changed", before=before, after=after | told_of(approved), region_id=region.pk
        )
        row.save()
        return row

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        """The checks that fail here and would look elsewhere, as they name one of these facts."""
        names = {
            f"region.{name}" for name, value in arguments["values"].items() if value != getattr(self, name)
        }
        models.prefetch_related_objects([self], "cells__items__requirement")
        items = [item for cell in self.cells.all() for item in cell.items.all()]
        return held_up((item for item in items if item.requirement.is_checked_by(names)), eases=False)

    def cells_behind(self) -> list[int]:
        return list(self.cells.values_list("pk", flat=True))

    def placed(self) -> tuple[int | None, int | None]:
        return None, self.pk

    @transaction.atomic
    def freeze(self, days: ChangeFreeze, *, by: User, now: datetime) -> Change:
        """Nothing may be changed there in those days. Raises `freeze.Refused`."""
        region = self.locked()
        return region._freeze("freeze planned", None, days, by, now)

    @transaction.atomic
    def move_freeze(
        self, first: date, days: ChangeFreeze, *, by: User, now: datetime, version: int | None = None
    ) -> Change | None:
        """What begins on `first` is in those `days` instead; `None` when it is so already.

        Raises `Conflict`, `Thawed` and `freeze.Refused`.
        """
        region = self.locked(version)
        old = region.freeze_from(first)
        return None if old == days else region._freeze("freeze changed", old, days, by, now)

    @transaction.atomic
    def thaw(self, first: date, *, by: User, now: datetime) -> Change | None:
        """Lift what begins on `first`; `None` when somebody has lifted it already."""
        region = self.locked()
        try:
            return region._freeze("freeze lifted", region.freeze_from(first), None, by, now)
        except Thawed:
            return None

    def freeze_from(self, first: date) -> ChangeFreeze:
        """Raises `Thawed` when none begins on that day."""
        for freeze in self.frozen:
            if freeze.first == first:
                return freeze
        raise Thawed(first)

    def _freeze(
        self, verb: str, old: ChangeFreeze | None, new: ChangeFreeze | None, by: User, now: datetime
    ) -> Change:
        """On the locked row: `new` in the place of `old`."""
        others = [freeze for freeze in self.frozen if freeze != old]
        if new:
            new.check(others, self.today(now))
        self.put(freezes=[freeze.facts() for freeze in sorted([*others, *([new] if new else [])])])
        before, after = ({"freeze": one.facts() if one else None} for one in (old, new))
        note = (new or old or ChangeFreeze(now.date(), now.date())).reason
        return self.noted(verb, Author(now, by), before, after, note=note)

    @transaction.atomic
    def open(self, *, by: User | None, now: datetime, origin: Origin | None = None) -> Change | None:
        """Customers are hosted there from now on; nothing when they are already."""
        region = self.locked()
        if region.state == self.State.LIVE:
            return None
        before = {"state": region.state}
        region.put(state=self.State.LIVE)
        return region.noted("opened", Author(now, by, origin), before, {"state": region.state})

    def end_of(self, day: date) -> datetime:
        """When `day` is over there."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone)

"""What every region needs, and the checklist that says when it is there."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from readiness import probes
from readiness.models.change_request import ChangeRequest, LiveBlocker, NeedsApproval, blockers_on, told_of
from readiness.models.history import Change, Origin, change
from readiness.models.people import User
from readiness.models.team import Team
from readiness.models.versioned import Versioned
from readiness.state import ItemState, Level

# What a probe works by: when one of these changes, what it found before says nothing about the new one.
_PROBED_BY = frozenset({"probe", "parameters", "interval", "failures", "recovery"})


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Integration(Versioned):
    class Kind(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", _("infrastructure")
        PROCESS = "internal_process", _("internal process")
        CUSTOMER = "customer_facing", _("customer-facing")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="integrations")
    description = models.TextField(blank=True)

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("integration", args=[self.slug])

    @transaction.atomic
    def add_requirement(self, values: Mapping[str, Any], *, by: User, now: datetime) -> "Requirement":
        """One more line at the end of the checklist, open in every region. Ready cells regress over a must.

        Raises `ValidationError`.
        """
        integration = self.locked()
        last = integration.requirements.aggregate(last=models.Max("position"))["last"]
        requirement = Requirement(
            integration=integration,
            slug=integration._free_slug(values["title"]),
            position=0 if last is None else last + 1,
            **values,
        )
        requirement.full_clean()
        requirement.save()
        requirement.open_everywhere(now)
        integration.put()
        requirement.noted("requirement added", by=by, now=now, after=requirement.described())
        requirement.told_cells("requirement added", by=by, now=now)
        return requirement

    def _free_slug(self, title: str) -> str:
        stem = slugify(title)[:45] or "requirement"
        # The address …/requirements/new/ is where one is added.
        taken = {"new", *self.requirements.filter(slug__startswith=stem).values_list("slug", flat=True)}
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Requirement(Versioned):
    """One line of an integration's checklist. Without a probe a person signs it off."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="requirements")
    slug = models.SlugField()
    title = models.CharField(max_length=200)
    guidance = models.TextField(blank=True, help_text="How to get it done, and what counts as evidence.")
    level = models.CharField(max_length=6, choices=Level.choices, default=Level.MUST)
    probe = models.CharField(max_length=20, blank=True, help_text="The kind of check; empty means by hand.")
    parameters = models.JSONField(default=dict, blank=True)
    interval = models.PositiveIntegerField(
        default=300,
        validators=[MinValueValidator(10), MaxValueValidator(7 * 24 * 3600)],
        help_text="Seconds between two runs.",
    )
    failures = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="Runs in a row that must go wrong before it counts as failing.",
    )
    recovery = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="Runs in a row that must pass before it counts as recovered.",
    )
    retries = models.PositiveSmallIntegerField(
        default=1,
        validators=[MaxValueValidator(3)],
        help_text="How often one run connects again when no connection comes about.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "slug"], name="requirement_slug_per_integration")
        ]

    def __str__(self) -> str:
        return f"{self.integration.name}: {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("requirement", args=[self.integration.slug, self.slug])

    @property
    def is_automated(self) -> bool:
        return bool(self.probe)

    @property
    def every(self) -> timedelta:
        return timedelta(seconds=self.interval)

    def clean(self) -> None:
        if self.parameters and not self.probe:
            raise ValidationError({"parameters": _("Parameters need a kind of check.")})
        if self.probe and (problems := probes.validate(self.probe, self.parameters)):
            raise ValidationError({"probe" if self.probe not in probes.names() else "parameters": problems})

    @transaction.atomic
    def amend(
        self,
        values: Mapping[str, Any],
        *,
        by: User,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
    ) -> Change | None:
        """Change what it asks for, in every region at once; `None` when it says so already.

        From by hand to automated, or back, nothing is known any more. Raises `Conflict`, `ValidationError`,
        and `NeedsApproval` where that would take a blocker away, unless it is `approved`.
        """
        integration = self.integration.locked()
        requirement = self.locked(version)
        before = {name: getattr(requirement, name) for name in values}
        before = {name: value for name, value in before.items() if value != values[name]}
        if not before:
            return None
        after = {name: values[name] for name in before}
        blockers = [] if approved else requirement.stands_on("amend", {"values": after})
        requirement.put(**after)
        requirement.full_clean()
        if blockers:
            raise NeedsApproval(self, "amend", {"values": after}, before, blockers)
        requirement.restart_items(before, now)
        integration.put()
        told = after | told_of(approved)
        row = requirement.noted("requirement amended", by=by, now=now, before=before, after=told)
        if before.keys() & {"level", "probe"}:
            requirement.told_cells("requirement amended", by=by, now=now, approved=approved)
        return row

    @transaction.atomic
    def remove(
        self, *, by: User, now: datetime, version: int | None = None, approved: ChangeRequest | None = None
    ) -> Change:
        """Take it off the checklist, with what is known of it in each region.

        Raises `Conflict`, and `NeedsApproval` where that would take a blocker away, unless it is `approved`.
        """
        # Before the row: whoever approves one of them has locked that first, too.
        ChangeRequest.objects.close_about(self, by=by, now=now)
        integration = self.integration.locked()
        requirement = self.locked(version)
        if not approved and (blockers := requirement.stands_on("remove", {})):
            raise NeedsApproval(requirement, "remove", {}, {}, blockers)
        integration.put()
        before, after = requirement.described(), told_of(approved)
        row = requirement.noted("requirement removed", by=by, now=now, before=before, after=after)
        list(requirement.items.all().in_order())
        requirement.items.all().delete()
        requirement.told_cells("requirement removed", by=by, now=now, approved=approved)
        requirement.delete()
        return row

    @transaction.atomic
    def move(self, steps: int, *, by: User, now: datetime) -> Change | None:
        """Down the checklist by `steps`, up when negative, as far as it goes."""
        integration = self.integration.locked()
        order = list(integration.requirements.all())
        at = order.index(self)
        to = max(0, min(len(order) - 1, at + steps))
        if to == at:
            return None
        order.insert(to, order.pop(at))
        for position, requirement in enumerate(order):
            requirement.position = position
        Requirement.objects.bulk_update(order, ["position"])
        integration.put()
        return self.noted(
            "requirement moved", by=by, now=now, before={"place": at + 1}, after={"place": to + 1}
        )

    def stands_on(self, verb: str, arguments: Mapping[str, Any]) -> list[LiveBlocker]:
        """The live blockers that go when less is asked for: the check's own, and those of cells it holds up.

        What a check looks at may change until the check has failed: before that it is only being written.
        """
        if self.level != Level.MUST:
            return []
        values = arguments.get("values", {})
        changed = {name for name, value in values.items() if value != getattr(self, name)}
        if verb != "remove" and not changed & {"level", "probe", "parameters"}:
            return []
        eases = verb == "remove" or bool(changed & {"level", "probe"})
        items = {item.cell_id: item for item in self.items.all()}
        return [
            blocker
            for blocker in blockers_on(items)
            if blocker.item == items[blocker.cell or 0].pk
            or (blocker.item is None and _is_open(items[blocker.cell or 0], eases))
        ]

    def cells_behind(self) -> list[int]:
        return list(self.integration.cells.values_list("pk", flat=True))

    def placed(self) -> tuple[int | None, int | None]:
        """It is every region's."""
        return None, None

    def open_everywhere(self, now: datetime) -> None:
        """An item in each region that has the integration; a probe's first run is due at once."""
        self.items.model.objects.opened(((cell, self) for cell in self.integration.cells.all()), now)

    def restart_items(self, before: Mapping[str, Any], now: datetime) -> None:
        """Start over what the amendment made moot; from by hand to a check, or back, nothing is known."""
        forget = "probe" in before and bool(before["probe"]) != self.is_automated
        if forget or (before.keys() & _PROBED_BY and self.is_automated):
            self.items.model.objects.restart([self], now, forget=forget)

    def described(self) -> dict[str, Any]:
        how = {"probe": self.probe, "parameters": self.parameters} if self.probe else {}
        return {"title": self.title, "level": self.level, **how}

    def noted(
        self,
        verb: str,
        *,
        by: User,
        now: datetime,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> Change:
        row = change(self, verb, at=now, by=by, before=dict(before or {}), after=dict(after or {}))
        row.save()
        return row

    def told_cells(
        self, verb: str, *, by: User, now: datetime, approved: ChangeRequest | None = None
    ) -> None:
        """A change for each region's cell, so that launches settle it, and its state follows its items."""
        cells = list(self.integration.cells.select_related("region", "integration"))
        Change.objects.bulk_create(
            change(
                cell,
                verb,
                at=now,
                by=by,
                after=told_of(approved),
                note=self.title,
                cell_id=cell.pk,
                region_id=cell.region_id,
            )
            for cell in cells
        )
        notes = {cell.pk: f"{self.title}: {verb}" for cell in cells}
        self.integration.cells.reassess(notes, now=now, by=by, origin=Origin.PERSON)


def _is_open(item: Any, eases: bool) -> bool:
    """Whether a cell waits for `item`; where only its check looks elsewhere, while that fails."""
    return not item.is_ok if eases else ItemState.FAILED in (item.state, item.outcome)

"""One line of a checklist, asked for in every region that has its integration."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readiness import probes
from readiness.models.approval import Approvable, AtStake, NeedsApproval, held_up
from readiness.models.change_request import ChangeRequest
from readiness.models.history import Author, Change, Origin, Recorded, written
from readiness.models.integration import Integration
from readiness.models.people import User
from readiness.models.versioned import Versioned
from readiness.state import Level

# What a probe works by: when one of these changes, what it found before says nothing about the new one.
_PROBED_BY = frozenset({"probe", "parameters", "interval", "failures", "recovery"})
# What asks for less, or lets a check look elsewhere; the first two, whatever the check says.
_EASES = frozenset({"removed", "level", "probe"})
_LESS = ("level", "probe", "parameters", "recovery")


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Requirement(Approvable, Recorded, Versioned):
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

    changed_by_verbs = "title guidance level probe parameters interval failures recovery retries"

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
        by: User | None,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
        author: Author | None = None,
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
        author = author or Author(now, by, approved=approved)
        row = requirement.noted("requirement amended", author, before=before, after=after)
        if before.keys() & {"level", "probe"}:
            requirement.told_cells("requirement amended", author)
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
        author = Author(now, by, approved=approved)
        row = requirement.noted("requirement removed", author, before=requirement.described())
        list(requirement.items.all().in_order())
        requirement.items.all().delete()
        requirement.told_cells("requirement removed", author)
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
        author = Author(now, by)
        return self.noted("requirement moved", author, before={"place": at + 1}, after={"place": to + 1})

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        """What goes when less is asked for: the blocker of its check, and those of cells that it holds up.

        What a check looks at, and how soon it counts as recovered, may change until it has failed: before
        that it is only being written.
        """
        if self.level != Level.MUST:
            return AtStake()
        less = {"removed"} if verb == "remove" else self.weakened(arguments.get("values", {}))
        return held_up(self.items.all(), not less.isdisjoint(_EASES)) if less else AtStake()

    def weakened(self, values: Mapping[str, Any]) -> set[str]:
        """The fields by which it would ask for less, or look elsewhere."""
        changed = {name for name in _LESS if name in values and values[name] != getattr(self, name)}
        return changed - {"recovery"} if values.get("recovery", 0) > self.recovery else changed

    def is_checked_by(self, names: Collection[str]) -> bool:
        """Whether a cell waits for its check, and that names any of these placeholders."""
        is_checked = self.is_automated and self.level == Level.MUST
        return is_checked and not set(names).isdisjoint(probes.placeholders_in(self.parameters))

    def cells_behind(self) -> list[int]:
        return list(self.integration.cells.values_list("pk", flat=True))

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

    def told_cells(self, verb: str, author: Author) -> None:
        """A change for each region's cell, so that launches settle it, and its state follows its items; who
        has `settled` lets them follow at the end."""
        cells = list(self.integration.cells.select_related("region", "integration"))
        written(cell.change(verb, author, note=self.title) for cell in cells)
        if not author.settled:
            notes = {cell.pk: f"{self.title}: {verb}" for cell in cells}
            self.integration.cells.reassess(notes, now=author.now, by=author.by, origin=Origin.PERSON)

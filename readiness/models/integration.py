"""What every region needs, and the checklist that says when it is there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from readiness.models.history import Author, Recorded
from readiness.models.people import User
from readiness.models.team import Team
from readiness.models.versioned import Versioned


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Integration(Recorded, Versioned):
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
    def add_requirement(self, values: Mapping[str, Any], *, by: User, now: datetime) -> Any:
        """One more line at the end of the checklist, open in every region. Ready cells regress over a must.

        Raises `ValidationError`.
        """
        integration = self.locked()
        last = integration.requirements.aggregate(last=models.Max("position"))["last"]
        requirement: Any = self.requirements.model(
            integration=integration,
            slug=integration._free_slug(values["title"]),
            position=0 if last is None else last + 1,
            **values,
        )
        requirement.full_clean()
        requirement.save()
        requirement.open_everywhere(now)
        integration.put()
        author = Author(now, by)
        requirement.noted("requirement added", author, after=requirement.described())
        requirement.told_cells("requirement added", author)
        return requirement

    def _free_slug(self, title: str) -> str:
        stem = slugify(title)[:45] or "requirement"
        # The address …/requirements/new/ is where one is added.
        taken = {"new", *self.requirements.filter(slug__startswith=stem).values_list("slug", flat=True)}
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)

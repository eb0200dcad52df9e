"""What every region needs, and the checklist that says when it is there."""

from datetime import timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from readiness import probes
from readiness.models.people import Team, User
from readiness.models.versioned import Versioned
from readiness.state import Level


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()


class Integration(Versioned):
    class Kind(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", "infrastructure"
        PROCESS = "internal_process", "internal process"
        CUSTOMER = "customer_facing", "customer-facing"

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
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "slug"], name="requirement_slug_per_integration")
        ]

    def __str__(self) -> str:
        return f"{self.integration.name}: {self.title}"

    @property
    def is_automated(self) -> bool:
        return bool(self.probe)

    @property
    def every(self) -> timedelta:
        return timedelta(seconds=self.interval)

    def clean(self) -> None:
        if self.parameters and not self.probe:
            raise ValidationError({"parameters": "Parameters need a kind of check."})
        if self.probe and (problems := probes.validate(self.probe, self.parameters)):
            raise ValidationError({"probe" if self.probe not in probes.names() else "parameters": problems})

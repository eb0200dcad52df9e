"""Who uses it: people and the teams they are in."""

from functools import cached_property
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_noop

from readiness.models.versioned import Versioned


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: "User") -> Self:
        """Everybody signed in reads everything: a launch is held back by what others cannot see."""
        return self if user.is_active else self.none()


class Team(Versioned):
    """Owns integrations and blockers."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    email = models.EmailField("notification address", blank=True)
    parallel_work = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="How many blockers the team works on at once.",
    )
    members = models.ManyToManyField("readiness.User", related_name="teams", blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.slug])


class User(AbstractUser):
    """A person. What they may do follows from the teams they are in and the launches they lead."""

    language = models.CharField(
        max_length=10, blank=True, choices=settings.LANGUAGES, help_text="Empty: what the browser wishes."
    )

    def __str__(self) -> str:
        return self.label

    @cached_property
    def _ties(self) -> tuple[tuple[int | None, int | None, int | None], ...]:
        """Team, launch led, and its region, each with each: every page asks, so it is one query for all."""
        rows = User.objects.filter(pk=self.pk)
        return tuple(rows.values_list("teams", "led_launches", "led_launches__region"))

    @cached_property
    def team_ids(self) -> frozenset[int]:
        return frozenset(team for team, _, _ in self._ties if team)

    @cached_property
    def led(self) -> frozenset[tuple[int, int]]:
        """(launch, region) of each launch this person leads."""
        return frozenset((launch, region) for _, launch, region in self._ties if launch and region)

    @property
    def led_launch_ids(self) -> frozenset[int]:
        return frozenset(launch for launch, _ in self.led)

    @property
    def led_region_ids(self) -> frozenset[int]:
        return frozenset(region for _, region in self.led)

    @property
    def label(self) -> str:
        return self.get_full_name() or self.username

    def speaks(self, language: str) -> None:
        User.objects.filter(pk=self.pk).update(language=language)
        self.language = language

    @property
    def role(self) -> str:
        """The word that says most about what this person may do; pages say it in their language."""
        if self.is_superuser:
            return gettext_noop("admin")
        if self.led:
            return gettext_noop("lead")
        return gettext_noop("member") if self.team_ids else gettext_noop("viewer")

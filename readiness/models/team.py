"""Who does the work: teams, and how much of it they do at once and in a week."""

from datetime import date, datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from readiness.models.history import Author, Change, Recorded
from readiness.models.people import User
from readiness.models.versioned import Versioned


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> Self:
        """Everybody signed in reads everything: a launch is held back by what others cannot see."""
        return self if user.is_active else self.none()


class Weekday(models.TextChoices):
    """The days that a calendar of work has; what is done on the others is nobody's plan."""

    MONDAY = "mon", _("Monday")
    TUESDAY = "tue", _("Tuesday")
    WEDNESDAY = "wed", _("Wednesday")
    THURSDAY = "thu", _("Thursday")
    FRIDAY = "fri", _("Friday")


EVERY_DAY = " ".join(Weekday.values)
LEAST_SHARE = 5


def validate_week(text: str) -> None:
    days = text.split()
    if not days or [day for day in Weekday.values if day in days] != days:
        raise ValidationError(_("A week has at least one of its days, in their order: mon tue wed thu fri."))


class Team(Recorded, Versioned):
    """Owns integrations and blockers."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    email = models.EmailField("notification address", blank=True)
    parallel_work = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text="How many blockers the team works on at once.",
    )
    working_week = models.CharField(
        max_length=19,
        default=EVERY_DAY,
        validators=[validate_week],
        help_text=_("The days it works on, such as mon tue wed thu."),
    )
    share = models.PositiveSmallIntegerField(
        default=100,
        validators=[MinValueValidator(LEAST_SHARE), MaxValueValidator(100)],
        help_text=_("Of each of these days, in percent."),
    )
    # Work begun before that took as long as it takes in a full week. Empty: it has always been like this.
    paced_on = models.DateField(null=True, editable=False)
    members = models.ManyToManyField("readiness.User", related_name="teams", blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.slug])

    @property
    def weekdays(self) -> list[Weekday]:
        return [Weekday(day) for day in self.working_week.split()]

    @property
    def pace(self) -> float:
        """How much of a full week it works: above 0, up to 1."""
        return len(self.weekdays) * self.share / (100 * len(Weekday))

    def pace_on(self, day: date) -> float:
        """The same for work that began on `day`."""
        return self.pace if self.paced_on is None or day >= self.paced_on else 1.0

    @transaction.atomic
    def set_capacity(
        self,
        parallel_work: int,
        working_week: str,
        share: int,
        *,
        by: User,
        now: datetime,
        version: int | None = None,
    ) -> Change | None:
        """How much it does at once, on which days, and how many percent of these; `None` if it is so already.

        Raises `Conflict`.
        """
        team = self.locked(version)
        wanted = {"parallel_work": parallel_work, "working_week": working_week, "share": share}
        differs = [name for name, value in wanted.items() if getattr(team, name) != value]
        if not differs:
            return None
        before, pace = {name: getattr(team, name) for name in differs}, team.pace
        team.put(**wanted)
        if team.pace != pace:
            team.paced_on = now.date()
            team.save(update_fields=["paced_on"])
        after = {name: wanted[name] for name in differs}
        return team.noted("capacity set", Author(now, by), before, after)

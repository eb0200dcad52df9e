"""Who uses it: people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Team, launch led, and its region: each with each.
Tie = tuple[int | None, int | None, int | None]


class User(AbstractUser):
    """A person. What they may do follows from the teams they are in and the launches they lead."""

    language = models.CharField(
        max_length=10, blank=True, choices=settings.LANGUAGES, help_text="Empty: what the browser wishes."
    )

    times_closed = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often it was closed or opened again."
    )

    def __str__(self) -> str:
        return self.label

    def save(self, *, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """A session ends with the account, and is none of the account that is opened again."""
        update_fields = None if update_fields is None else {*update_fields}
        if self.pk and (update_fields is None or "is_active" in update_fields):
            turned = User.objects.filter(pk=self.pk).exclude(is_active=self.is_active)
            before = turned.values_list("times_closed", flat=True).first()
            if before is not None:
                self.times_closed = before + 1
                update_fields = None if update_fields is None else {*update_fields, "times_closed"}
        super().save(update_fields=update_fields, **options)

    def get_session_auth_hash(self) -> str:
        """A session holds it, and is over once it is another: after a change of the password, too."""
        return self._of_these_days(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Any:
        return map(self._of_these_days, super().get_session_auth_fallback_hash())

    def _of_these_days(self, session: str) -> str:
        """`session` proves the key already, so that a digest of it does as well."""
        return sha256(f"{session} {self.times_closed}".encode()).hexdigest() if self.times_closed else session

    @cached_property
    def _ties(self) -> frozenset[Tie]:
        """Every page asks, so it is one query for all."""
        return _ties_of([self.pk])[self.pk]

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

    @property
    def label_as_owner(self) -> str:
        """Of what somebody has whose account is closed nobody takes care."""
        return self.label if self.is_active else _("%(name)s (account closed)") % {"name": self.label}

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


def with_ties(people: Iterable[User]) -> list[User]:
    """With their teams and launches at hand: one query for all of them."""
    found = list(people)
    ties = _ties_of([person.pk for person in found])
    for person in found:
        person.__dict__["_ties"] = ties[person.pk]
    return found


def _ties_of(keys: Iterable[int]) -> Mapping[int, frozenset[Tie]]:
    ties: dict[int, set[Tie]] = defaultdict(set)
    rows = User.objects.filter(pk__in=list(keys))
    for key, *tie in rows.values_list("pk", "teams", "led_launches", "led_launches__region"):
        ties[key].add((tie[0], tie[1], tie[2]))
    return defaultdict(frozenset, {key: frozenset(found) for key, found in ties.items()})

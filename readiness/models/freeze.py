"""Change freezes: days on which nothing may be changed in a region, so that no work there gets done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.utils.translation import gettext as _

from readiness.days import day_in_words
from readiness.language.phrase import stop_after

# What takes longer than a year is no freeze but a launch that nobody works on.
LONGEST = timedelta(days=366)
# So far ahead somebody plans; a forecast counts ten years of work and has to find some.
AHEAD = timedelta(days=3 * 366)


class FreezeRefused(ValueError):
    """Such a freeze cannot be. `field` is the one to put right, the text says how."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True, order=True)
class ChangeFreeze:
    """From `first` to `last`, both included."""

    first: date
    last: date
    reason: str = ""

    def __str__(self) -> str:
        return f"{day_in_words(self.first)} – {day_in_words(self.last)}"

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> Self:
        return cls(date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"]), facts["reason"])

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "reason": self.reason}

    def overlaps(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last

    def check(self, others: Iterable["ChangeFreeze"], today: date) -> None:
        """Raises `Refused` for days out of order, too many or too far ahead, and days frozen already."""
        if self.last < self.first:
            raise FreezeRefused("last", _("It cannot end before it begins."))
        if self.last - self.first >= LONGEST:
            raise FreezeRefused("last", _("A freeze lasts a year at most."))
        if self.first - today > AHEAD:
            raise FreezeRefused("first", _("It begins within three years."))
        for other in others:
            if other.overlaps(self.first, self.last):
                said = _("%(freeze)s is frozen already: %(reason)s")
                reason = other.reason + stop_after(other.reason)
                raise FreezeRefused("first", said % {"freeze": other, "reason": reason})

"""What is to be said, before it is in any language: kept as JSON, compared, and said to whoever reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, override

# What ends a sentence already; nothing at all needs no end.
ENDS = (".", "!", "?", "…", "")


@dataclass(frozen=True, slots=True)
class PhraseDay:
    """A day within a phrase; months have other names elsewhere."""

    day: date
    form: str = "j M Y"

    def __str__(self) -> str:
        return date_format(self.day, self.form)


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text` in English, with a place for each of `facts`; `several` is it for other counts than one."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    several: str = ""

    def __str__(self) -> str:
        if self.several:
            return ngettext(self.text, self.several, self.facts["count"]) % self.facts
        return gettext(self.text) % self.facts if self.facts else gettext(self.text)


def phrase(text: str, **facts: Any) -> Phrase:
    """Facts are texts of people, whole numbers, days and other phrases."""
    return Phrase(text, facts)


def phrases(one: str, several: str, count: int, **facts: Any) -> Phrase:
    return Phrase(one, {"count": count, **facts}, several)


def listed(names: Sequence[str]) -> Phrase | str:
    """`Legal`, `Sales and Legal`, `Support, Sales and Legal`."""
    if len(names) < 2:
        return "".join(names)
    return phrase("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def stop_after(text: str) -> str:
    """The full stop that a sentence ending with `text`, which people wrote, still lacks."""
    return "" if text.rstrip()[-1:] in ENDS else "."


def as_phrase(label: str | Promise) -> Phrase:
    """Of a label that is translated whenever it is shown, what it is in English."""
    with override(None):
        return Phrase(str(label))


def to_json(told: Any) -> Any:
    """As JSON. What is no phrase is kept as it is: people wrote it."""
    if isinstance(told, PhraseDay):
        return {"day": told.day.isoformat(), "form": told.form}
    if not isinstance(told, Phrase):
        return told
    row: dict[str, Any] = {"text": told.text}
    if told.several:
        row["several"] = told.several
    if told.facts:
        row["facts"] = {name: to_json(fact) for name, fact in told.facts.items()}
    return row


def render(told: Any) -> str:
    """What `kept` returned, in the language of the moment."""
    return str(_phrase_of(told))


def _phrase_of(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    if "day" in told:
        return PhraseDay(date.fromisoformat(told["day"]), told["form"])
    facts = {name: _phrase_of(fact) for name, fact in told.get("facts", {}).items()}
    return Phrase(told["text"], facts, told.get("several", ""))

"""A change in words: who, what, and from what to what."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from readiness.days import day_in_words
from readiness.language.history_words import ACTS, FIELDS, VALUES, VERBS
from readiness.models import Change, ChangeRequest, Origin
from readiness.models.team import Weekday
from readiness.state import CellState, Importance, ItemState, Level

_ACTORS = {
    Origin.CHECK: _("A check"),
    Origin.PLAN: _("The plan file"),
    Origin.CLOCK: _("Time"),
    Origin.RULE: _("The checklist"),
    Origin.TRACKER: _("An outside tracker"),
}
_WORDS = {
    **VALUES,
    **dict(Importance.choices),
    **dict(Level.choices),
    **dict(CellState.choices),
    **dict(ItemState.choices),
    **dict(Weekday.choices),
}
_UNDONE = "undone: "
_CHOICE = re.compile(r"[a-z]+(_[a-z]+)+")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
# Of a decision: its author and its note say these already.
_SAID = {"requested_by", "approved_by", "reason", "alone"}
# What history keeps of a related row.
_ROW = {"id", "label"}
# Who did something, and when; and an address with what it shows.
_DONE, _LINK = {"by", "at"}, {"url", "title"}
# A change freeze.
_FREEZE = {"first", "last", "reason"}
# Long texts are told by their beginning; the page they are on has the rest.
_LONGEST = 120


class Difference(NamedTuple):
    field: str
    before: str
    after: str

    @property
    def is_state(self) -> bool:
        """Whether it is what pages draw as a state."""
        return self.field == str(FIELDS["state"])


def actor(change: Change) -> str:
    return change.author.label if change.author else str(_ACTORS.get(Origin(change.origin), change.origin))


def happening(change: Change) -> str:
    """The verb; nothing when it is the state that follows anyway."""
    return "" if change.verb == change.after.get("state") else verb_word(change.verb)


def verb_word(verb: str) -> str:
    """What was done, as the reader's language says it."""
    if verb.startswith(_UNDONE):
        return gettext("undone: %(verb)s") % {"verb": verb_word(verb.removeprefix(_UNDONE))}
    return str(VERBS.get(verb, verb))


def label_beside(change: Change, about: object) -> str:
    """What it happened to, on a page about `about`: "Health (WhatsApp in Europe)" is "Health" there."""
    name = str(about or "")
    return "" if change.label == name else change.label.removesuffix(f" ({name})")


def differences(change: Change) -> list[Difference]:
    """Field by field; a side that does not know the field is empty.

    The moments at which something happened say no more than when the change did.
    """
    fields = [*change.before, *(name for name in change.after if name not in change.before)]
    told = [name for name in fields if not name.endswith("_at") and name.partition(".")[2] not in _SAID]
    if not change.before and "state" in told:
        # The whole of what is new is on its page.
        told = ["state"]
    before, after = change.before.get, change.after.get
    rows = (Difference(field_word(name), in_words(before(name)), in_words(after(name))) for name in told)
    return [row for row in rows if row.before != row.after]


def act_asked_for(request: ChangeRequest) -> str:
    """What somebody asks for, after “asks to”."""
    return str(ACTS[request.content_type.model, request.verb])


def differences_asked_for(request: ChangeRequest) -> list[Difference]:
    """What would be different, from when it was asked."""
    wanted = request.wanted
    return [
        Difference(field_word(name), in_words(value), in_words(wanted[name]))
        for name, value in request.before.items()
    ]


def field_word(field: str) -> str:
    """`fill by` for `deferral.fill_by`: what of it the verb says."""
    name = field.rpartition(".")[2]
    return str(FIELDS.get(name) or name.replace("_", " "))


def state_word(state: str) -> str:
    """The word for a choice's value; any other text as it is."""
    return str(_WORDS.get(state) or (state.replace("_", " ") if _CHOICE.fullmatch(state) else state))


def declared_word(count: int, unseen: int) -> str:
    """Of a cell that was declared ready while `count` of its required items were open, and still are;
    `unseen` of them were never checked."""
    if unseen == count:
        words = ngettext(
            "ready, declared; %(count)d never checked", "ready, declared; %(count)d never checked", count
        )
        return words % {"count": count}
    words = ngettext("ready, declared; %(count)d open", "ready, declared; %(count)d open", count)
    return words % {"count": count}


def estimate_in_words(points: Any) -> str:
    """`5–12–40 d`, or `12 d` when all three are the same."""
    words = [number_in_words(Decimal(point)) for point in points]
    days = words[0] if len(set(words)) == 1 else "–".join(words)
    return gettext("%(days)s d") % {"days": days}


def number_in_words(number: Decimal | None) -> str:
    """As `shortest`, with the reader's decimal comma."""
    return number_format(shortest(number)) if number is not None else ""


def shortest(number: Decimal | None) -> str:
    """`5` for 5.0, `40` for 4E+1; nothing for none. As a form field takes it."""
    return "" if number is None else f"{number.normalize():f}"


def in_words(value: Any) -> str:
    """A value of `before` or `after`, which are JSON, as a person would say it."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Decimal):
        return number_in_words(value)
    if isinstance(value, dict):
        return _short(_mapping_in_words(value))
    if isinstance(value, list | tuple):
        return estimate_in_words(value) if _is_estimate(value) else _short(", ".join(map(in_words, value)))
    return _short(_moment_in_words(value) or _week_in_words(str(value)) or state_word(str(value)))


def _mapping_in_words(value: dict[str, Any]) -> str:
    """A part that is nothing yet, such as a function that has to acknowledge, is its name alone."""
    if value.keys() == _ROW:
        return str(value["label"])
    if value.keys() == _LINK:
        return str(value["title"])
    if value.keys() == _DONE:
        return in_words(value["by"])
    if value.keys() == _FREEZE:
        return f"{in_words(value['first'])} – {in_words(value['last'])}: {value['reason']}"
    parts = ((field_word(name), in_words(part)) for name, part in value.items())
    return ", ".join(
        gettext("%(name)s: %(value)s") % {"name": name, "value": part} if part else name
        for name, part in parts
    )


def _week_in_words(text: str) -> str:
    """`Monday, Tuesday` for the days `mon tue` of a team; nothing for what is no week."""
    days = text.split()
    is_week = len(days) > 1 and set(days) <= set(Weekday.values)
    return ", ".join(str(Weekday(day).label) for day in days) if is_week else ""


def _is_estimate(value: Any) -> bool:
    """Three numbers, as text once they have been through JSON; a label may be `²`, a digit as well."""
    return len(value) == 3 and all(_NUMBER.fullmatch(str(point)) for point in value)


def _moment_in_words(value: Any) -> str:
    if isinstance(value, date):
        return day_in_words(value)
    text = str(value)
    if len(text) == len("2026-12-14") and (day := _parsed(parse_date, text)):
        return day_in_words(day)
    if "T" in text and (moment := _parsed(parse_datetime, text)):
        return date_format(moment, "j M Y, H:i")
    return ""


def _parsed(parse: Any, text: str) -> date | datetime | None:
    """Django's parsers raise for what looks like a date and is none, such as 2026-02-31."""
    try:
        parsed: date | datetime | None = parse(text)
    except ValueError:
        return None
    return parsed


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"

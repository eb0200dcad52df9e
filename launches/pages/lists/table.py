"""Rows of blockers as a table, with a head for each group of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker
from launches.pages.lists.rows import BlockerRow
from readiness.days import day_in_words
from readiness.templatetags.readiness import estimate, state

Line = Mapping[str, Any]

WHY_LENGTH = 140
# By what rows are grouped: the value that tells groups apart, and what a group is called.
_KEYS: Mapping[str, Callable[[BlockerRow], Any]] = {
    "team": lambda row: row.blocker.team_id,
    "kind": lambda row: row.blocker.kind,
    "certainty": lambda row: row.blocker.certainty,
    "owner": lambda row: row.blocker.owner_id,
    "source": lambda row: row.blocker.source,
}
_LABELS: Mapping[str, Callable[[BlockerRow], str]] = {
    "team": lambda row: row.blocker.team.name if row.blocker.team else "",
    "kind": lambda row: row.blocker.get_kind_display(),
    "certainty": lambda row: row.blocker.get_certainty_display(),
    "owner": lambda row: row.blocker.owner.label_as_owner if row.blocker.owner else "",
    "source": lambda row: row.blocker.get_source_display(),
}
_CERTAINTY: Mapping[str, str | Promise] = dict(Blocker.Certainty.choices) | {
    Blocker.Certainty.KNOWN_KNOWN: ""
}
_SEVERITY: Mapping[str, str | Promise] = dict(Blocker.Severity.choices)
# What a group is called whose rows have none of what they are grouped by.
_NONE: Mapping[str, Promise] = {"team": _("no team"), "owner": _("no owner")}


@dataclass(frozen=True)
class RowGroup:
    """Rows under one head: `count` and `worst`, working days, are of the whole group, also off this page."""

    label: str
    rows: Sequence[BlockerRow]
    count: int
    worst: Decimal

    @property
    def days(self) -> int:
        """What the word for working days agrees with: a fraction has no number of its own."""
        return 1 if self.worst == 1 else 2

    def lines(self) -> Iterator[Line]:
        return (line(row) for row in self.rows)


@dataclass(frozen=True)
class ListTable:
    """`state` decides the columns; `query` ends the addresses of its rows; `selects` when many can be chosen.

    `across` when the rows are of several launches.
    """

    groups: Sequence[RowGroup]
    state: str
    query: str = ""
    grouped_by: str = ""
    across: bool = False
    selects: bool = False

    @property
    def rows(self) -> list[BlockerRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def is_blocking(self) -> bool:
        return self.state == "blocking"

    @property
    def width(self) -> int:
        """In columns."""
        more = 2 if self.across else 2 * self.is_blocking
        return 6 + self.is_blocking + self.selects + more


def line(row: BlockerRow) -> Line:
    """What the table prints of a row, all of it text: a template looks up a tenth as much as in the row."""
    blocker = row.blocker
    launch = blocker.launch
    base = _address(launch.slug)
    return {
        "row": row,
        "key": str(blocker.pk),
        "chosen": f"{blocker.pk}:{blocker.version}",
        "url": f"{base}{blocker.slug}/",
        "title": blocker.title,
        "state": _state(blocker.state, get_language()),
        "days": str(row.days) if row.days else "",
        "pending": row.is_pending,
        "bar": str(row.bar),
        "why": _short(row.why),
        "certainty": str(_CERTAINTY[blocker.certainty]),
        "launch": launch.name,
        "launch_url": base.removesuffix("blockers/"),
        "owner": blocker.owner.label_as_owner if blocker.owner else "",
        "team": blocker.team.name if blocker.team else "",
        "estimate": estimate(blocker.points) or "—",
        "guessed": row.is_assumed,
        "due": _due(row),
        "overdue": row.is_overdue,
        "lapses": _lapses(row),
        "severity": str(_SEVERITY[blocker.severity]),
        "since": day_in_words(blocker.opened_at, row.today),
        "reopened": _reopened(row),
        "critical": row.decides or "—",
        "on_paper": row.is_on_paper,
        "edits": row.may_edit,
        "dates": row.may_edit and not row.until and not blocker.closed_at,
    }


@lru_cache(maxsize=512)
def _address(launch: str) -> str:
    """Of the blockers of a launch: each is below it."""
    return reverse("blocker-new", args=[launch])


@lru_cache(maxsize=32)
def _state(value: str, _language: str | None) -> SafeString:
    """The word for it is that of one language."""
    return state(value)


def _short(why: str) -> str:
    return why if len(why) <= WHY_LENGTH else Truncator(why).chars(WHY_LENGTH)


def _reopened(row: BlockerRow) -> str:
    if not row.blocker.reopened_at:
        return ""
    return gettext("reopened %(day)s") % {"day": day_in_words(row.blocker.reopened_at, row.today)}


def _due(row: BlockerRow) -> str:
    if row.until:
        return day_in_words(row.until[1])
    day = row.blocker.closed_at or row.blocker.due
    return day_in_words(day, row.today) if day else ""


def _lapses(row: BlockerRow) -> str:
    day = row.lapses
    return gettext("ends %(day)s, before the launch") % {"day": day_in_words(day)} if day else ""


def one_group(rows: Sequence[BlockerRow]) -> list[RowGroup]:
    return [RowGroup("", rows, len(rows), sum((row.worst for row in rows), Decimal(0)))]


def sorted_into_groups(rows: Sequence[BlockerRow], by: str) -> list[RowGroup]:
    """By label, what has none last; in each the order as it is."""
    label = _LABELS[by]
    return in_groups(sorted(rows, key=lambda row: (not label(row), label(row).lower())), by, {})


def in_groups(
    rows: Iterable[BlockerRow], by: str, totals: Mapping[Any, tuple[int, Decimal]]
) -> list[RowGroup]:
    """Rows that lie together as one group; `totals` by value where not all of a group are among `rows`."""
    groups = []
    for value, found in groupby(rows, key=_KEYS[by]):
        (group,) = one_group(list(found))
        count, worst = totals.get(value, (group.count, group.worst))
        label = _LABELS[by](group.rows[0]) or str(_NONE[by])
        groups.append(RowGroup(label, group.rows, count, worst))
    return groups

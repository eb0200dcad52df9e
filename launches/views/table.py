"""Rows of blockers as a table, with a head for each group of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from launches.views.rows import BlockerRow

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
    "owner": lambda row: row.blocker.owner.label if row.blocker.owner else "",
    "source": lambda row: row.blocker.get_source_display(),
}


@dataclass(frozen=True)
class Group:
    """Rows under one head: `count` and `worst`, working days, are of the whole group, also off this page."""

    label: str
    rows: Sequence[BlockerRow]
    count: int
    worst: Decimal


@dataclass(frozen=True)
class Table:
    """`state` decides the columns; `query` ends the addresses of its rows; `selects` when many can be chosen.

    `across` when the rows are of several launches.
    """

    groups: Sequence[Group]
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
        more = 2 if self.across else 3 if self.is_blocking else 0
        return 6 + self.is_blocking + self.selects + more


def one_group(rows: Sequence[BlockerRow]) -> list[Group]:
    return [Group("", rows, len(rows), sum((row.worst for row in rows), Decimal(0)))]


def sorted_into_groups(rows: Sequence[BlockerRow], by: str) -> list[Group]:
    """By label, what has none last; in each the order as it is."""
    label = _LABELS[by]
    return in_groups(sorted(rows, key=lambda row: (not label(row), label(row).lower())), by, {})


def in_groups(rows: Iterable[BlockerRow], by: str, totals: Mapping[Any, tuple[int, Decimal]]) -> list[Group]:
    """Rows that lie together as one group; `totals` by value where not all of a group are among `rows`."""
    groups = []
    for value, found in groupby(rows, key=_KEYS[by]):
        (group,) = one_group(list(found))
        count, worst = totals.get(value, (group.count, group.worst))
        label = _LABELS[by](group.rows[0]) or f"no {by}"
        groups.append(Group(label, group.rows, count, worst))
    return groups

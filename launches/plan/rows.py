"""Rows against what a file says of them: new, different or as they are; written in few statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from django.db import models

from launches.plan.report import Report
from readiness.models import Change, NeedsApproval, Origin, Readiness, User
from readiness.models.history import Author, serialize, written
from readiness.models.versioned import bring, keep_changed, keep_new, move_on

BATCH = 1000

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=models.Model)
Values = Mapping[str, Any]
POINTS = ("best", "likely", "worst")


@dataclass
class Loading:
    """One load: of what, when and by whom, and what has come of it so far."""

    name: str
    now: datetime
    today: date
    by: User | None = None
    report: Report = field(default_factory=Report)
    # Keys of the cells whose blockers have to be settled, and of those whose state has to follow their items.
    cells: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    pending: list[Change] = field(default_factory=list)
    # What would take blockers away: it is asked for at the end, and stays as it is until somebody approves.
    held_back: list[Exception] = field(default_factory=list)

    @property
    def reason(self) -> str:
        return f"Loaded from {self.name}"

    @property
    def author(self) -> Author:
        """For the verbs: what it changes is settled at the end of the load."""
        return Author(self.now, self.by, Origin.PLAN, self.reason, settled=True, held_back=self.held_back)

    def attempt(self, verb: Callable[[Any], Any], what: Any) -> Any:
        """What comes of it; nothing where it takes two people: then it is asked for at the end."""
        try:
            return verb(what)
        except NeedsApproval as needed:
            self.held_back.append(needed)
        return None

    def amend(
        self, row: models.Model, verb: Callable[[Values], Any], values: Values, weaker: Collection[str]
    ) -> list[str]:
        """The names of the `values` that `row` takes on by `verb`; `weaker` ones wait where it takes two."""
        try:
            verb(values)
        except NeedsApproval:
            self.attempt(verb, {name: value for name, value in values.items() if name in weaker})
            values = {name: value for name, value in values.items() if name not in weaker}
            if values:
                verb(values)
        row.refresh_from_db(fields=["version"])
        return list(values)

    def noted(
        self,
        row: models.Model,
        verb: str,
        before: Values,
        after: Values,
        *,
        region: int | None = None,
        cell: int | None = None,
        note: str = "",
    ) -> None:
        """Keep a `Change` to be written. Born handled: the load settles its cells in this transaction."""
        author = replace(self.author, note=note or self.reason)
        self.pending.append(
            author.change(row, verb, before=dict(before), after=dict(after), cell_id=cell, region_id=region)
        )

    def write_history(self) -> None:
        written(self.pending)
        self.pending.clear()


def without_held_back(
    loading: Loading, act: tuple[Any, str, Values, Values], values: dict[str, Any], names: Collection[str]
) -> dict[str, Any]:
    """`values` to write, without `names` where blockers stand on `act`: row, verb, arguments, before."""
    row, verb, arguments, before = act
    blockers = row.stands_on(verb, arguments)
    if not blockers:
        return values
    loading.held_back.append(NeedsApproval(row, verb, arguments, before, blockers))
    return {name: value for name, value in values.items() if name not in names}


def upsert(
    loading: Loading,
    kind: str,
    rows: Mapping[Key, Row],
    wanted: Mapping[Key, Values],
    *,
    later: Sequence[str] = (),
    beside: Mapping[Key, Collection[str]] | None = None,
    born: Callable[[Any], Values] | None = None,
    verbs: Callable[[Any, str], str] | None = None,
) -> list[Row]:
    """Write `wanted`, by key the values of fields, to `rows`, which are locked or new. Those that changed.

    A value of a many-to-many field is a collection of rows. Relations to rows that are new themselves, of
    this kind, are named in `later` or are many-to-many. `beside` names what verbs change of a row then, for
    the report, `born` is all that history keeps of a new row, and `verbs` how it says created and changed.
    """
    new = {key: rows[key] for key in wanted if rows[key].pk is None}
    links = Links.of([rows[key] for key in wanted if key not in new], _many(wanted, rows))
    befores = {key: _differing(rows[key], wanted[key], links) for key in wanted if key not in new}
    changed = {key: rows[key] for key in befores if befores[key]}
    _create(new, wanted, later)
    _change(changed, wanted, befores)
    links.write(rows, wanted)
    _tell(
        loading,
        kind,
        rows,
        wanted,
        befores,
        HistoryRule(beside or {}, born or (lambda row: {}), verbs or (lambda row, verb: verb)),
    )
    return [*new.values(), *changed.values()]


def plain(value: Any) -> Any:
    """A value as history keeps it; many rows are sorted by what they are called."""
    if isinstance(value, list | set | frozenset) and all(isinstance(each, models.Model) for each in value):
        return sorted(map(serialize, value), key=str)
    return serialize(value)


def described(values: Values) -> dict[str, Any]:
    """`values` for history: the three points of an estimate are one thing."""
    told = {name: plain(value) for name, value in values.items() if name not in POINTS}
    if "best" in values:
        points = [values.get(name) for name in POINTS]
        told["estimate"] = None if points[0] is None else points
    return told


def same(old: Any, new: Any) -> bool:
    """Whether the file says nothing new: it has no white space at the end, and of some times only the day."""
    if isinstance(old, datetime) and isinstance(new, datetime):
        is_day = new.astimezone(UTC).time() == time()
        return old.astimezone(UTC).date() == new.astimezone(UTC).date() if is_day else old == new
    if isinstance(old, str) and isinstance(new, str):
        return old.rstrip() == new
    return bool(old == new)


def news(row: models.Model, values: Values) -> dict[str, Any]:
    """Those of `values`, of fields of its own, that `row` has not."""
    return {name: value for name, value in values.items() if not same(getattr(row, name), value)}


def _many(wanted: Mapping[Key, Values], rows: Mapping[Key, Row]) -> list[Any]:
    names = {name for values in wanted.values() for name in values}
    first = next(iter(rows.values()), None)
    return [] if first is None else [f for f in first._meta.many_to_many if f.name in names]


def _differing(row: models.Model, values: Values, links: "Links") -> dict[str, Any]:
    """The fields in which `row` is not as wanted, with what they are."""
    before: dict[str, Any] = {}
    for name, value in values.items():
        if name in links.fields:
            if links.keys(row, name) != {each.pk for each in value}:
                before[name] = links.rows(row, name)
        elif not same(_current(row, name), value.pk if isinstance(value, models.Model) else value):
            before[name] = getattr(row, name)
    if before.keys() & set(POINTS):
        before |= {name: getattr(row, name) for name in POINTS}
    return before


def _current(row: models.Model, name: str) -> Any:
    found = row._meta.get_field(name)
    return getattr(row, found.attname) if isinstance(found, models.ForeignKey) else getattr(row, name)


def _create(rows: Mapping[Key, Row], wanted: Mapping[Key, Values], later: Sequence[str]) -> None:
    for key, row in rows.items():
        bring(row, {name: value for name, value in wanted[key].items() if name not in later})
    keep_new(rows.values())
    names: set[str] = set()
    for key, row in rows.items() if later else ():
        names |= bring(row, {name: value for name, value in wanted[key].items() if name in later})
    keep_changed(rows.values(), names - {"version"})


def _change(rows: Mapping[Key, Row], wanted: Mapping[Key, Values], befores: Mapping[Key, Values]) -> None:
    names: set[str] = set()
    for key, row in rows.items():
        names |= bring(row, {name: wanted[key][name] for name in befores[key]}) or move_on(row)
    keep_changed(rows.values(), names)


def _tell(
    loading: Loading,
    kind: str,
    rows: Mapping[Key, Row],
    wanted: Mapping[Key, Values],
    befores: Mapping[Key, Values],
    telling: "HistoryRule",
) -> None:
    for key, values in wanted.items():
        row, before, beside = rows[key], befores.get(key), telling.beside.get(key, ())
        if before is None:
            loading.report.created(kind, str(row))
            telling.note(loading, row, "created", {}, described(values) | dict(telling.born(row)))
        elif before or beside:
            after = described({name: values[name] for name in before})
            loading.report.changed(kind, str(row), [*after, *beside])
            if before:
                telling.note(loading, row, "changed", described(before), after)
        else:
            loading.report.unchanged(kind)
    loading.write_history()


@dataclass(frozen=True)
class HistoryRule:
    """How history tells of some rows, as `upsert` is asked to."""

    beside: Mapping[Any, Collection[str]]
    born: Callable[[Any], Values]
    verbs: Callable[[Any, str], str]

    def note(self, loading: Loading, row: Any, verb: str, before: Values, after: Values) -> None:
        region, cell = _region(row), row.pk if isinstance(row, Readiness) else None
        loading.noted(row, self.verbs(row, verb), before, after, region=region, cell=cell)


def _region(row: models.Model) -> int | None:
    """The region that the history of `row` belongs to."""
    if row._meta.model_name == "region":
        return int(row.pk)
    launch = getattr(row, "launch", row)
    region: int | None = getattr(launch, "region_id", None)
    return region


@dataclass
class Links:
    """The many-to-many relations of some rows, read at once."""

    fields: dict[str, Any]
    known: dict[str, dict[int, dict[int, Any]]]

    @classmethod
    def of(cls, rows: Collection[models.Model], fields: Iterable[Any]) -> "Links":
        links = cls({found.name: found for found in fields}, defaultdict(lambda: defaultdict(dict)))
        for name, found in links.fields.items():
            source, target = found.m2m_field_name(), found.m2m_reverse_field_name()
            through = found.remote_field.through._base_manager
            for link in through.filter(**{f"{source}__in": rows}).select_related(target):
                owner, other = getattr(link, f"{source}_id"), getattr(link, target)
                links.known[name][owner][other.pk] = other
        return links

    def keys(self, row: models.Model, name: str) -> set[int]:
        return set(self.known[name][row.pk])

    def rows(self, row: models.Model, name: str) -> list[models.Model]:
        return list(self.known[name][row.pk].values())

    def write(self, rows: Mapping[Key, models.Model], wanted: Mapping[Key, Values]) -> None:
        for name, found in self.fields.items():
            source, target = found.m2m_field_name(), found.m2m_reverse_field_name()
            through = found.remote_field.through
            for key, values in wanted.items():
                if name not in values:
                    continue
                gone = self.keys(rows[key], name) - {each.pk for each in values[name]}
                if gone:
                    through._base_manager.filter(**{source: rows[key].pk, f"{target}__in": gone}).delete()
            keep_new(
                [
                    through(**{f"{source}_id": rows[key].pk, f"{target}_id": each})
                    for key, values in wanted.items()
                    if name in values
                    for each in sorted({each.pk for each in values[name]} - self.keys(rows[key], name))
                ]
            )

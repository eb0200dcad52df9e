"""Whatever writes a row that can be found leaves a mark in the same transaction: triggers see to it.

They are in no migration, because SQLite forgets those of a table that a migration makes anew. After each
`migrate` the missing ones are made, and what they watch is marked as a whole, because nobody watched it. The
name of each holds a digest of what it does, so that an outdated one is noticed. On PostgreSQL none depends on
a column, which a migration could not alter otherwise; what they call there is in a migration.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.models import Model

from launches.models import Unindexed
from launches.search.kinds import KINDS, Written

THERE = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search_%%'",
    "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE tgname LIKE 'search_%%' AND relnamespace = current_schema()::regnamespace",
}
# Which row of a write is told of: the new one, and the old one where nothing is left.
_EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


class Trigger(NamedTuple):
    """One that marks documents of `kind`; `sql` makes it, but for its name."""

    kind: str
    table: str
    key: str
    sql: str

    @property
    def name(self) -> str:
        return f"search_{self.kind}_{blake2b(self.sql.encode(), digest_size=5).hexdigest()}"

    @property
    def fill(self) -> str:
        return (
            f"INSERT INTO launches_unindexed (kind, key) SELECT DISTINCT '{self.kind}', {self.key}"
            f" FROM {self.table}"
        )


@transaction.atomic
def install(*, apps: Apps = all_apps, **_: Any) -> None:
    """One query when nothing is missing. `apps` are as the migrations left them, which may be long ago."""
    wanted = {trigger.name: trigger for trigger in _wanted(apps)}
    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor])
        there: Mapping[str, str] = dict(cursor.fetchall())
        for name in there.keys() - wanted.keys():
            table = f" ON {there[name]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{table}")
        missing = [wanted[name] for name in wanted.keys() - there.keys()]
        for trigger in missing:
            cursor.execute(f"CREATE TRIGGER {trigger.name} {trigger.sql}")
        for statement in sorted({trigger.fill for trigger in missing}):
            cursor.execute(statement)


def _wanted(apps: Apps) -> Iterator[Trigger]:
    """Of the models that are there with all the fields that are watched."""
    there = {model._meta.label: model._meta for model in apps.get_models()}
    if Unindexed._meta.label not in there:
        return
    for kind in KINDS.values():
        for written in kind.written:
            meta = there.get(written.model._meta.label)
            if meta and {*written.fields} <= {field.name for field in meta.get_fields()}:
                yield from _of(kind.name, written)


def _of(kind: str, written: Written) -> Iterator[Trigger]:
    table = written.model._meta.db_table
    key, *columns = (_column(written.model, name) for name in (written.key, *written.fields))
    events = [event for event in _EVENTS if columns or event != "UPDATE"]
    if connection.vendor == "postgresql":
        told = ", ".join(f"'{word}'" for word in (kind, key, *columns))
        call = f"FOR EACH ROW EXECUTE FUNCTION launches_search_mark({told})"
        yield Trigger(kind, table, key, f"AFTER {' OR '.join(events)} ON {table} {call}")
        return
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    for event in events:
        when = f" OF {', '.join(columns)} ON {table} WHEN {changed}" if event == "UPDATE" else f" ON {table}"
        mark = f"INSERT INTO launches_unindexed (kind, key) VALUES ('{kind}', {_EVENTS[event]}.{key})"
        yield Trigger(kind, table, key, f"AFTER {event}{when} BEGIN {mark}; END")


def _column(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(model._meta.pk.name if name == "pk" else name)
    return str(field.column)

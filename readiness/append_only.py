"""Tables that the database itself refuses to rewrite, whoever asks: triggers see to it.

They are in no migration, because SQLite forgets those of a table that a migration makes anew. After each
`migrate` the missing ones are made. The name of each holds a digest of what it does, so that an outdated one
is noticed.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.db import connection, transaction

SAID = "is append-only"
_THERE = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'kept_%%'",
    "postgresql": "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE tgname LIKE 'kept_%%' AND relnamespace = current_schema()::regnamespace",
}
# Its arguments are the columns that may change, and the one that must be null for it. By no column's name, or
# no migration could alter that column.
_REFUSE = f"""
    CREATE OR REPLACE FUNCTION readiness_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE'
            AND to_jsonb(NEW) - TG_ARGV[0]::text[] = to_jsonb(OLD) - TG_ARGV[0]::text[]
            AND (to_jsonb(OLD) ->> TG_ARGV[1] IS NULL OR NEW = OLD)
        THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'DELETE' AND TG_ARGV[2] = 'may end' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION '% {SAID}', TG_TABLE_NAME;
    END $$
"""


class AppendOnlyTable(NamedTuple):
    """`model` is its label, such as `readiness.Change`; `may_change` are fields written later, and no more
    once `until` has a value.

    `may_end` where rows are removed as a whole, such as by age. `alone` is the condition of another unique
    index: on SQLite `REPLACE` puts a row in the place of another without any trigger that says so.
    """

    model: str
    may_change: tuple[str, ...] = ()
    until: str = ""
    may_end: bool = False
    alone: str = ""


class _Trigger(NamedTuple):
    table: str
    sql: str

    @property
    def name(self) -> str:
        return f"kept_{self.table}_{blake2b(self.sql.encode(), digest_size=5).hexdigest()}"


@transaction.atomic
def keep(tables: Iterable[AppendOnlyTable], *, apps: Apps = all_apps, **_: Any) -> None:
    """One query when nothing is missing. `apps` are as the migrations left them, which may be long ago."""
    wanted = {trigger.name: trigger for trigger in _wanted(tables, apps)}
    ours = {trigger.table for trigger in wanted.values()}
    with connection.cursor() as cursor:
        cursor.execute(_THERE[connection.vendor])
        there: Mapping[str, str] = {name: table for name, table in cursor.fetchall() if table in ours}
        if connection.vendor == "postgresql" and wanted.keys() - there.keys():
            cursor.execute(_REFUSE.replace("%", "%%"), [])
        for name in there.keys() - wanted.keys():
            cursor.execute(f"DROP TRIGGER {name}{_on(there[name])}")
        for name in wanted.keys() - there.keys():
            cursor.execute(f"CREATE TRIGGER {name} {wanted[name].sql}")


def _on(table: str) -> str:
    return f" ON {table}" if connection.vendor == "postgresql" else ""


def _wanted(tables: Iterable[AppendOnlyTable], apps: Apps) -> Iterator[_Trigger]:
    there = {model._meta.label: model for model in apps.get_models()}
    make = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    for table in tables:
        if model := there.get(table.model):
            name = model._meta.db_table
            columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
            yield from (_Trigger(name, sql) for sql in make(table, name, columns))


def _on_postgresql(table: AppendOnlyTable, name: str, columns: Mapping[str, str]) -> Iterator[str]:
    free = ",".join(columns[field] for field in table.may_change if field in columns)
    end = "may end" if table.may_end else ""
    call = f"EXECUTE FUNCTION readiness_keep('{{{free}}}', '{columns.get(table.until, '')}', '{end}')"
    yield f"BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW {call}"
    yield f"BEFORE TRUNCATE ON {name} FOR EACH STATEMENT {call}"


def _on_sqlite(table: AppendOnlyTable, name: str, columns: Mapping[str, str]) -> Iterator[str]:
    """Not by `UPDATE OF`, which a key passes that is written as `rowid`."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{name} {SAID}'); END"
    fixed = [column for field, column in columns.items() if field not in table.may_change]
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in fixed)
    over = f" OR OLD.{columns[table.until]} IS NOT NULL" if table.until else ""
    taken = f"id = NEW.id{f' OR {table.alone}' if table.alone else ''}"
    yield f"BEFORE UPDATE ON {name} WHEN {changed}{over} {refuse}"
    yield f"BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM {name} WHERE {taken}) {refuse}"  # noqa: S608
    if not table.may_end:
        yield f"BEFORE DELETE ON {name} {refuse}"

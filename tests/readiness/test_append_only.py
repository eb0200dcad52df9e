"""The database refuses to rewrite what is written once, in whatever way it is asked."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from model_bakery import baker

from launches.apps import APPEND_ONLY as OF_LAUNCHES
from launches.models import GoRecord, TargetMove, Wording
from readiness.append_only import keep
from readiness.apps import APPEND_ONLY as OF_READINESS
from readiness.models import Change, Result, User

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TABLES = {table.model: table for table in (*OF_READINESS, *OF_LAUNCHES)}


@pytest.fixture
def rows(db):
    """One of each, by its label."""
    of = {
        Change: {"origin": "clock", "author": baker.make(User)},
        Result: {"latency": 12.5},
        GoRecord: {"decision": "go", "known": {"blockers": ["WhatsApp"]}},
        TargetMove: {"before": date(2026, 12, 1), "after": date(2026, 12, 14), "by": baker.make(User)},
        Wording: {"text": "As it was."},
    }
    return {model._meta.label: baker.make(model, **given) for model, given in of.items()}


def sql(text, *values):
    """Whether the database took it; the connection is good afterwards either way."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(text, values)
    except DatabaseError as problem:
        if "is append-only" not in str(problem):
            raise
        return False
    return True


def stored(row):
    return type(row).objects.filter(pk=row.pk).values().get()


def copied(row, **other):
    """Columns and values of `row` as the database has them, but for `other`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        values = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    return {**values, **other}


def test_each_of_them_is_tried_here(rows):
    assert rows.keys() == TABLES.keys()


OTHER = {
    "BooleanField": "NOT excused",
    "CharField": "'no_go'",
    "DateField": "'2020-01-01'",
    "DateTimeField": "'2020-01-01 00:00:00+00:00'",
    "JSONField": "'[1]'",
    "TextField": "'Nobody will notice.'",
}


def test_no_column_changes_but_those_that_are_written_later(rows):
    for label, row in rows.items():
        before = stored(row)
        fields = [field for field in row._meta.concrete_fields if field.name not in TABLES[label].may_change]
        for field in fields:
            value = OTHER.get(field.get_internal_type(), 7007)
            text = f"UPDATE {row._meta.db_table} SET {field.column} = {value}"
            assert (label, field.name, sql(text)) == (label, field.name, False)
        assert stored(row) == before


def test_nor_is_one_moved_to_another_key(rows):
    for row in rows.values():
        keys = ["id", "rowid", "_rowid_", "oid"] if connection.vendor == "sqlite" else ["id"]
        for key in keys:
            for how in ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"][: len(keys)]:
                assert not sql(f"{how} {row._meta.db_table} SET {key} = id + 100 WHERE id = %s", row.pk)


def test_none_is_removed_but_where_whole_rows_end(rows):
    for label, row in rows.items():
        took = sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)
        assert (label, took) == (label, TABLES[label].may_end)


@pytest.mark.postgresql
def test_none_is_emptied(rows):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for label in [*rows, "readiness.User"]:
        assert not sql(f"TRUNCATE {apps.get_model(label)._meta.db_table} CASCADE")


@pytest.mark.sqlite
def test_none_is_replaced(rows):
    for row in rows.values():
        before = stored(row)
        values = copied(row)
        columns, places = ", ".join(values), ", ".join(["%s"] * len(values))
        by_rowid = columns.replace("id", "rowid", 1)
        for how in ("REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE"):
            for names in (columns, by_rowid):
                text = f"{how} INTO {row._meta.db_table} ({names}) VALUES ({places})"
                assert not sql(text, *values.values())
        assert stored(row) == before


@pytest.mark.sqlite
def test_a_go_in_force_is_not_replaced_by_another(rows):
    row = rows["launches.GoRecord"]
    values = copied(row)
    del values["id"]
    text = f"REPLACE INTO launches_gorecord ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})"
    assert not sql(text, *values.values())
    assert GoRecord.objects.get() == row


@pytest.mark.postgresql
def test_nor_by_an_upsert(rows):
    row = rows["readiness.Change"]
    values = copied(row, before="{}", after='{"state": "ready"}')
    text = (
        f"INSERT INTO readiness_change ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})"
        " ON CONFLICT (id) DO UPDATE SET after = excluded.after"
    )
    assert not sql(text, *values.values())


def test_a_go_is_withdrawn_once_and_stays_so(rows):
    row = rows["launches.GoRecord"]
    row.withdraw(by=baker.make(User), now=NOW, reason="Too early.")
    for text in (
        "UPDATE launches_gorecord SET withdrawn_at = NULL, withdrawn_by_id = NULL",
        "UPDATE launches_gorecord SET withdrawn_reason = 'Nobody will notice.'",
    ):
        assert not sql(text)
    assert GoRecord.objects.get().withdrawn_reason == "Too early."


def test_they_are_made_again_where_a_migration_lost_them(rows):
    """As SQLite does with a table that is made anew."""
    table = "readiness_change"
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'kept_readiness_change%'"
            if on
            else "SELECT name FROM sqlite_master WHERE name LIKE 'kept_readiness_change%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}{on}")
        assert sql("UPDATE readiness_change SET note = 'Nobody noticed.'")
        keep(OF_READINESS)
    assert not sql("UPDATE readiness_change SET note = 'Nobody will notice.'")

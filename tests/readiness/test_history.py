"""History is append-only: in Python, and in the database for whoever goes around it."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from model_bakery import baker

from readiness.models import Change, Readiness, User
from readiness.models.history import AppendOnly

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def change(db):
    cell = baker.make(Readiness)
    return cell.set_importance("nice_to_have", by=baker.make(User), now=NOW)


def test_a_change_knows_its_author_time_before_and_after(change):
    assert change.author is not None
    assert (change.at, change.before, change.after) == (
        NOW,
        {"importance": "must_have"},
        {"importance": "nice_to_have"},
    )


def test_python_refuses_to_rewrite_it(change):
    for rewrite in (
        change.save,
        change.delete,
        Change.objects.all().delete,
        lambda: Change.objects.update(note="Nobody will notice."),
    ):
        with pytest.raises(AppendOnly):
            rewrite()


def test_the_database_refuses_to_rewrite_it(change):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE readiness_change SET note = 'Nobody will notice.'")


@pytest.mark.postgresql
def test_the_database_refuses_to_remove_it(change):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM readiness_change")


def test_the_outboxs_ticks_are_the_one_exception(change):
    assert Change.objects.untold().count() == 1
    assert Change.objects.untold().mark_told(NOW) == 1
    assert Change.objects.untold().count() == 0
    assert Change.objects.unhandled().count() == 1
    assert Change.objects.unhandled().mark_handled(NOW) == 1
    assert Change.objects.unhandled().count() == 0


def test_a_change_by_a_person_names_the_person(change):
    change.author_id = None
    change.pk = None
    change._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        change.save()


def test_what_has_a_history_cannot_be_deleted(change):
    with pytest.raises(ProtectedError):
        change.cell.delete()

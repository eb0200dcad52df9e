import pytest

from tests.fixtures.servers import database_url

pytestmark = pytest.mark.postgresql


def test_it_runs_on_postgresql_and_valkey(run, transactional_db, valkey):
    up = run(DATABASE_URL=database_url(), BROKER_URL=valkey)
    up.announced()
    up.process.terminate()
    assert up.end() == 0
    assert up.err == []


def test_a_database_that_is_not_there(run, transactional_db):
    up = run(DATABASE_URL=f"{database_url()}_nowhere")
    assert up.end() == 1
    (line,) = up.err
    assert line.startswith("Cannot use the database: connection failed: ")
    assert line.endswith(" does not exist. Check DATABASE_URL.\n")

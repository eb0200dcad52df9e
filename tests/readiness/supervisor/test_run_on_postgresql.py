import pytest

from tests.fixtures.running import free_port
from tests.fixtures.servers import database_url

pytestmark = pytest.mark.postgresql


def test_it_runs_on_postgresql_and_valkey(run, transactional_db, valkey):
    up = run(DATABASE_URL=database_url(), BROKER_URL=valkey)
    up.announced()
    up.process.terminate()
    assert up.end() == 0
    assert up.err == []


def test_a_database_that_is_not_there(manage, transactional_db, tmp_path):
    places = {"VAR_DIR": str(tmp_path / "var"), "PORT": str(free_port()), "EXAMPLE": "0"}
    code, out, err = manage("up", **places, DATABASE_URL=f"{database_url()}_nowhere")
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("Cannot use the database: connection failed: ")
    assert line.endswith(" does not exist. Check DATABASE_URL.")

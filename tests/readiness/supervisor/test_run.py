import json
import os
import signal
import socket
import sys
import urllib.request

import pytest

from tests.fixtures.running import free_port, gone, lives, readable_by_others, whole_family
from tests.fixtures.waiting import PATIENCE, until

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("used_var")]


def health(run):
    with urllib.request.urlopen(f"{run.address}healthz", timeout=PATIENCE) as answer:
        return answer.status, answer.read()


def named(run, word):
    """The process whose command line holds `word`, and that leads a group."""
    leaders = [p for p in run.family() if lives(p) and os.getpgid(p.pid) == p.pid and word in p.cmdline()]
    return leaders[0] if leaders else None


def test_one_alone_serves_its_folder_and_starts_again_what_dies_until_ctrl_c(run, manage):
    up = run()
    up.announced()
    whole_family(up)
    assert health(up) == (200, b"ok")
    # A second start has nothing to prepare, and says where the first account is made while there is none.
    assert up.out[0] == f"Region Readiness is up: {up.address}\n"
    told = until(lambda: [line for line in up.out if "/first-account/" in line])
    with urllib.request.urlopen(told[0].strip(), timeout=PATIENCE) as answer:
        assert (len(told), told[0].startswith(up.address), answer.status) == (1, True, 200)

    second = {**up.environment, "PORT": str(free_port())}
    said = (
        f"Already running on {second['VAR_DIR']} (process {up.process.pid}). "
        "Stop that one, or set both VAR_DIR and PORT to run another beside it.\n"
    )
    assert manage("up", **second) == (1, "", said)
    assert health(up) == (200, b"ok")

    for word, name in (("worker", "worker"), ("beat", "scheduler"), ("granian", "web server")):
        lost = until(lambda word=word: named(up, word))
        orphans = lost.children(recursive=True)

        lost.kill()

        line = f"The {name} stopped (killed by SIGKILL); starting it again in 1 s.\n"
        until(lambda line=line: line in up.out)
        until(lambda lost=lost, orphans=orphans: gone([lost, *orphans]))
        assert until(lambda word=word: named(up, word)).pid != lost.pid
    family = up.family()

    up.process.send_signal(signal.SIGINT)

    assert up.end() == 0
    assert gone(family)


def test_it_listens_where_it_is_told_and_asked_twice_it_does_not_wait_for_anybody(run):
    """It knocks under a name that the site goes by."""
    up = run(HOST="127.0.0.2", ALLOWED_HOSTS=".readiness.example", HTTPS="1")
    up.says(f"Region Readiness is up: http://127.0.0.2:{up.port}/\n")
    with socket.socket() as caller:
        assert caller.connect_ex(("127.0.0.1", int(up.port))) != 0
    assert up.err == []
    family = whole_family(up)

    up.process.terminate()
    up.says("Stopping …\n")
    up.process.terminate()

    assert up.end() == 0
    assert gone(family)


def test_the_first_start_prepares_and_a_stop_meanwhile_just_ends_it(first_starts):
    stopped, whole = (
        json.loads((first_starts / f"{name}.json").read_text()) for name in ("stopped", "whole")
    )
    assert (stopped["code"], stopped["err"]) == (0, [])
    assert stopped["out"][0].startswith("Migrating the database (")

    assert (whole["code"], whole["err"]) == (0, [])
    assert whole["out"][:2] == [
        "Collecting static files …\n",
        f"Region Readiness is up: {whole['address']}\n",
    ]
    assert whole["out"][-2:] == ["Ctrl-C stops it.\n", "Stopping …\n"]


def test_nobody_else_may_read_what_it_keeps_where_everybody_might(prepared):
    """A folder that it makes itself: tests/test_make_run.py."""
    assert readable_by_others(prepared) == []
    assert (prepared / "earlier.txt").exists()
    assert (prepared / "readiness.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_web_server_that_cannot_start_stops_the_rest_and_shows_why(run, tmp_path):
    (tmp_path / "granian.py").write_text("raise SystemExit('no such thing here')")
    up = run(sys.executable, "-c", WITH_ANOTHER_GRANIAN, str(tmp_path))
    assert up.end() == 1
    assert up.err[0] == "no such thing here\n"
    assert up.err[-1] == "The web server did not start (exit status 1); what it said is above.\n"


# `-m granian` finds the one in the folder first.
WITH_ANOTHER_GRANIAN = """
import sys
from readiness.supervisor import programs
from django.core.management import execute_from_command_line

plain = programs.web
def web(*arguments):
    return plain(*arguments).told({"PYTHONPATH": sys.argv[1]})
programs.web = web
execute_from_command_line(["manage.py", "up"])
"""


def test_the_example_is_not_shown_to_the_network_unless_that_is_said_as_well(manage, tmp_path):
    """Said, and shown: tests/test_make_run.py."""
    places = {"VAR_DIR": str(tmp_path / "var"), "PORT": str(free_port())}
    for host in ("0.0.0.0", "::"):
        said = (
            f"With HOST={host} others could sign in with the example's published passwords. "
            "Start without the example (EXAMPLE=0, and a VAR_DIR or DATABASE_URL that it is not in), "
            "or set EXAMPLE_ON_NETWORK=1, too.\n"
        )
        assert manage("up", **places, HOST=host, EXAMPLE="1") == (1, "", said)

import os
import signal
import socket
import sys
import urllib.request

import pytest

from tests.fixtures.running import collect_as_in, gone, lives
from tests.fixtures.waiting import until

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("used_var")]

# The server and its worker, the Celery worker and its two, the scheduler, the heir.
EVERYBODY = 7


def health(run):
    with urllib.request.urlopen(f"{run.address}healthz", timeout=5) as answer:
        return answer.status, answer.read()


def whole_family(run):
    return until(lambda: family if len(family := run.family()) >= EVERYBODY else None, 60)


def named(run, word):
    """The process whose command line holds `word`, and that leads a group."""
    leaders = [p for p in run.family() if lives(p) and os.getpgid(p.pid) == p.pid and word in p.cmdline()]
    return leaders[0] if leaders else None


def test_one_alone_serves_its_folder_and_asked_to_stop_leaves_nobody_behind(run):
    up = run()
    up.announced()
    family = whole_family(up)
    assert health(up) == (200, b"ok")
    # A second start has nothing to prepare, and says where the first account is made while there is none.
    assert up.out[0] == f"Region Readiness is up: {up.address}\n"
    told = until(lambda: [line for line in up.out if "/first-account/" in line], 10)
    with urllib.request.urlopen(told[0].strip(), timeout=5) as answer:
        assert (len(told), told[0].startswith(up.address), answer.status) == (1, True, 200)

    second = run()
    assert second.end() == 1
    assert second.out == []
    assert "".join(second.err) == (
        f"Already running on {up.environment['VAR_DIR']} (process {up.process.pid}). "
        "Stop that one, or set both VAR_DIR and PORT to run another beside it.\n"
    )
    assert health(up) == (200, b"ok")

    up.process.terminate()

    assert up.end() == 0
    assert gone(family)
    assert up.err == []


def test_asked_twice_it_does_not_wait_for_anybody(run):
    up = run()
    up.announced()
    family = whole_family(up)

    up.process.terminate()
    until(lambda: "Stopping …\n" in up.out)
    up.process.terminate()

    assert up.end() == 0
    assert gone(family)


def test_killed_its_children_go_too(run):
    up = run()
    up.announced()
    family = whole_family(up)

    up.process.kill()

    assert up.end() == -signal.SIGKILL
    until(lambda: gone(family), 10)


def test_the_first_start_prepares_and_a_stop_meanwhile_just_ends_it(run, tmp_path):
    fresh = str(tmp_path / "fresh")
    up = run(VAR_DIR=fresh)
    until(lambda: up.out, 60)
    up.process.terminate()
    assert up.end() == 0
    assert up.err == []

    again = run(VAR_DIR=fresh)
    again.announced()
    until(lambda: again.out[-1] == "Ctrl-C stops it.\n")
    up_at = again.out.index(f"Region Readiness is up: {again.address}\n")
    assert again.out[up_at - 1] == "Collecting static files …\n"


def test_what_dies_is_started_again_until_ctrl_c(run):
    up = run()
    up.announced()
    whole_family(up)
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


def test_the_parent_that_it_was_started_for_takes_it_along(run):
    starter = "import subprocess, sys; subprocess.run([sys.executable, 'manage.py', 'up', '--with-parent'])"
    up = run(sys.executable, "-c", starter)
    up.announced()
    family = whole_family(up)

    up.process.kill()

    until(lambda: gone(family), 30)


def test_it_listens_where_it_is_told_and_knocks_under_a_name_the_site_goes_by(run):
    up = run(HOST="127.0.0.2", ALLOWED_HOSTS=".readiness.example", HTTPS="1")
    until(lambda: f"Region Readiness is up: http://127.0.0.2:{up.port}/\n" in up.out, 60)
    with socket.socket() as caller:
        assert caller.connect_ex(("127.0.0.1", int(up.port))) != 0
    assert up.err == []


def test_the_example_is_not_shown_to_the_network_unless_that_is_said_as_well(run):
    for host in ("0.0.0.0", "::"):
        up = run(HOST=host, EXAMPLE="1")
        assert (up.end(), up.out) == (1, [])
        assert up.err == [
            (
                f"With HOST={host} others could sign in with the example's published passwords. "
                "Start without the example (EXAMPLE=0, and a VAR_DIR or DATABASE_URL that it is not in), "
                "or set EXAMPLE_ON_NETWORK=1, too.\n"
            )
        ]
    up = run(HOST="0.0.0.0", EXAMPLE="1", EXAMPLE_ON_NETWORK="1")
    up.announced()
    until(lambda: "Ctrl-C stops it.\n" in up.out)
    up.process.terminate()
    assert up.end() == 0

    # The example is in that database now, whoever loads nothing more into it.
    again = run(HOST="0.0.0.0")
    assert (again.end(), again.out) == (1, [])
    assert again.err[0].startswith("With HOST=0.0.0.0 others could sign in")


def test_nobody_else_may_read_what_it_keeps(run, prepared, tmp_path):
    older = tmp_path / "older"
    older.mkdir(mode=0o755)
    (older / "example-accounts.txt").touch(mode=0o644)
    collect_as_in(prepared, older)
    up = run(VAR_DIR=str(older))
    up.announced()
    up.process.terminate()
    assert up.end() == 0
    for var in (prepared, older):
        kept = [var, *(path for path in var.rglob("*") if var / "static" not in path.parents)]
        assert [str(path) for path in kept if path.lstat().st_mode & 0o077] == []
        assert (var / "readiness.sqlite3").stat().st_mode & 0o777 == 0o600

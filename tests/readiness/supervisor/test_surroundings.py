import shutil
import signal
import socket
import sys

import pytest

from tests.fixtures.running import free_port, gone, whole_family
from tests.fixtures.waiting import until

pytestmark = pytest.mark.sqlite


@pytest.fixture
def obstacle(manage, tmp_path):
    """What `up` says when it does not start: one line, no more, and exit status 1."""

    def obstacle(**environment):
        places = {"VAR_DIR": str(tmp_path / "var"), "PORT": str(free_port()), "EXAMPLE": "0"}
        code, out, err = manage("up", **{**places, **environment})
        assert (code, out) == (1, "")
        (line,) = err.splitlines()
        return line

    return obstacle


def test_a_port_in_use(obstacle):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert obstacle(PORT=str(port)) == (
            f"Port {port} is in use. Stop what listens there, or choose another: PORT={port + 1} make run"
        )


def test_two_starts_at_once_do_not_share_a_port_and_leave_nobody_behind(run, manage, prepared, tmp_path):
    port = str(free_port())
    for name in ("one", "other", "late"):
        shutil.copytree(prepared, tmp_path / name)
    ups = [run(VAR_DIR=str(tmp_path / name), PORT=port) for name in ("one", "other")]
    loser = until(lambda: next((up for up in ups if up.process.poll() is not None), None), 60)
    assert (loser.end(), loser.out) == (1, [])
    assert loser.err == [
        f"Port {port} is in use. Stop what listens there, or choose another: PORT={int(port) + 1} make run\n"
    ]
    winner = next(up for up in ups if up is not loser)
    winner.announced()
    family = whole_family(winner)

    # Also later, when the port is bound.
    late = {"VAR_DIR": str(tmp_path / "late"), "PORT": port}
    assert manage("up", **late, EXAMPLE="0") == (1, "", *loser.err)

    winner.process.terminate()

    assert winner.end() == 0
    assert gone(family)
    assert winner.err == []

    # It is free again once the first is gone; of one that is killed the children go, too.
    killed = run(**late)
    killed.announced()
    family = whole_family(killed)

    killed.process.kill()

    assert killed.end() == -signal.SIGKILL
    until(lambda: gone(family))


def test_a_port_that_somebody_took_while_all_was_made_ready(run, used_var, tmp_path):
    port = free_port()
    up = run(sys.executable, "-c", AT_ITS_LAST_STEP, str(tmp_path / "go"), PORT=str(port), **PLAIN)
    up.says("Nearly ready …\n")
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        (tmp_path / "go").touch()
        assert up.end() == 1
    assert up.err[-1].startswith(f"Port {port} is in use.")
    assert f"Region Readiness is up: {up.address}\n" not in up.out


# Its last step ends when a file is there.
AT_ITS_LAST_STEP = """
import sys, time
from pathlib import Path
import django
from django.core.management import execute_from_command_line
django.setup()
from readiness.supervisor import example

def load(say):
    say("Nearly ready …")
    while not Path(sys.argv[1]).exists():
        time.sleep(0.02)

example.load = load
execute_from_command_line(["manage.py", "up"])
"""
PLAIN = {"DJANGO_SETTINGS_MODULE": "readiness.settings"}


def test_a_port_that_is_no_number(obstacle, run):
    said = 'Environment variable "PORT" invalid: Not a valid integer.'
    assert obstacle(PORT="eighty") == said
    from_nothing = run(PORT="eighty")
    assert (from_nothing.end(), from_nothing.out, from_nothing.err) == (1, [], [f"{said}\n"])


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_a_port_that_does_not_exist(obstacle, port):
    assert obstacle(PORT=port) == f"PORT is {port}; it must lie between 1 and 65535."


def test_an_address_of_another_machine(obstacle):
    assert obstacle(HOST="192.0.2.1") == (
        "Cannot listen on 192.0.2.1: Cannot assign requested address. Set HOST to an address of this machine."
    )


MALFORMED = (
    "DATABASE_URL is not an address such as postgresql://user:password@host:5432/name "
    "(special characters in the password are written as %XX)."
)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://a:b@host:port/name", "://"])
def test_a_database_address_that_is_none(obstacle, url):
    assert obstacle(DATABASE_URL=url) == MALFORMED


def test_a_database_of_another_make(obstacle):
    assert obstacle(DATABASE_URL="mysql://db.example/readiness") == (
        "DATABASE_URL must begin with sqlite:/// or postgresql:// (only these two are tested)."
    )


def test_a_database_server_that_is_not_there(obstacle):
    port = free_port()
    assert obstacle(DATABASE_URL=f"postgresql://someone:secret@127.0.0.1:{port}/readiness") == (
        f'Cannot use the database: connection failed: connection to server at "127.0.0.1", port {port} '
        "failed: Connection refused. Check DATABASE_URL."
    )


def test_a_database_file_in_a_folder_that_is_not_there(obstacle, tmp_path):
    assert obstacle(DATABASE_URL=f"sqlite:///{tmp_path}/none/such.sqlite3") == (
        "Cannot use the database: unable to open database file. Check DATABASE_URL."
    )


def test_a_database_file_that_is_something_else(obstacle, tmp_path):
    (tmp_path / "letter").write_text(
        "Dear Sir or Madam, this is rather more than a hundred bytes of text. " * 9
    )
    assert obstacle(DATABASE_URL=f"sqlite:///{tmp_path}/letter") == (
        "Cannot use the database: file is not a database. Check DATABASE_URL."
    )


def test_a_folder_that_cannot_be_made(obstacle, tmp_path):
    (tmp_path / "file").touch()
    assert obstacle(VAR_DIR=str(tmp_path / "file" / "var"), SECRET_KEY="given") == (
        f"Cannot write to {tmp_path}/file/var: Not a directory. "
        "Make it writable, or set VAR_DIR to one that is."
    )


def test_a_folder_that_cannot_be_made_to_keep_the_secret(obstacle, tmp_path):
    (tmp_path / "file").touch()
    assert obstacle(VAR_DIR=str(tmp_path / "file" / "var")) == (
        f"Cannot keep a secret key in {tmp_path}/file/var/secret-key: Not a directory. "
        "Make that folder writable, set VAR_DIR to one that is, or set SECRET_KEY."
    )


def test_a_broker_of_another_make(obstacle):
    assert obstacle(BROKER_URL="kafka://queue.example") == (
        "BROKER_URL begins with “kafka:”; it must begin with one of "
        "filesystem, redis, rediss, redis+socket, amqp, amqps."
    )


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ("redis", "Error 111 connecting to 127.0.0.1:{}. Connection refused"),
        ("amqp", "[Errno 111] Connection refused"),
    ],
)
def test_a_broker_that_is_not_there(obstacle, scheme, words):
    port = free_port()
    assert obstacle(BROKER_URL=f"{scheme}://127.0.0.1:{port}") == (
        f"Cannot reach the broker: {words.format(port)}. Check BROKER_URL."
    )


def test_a_switch_that_is_neither_on_nor_off(obstacle):
    assert obstacle(HTTPS="perhaps") == 'Environment variable "HTTPS" invalid: Not a valid boolean.'

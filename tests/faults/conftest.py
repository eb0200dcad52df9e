from collections.abc import Iterator

import pytest
from django.core.management import call_command

from readiness.supervisor.reaper import Reaper
from tests.faults import target
from tests.faults.brokers import Folders, Valkey
from tests.faults.world import World, connected_to
from tests.runner.postgresql import Server, server_folder, wheel_programs

# What was committed stays committed when the server is stopped at once; that the machine dies is not tried.
DURABLE = ["fsync=off", "autovacuum=off", "synchronous_commit=on"]


@pytest.fixture(scope="session")
def database_server(heir: Reaper, django_db_blocker) -> Iterator[Server]:
    """A PostgreSQL that may be stopped at any time, since nobody else uses it."""
    with server_folder() as folder:
        server = Server(folder, wheel_programs())
        heir.adopt(server.start(DURABLE))
        with django_db_blocker.unblock(), connected_to(server.url):
            call_command("migrate", interactive=False, verbosity=0)
        yield server
        server.stop()
        heir.release(server.process.pid)


@pytest.fixture(scope="session")
def target_server() -> Iterator[target.Target]:
    with target.serving() as serving:
        yield serving


@pytest.fixture(scope="session")
def make_world(heir, database_server, target_server, tmp_path_factory):
    made: dict[str, World] = {}

    def make(name: str) -> World:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            broker = Folders(folder) if name == "folders" else Valkey(folder, heir)
            made[name] = World(folder, database_server, broker, target_server, heir)
            assert made[name].answer() == "ready"
        return made[name]

    yield make
    for world in made.values():
        world.stop()


@pytest.fixture(params=["folders", "valkey"])
def world(request, make_world, database_server, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), connected_to(database_server.url):
        world = make_world(request.param)
        world.clear()
        yield world
        world.end()

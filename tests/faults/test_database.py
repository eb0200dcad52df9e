"""A database that stops at once, in the middle of a transaction."""

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from readiness.conf.database import database
from tests.faults.conftest import DURABLE
from tests.fixtures.outliving import shared

pytestmark = pytest.mark.postgresql


@pytest.mark.parametrize("world", ["valkey"], indirect=True)
def test_a_database_stopped_in_mid_transaction_is_used_again_by_those_who_live(world):
    world.checks()
    world.worker()
    for stop in range(20):
        world.in_flight()
        with world.caught_recording():
            world.server.stop()
        connection.close()
        start_again(world.server, world.heir)
        world.leases_end()
        world.dispatch()
        world.all_recorded(stop + 1)
    world.in_order()


def test_a_pool_lends_nobody_a_connection_that_died_with_the_server(database_server, heir, django_db_blocker):
    """As the web server's, whose requests come and go."""
    borrowed = ConnectionHandler({"default": database(database_server.url)})["default"]
    with django_db_blocker.unblock():
        assert answer(borrowed) == (1,)
        database_server.stop()
        start_again(database_server, heir)
        assert answer(borrowed) == (1,)
        borrowed.close_pool()


def answer(borrowed):
    with borrowed.cursor() as cursor:
        cursor.execute("SELECT 1")
        found = cursor.fetchone()
    borrowed.close()
    return found


def start_again(server, heir):
    heir.release(server.process.pid)
    heir.adopt(server.launch(DURABLE))
    shared.add(server.process.pid)

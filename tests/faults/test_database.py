"""A database that stops at once, in the middle of a transaction."""

import pytest
from django.db import connection

from tests.faults.conftest import DURABLE

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
        world.heir.release(world.server.process.pid)
        world.heir.adopt(world.server.launch(DURABLE))
        world.leases_end()
        world.dispatch()
        world.all_recorded(stop + 1, seconds=40)
    world.in_order()

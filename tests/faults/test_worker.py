"""Workers that are killed while they work."""

import pytest

pytestmark = pytest.mark.postgresql

# Half of them over each broker.
KILLS = 50


def test_a_worker_killed_in_mid_batch_loses_a_lease_and_nothing_else(world):
    world.checks()
    worker = world.worker()
    for kill in range(KILLS // 2):
        world.in_flight()
        if kill % 2:
            with world.caught_recording():
                world.kill(worker)
        else:
            world.kill(worker)
            world.target.release()
        world.leases_end()
        worker = world.worker()
        world.dispatch()
        world.all_recorded(kill + 1)
    world.in_order()

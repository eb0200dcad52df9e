"""Brokers that die and come back empty."""

import pytest

pytestmark = pytest.mark.postgresql


def test_a_broker_that_lost_everything_is_used_again_by_those_who_live(world):
    world.checks()
    world.worker()
    world.beat()
    for loss in range(20):
        if loss % 2:
            world.in_flight()
        world.broker.lose_everything()
        if loss % 2:
            world.target.release()
        else:
            world.due()
        world.all_recorded(loss + 1)
    world.in_order()

"""Schedulers that are killed, missing, too many, or on a clock that is set."""

from datetime import timedelta

import pytest

from readiness.models import Change
from tests.faults.world import SKEW

pytestmark = pytest.mark.postgresql

HOUR = timedelta(hours=1)
# Half of them over each broker.
KILLS = 20


def test_a_killed_scheduler_is_replaced_by_any_other(world):
    world.checks()
    world.worker()
    for kill in range(KILLS // 2):
        scheduler = world.beat()
        world.in_flight()
        if kill % 2:
            world.kill(scheduler)
        world.target.release()
        world.all_recorded(kill + 1)
        if not kill % 2:
            world.kill(scheduler)
    world.in_order()


def test_two_schedulers_and_two_workers_share_the_work(world):
    world.checks(100)
    for _ in range(2):
        world.worker()
        world.beat()
    for turn in range(4):
        world.due()
        world.all_recorded(turn + 1)
    world.in_order()


def test_after_an_hour_without_a_scheduler_each_check_runs_once_and_none_is_stale(world):
    world.checks()
    world.worker()
    for turn in range(3):
        world.due()
        world.dispatch()
        world.all_recorded(turn + 1)
    world.pass_time(HOUR)
    world.send("readiness.expire")
    world.all_recorded(4)
    world.beat()
    world.due()
    world.all_recorded(5)
    assert not Change.objects.filter(verb="stale").exists()
    world.in_order()


def test_a_clock_that_is_set_stops_nothing(world):
    world.checks()
    world.worker()
    world.beat()
    for turn in range(3):
        world.due()
        world.all_recorded(turn + 1)
    world.set_clocks()
    world.send("readiness.expire")  # as the scheduler does every half minute
    world.all_recorded(4)
    world.due(ago=HOUR + SKEW)
    world.all_recorded(5)
    world.set_clocks()
    world.all_recorded(6)
    world.in_order()

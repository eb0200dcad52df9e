"""Unknown unknowns and sign-offs."""

import numpy as np
import pytest

from launches.forecast import Estimate, Job, PendingSignOff, Workload, simulate
from launches.forecast.arrivals import ending
from launches.forecast.durations import References
from tests.launches.forecast.plans import past, random_plan

TEN = Job("a", "A", Estimate(10, 10, 10))


def test_as_many_turn_up_as_the_rate_says():
    assert simulate(Workload((TEN,), rate=0.3), 1, 20_000).unknowns == pytest.approx(3.0, rel=0.02)


def test_unknowns_delay_and_decide():
    known, with_unknowns = (simulate(Workload((TEN,), rate=rate), 1, 5_000) for rate in (0.0, 0.3))
    assert (known.criticality[0], set(known.finish)) == (1.0, {10.0})
    assert (with_unknowns.finish >= 10).all()
    late = np.mean(with_unknowns.finish > 10)
    assert with_unknowns.criticality[0] == 1 - late


def test_each_unknown_is_done_its_length_after_it_turned_up():
    simulation = simulate(Workload((TEN,), rate=0.3), 1, 300)
    times, reach = simulation.ending.times, simulation.ending.reach
    for draw, finish in enumerate(simulation.finish):
        assert finish == max([10.0, *(reach[at, draw] for at in range(len(times)) if times[at, draw] < 10)])


def test_a_flood_of_unknowns_is_capped():
    assert simulate(Workload((TEN,), rate=1e6), 1, 200).unknowns == pytest.approx(100, rel=0.02)


def test_sign_offs_come_after_the_work_or_beside_it():
    after, beside = (
        Workload((TEN,), sign_offs=(PendingSignOff("legal", Estimate(12, 12, 12), after_work=when),))
        for when in (True, False)
    )
    assert [set(simulate(plan, 1, 100).finish) for plan in (after, beside)] == [{22.0}, {12.0}]
    assert simulate(beside, 1, 100).criticality.tolist() == [0.0]
    assert simulate(after, 1, 100).criticality.tolist() == [1.0]


@pytest.mark.parametrize("allowed", [0.5, 8.0, 15.25, 30.0, 90.0])
def test_the_limit_is_the_exact_inverse_of_the_finish(allowed):
    sign_offs = (
        PendingSignOff("legal", Estimate(0, 1, 3)),
        PendingSignOff("support", Estimate(1, 9, 20), after_work=False),
    )
    close = ending(0.2, 60, sign_offs, References(past([0.5, 1, 2, 3] * 2)), 1, 2_000)
    for worked in (0.0, 3.0, 11.0, 29.5, 60.0):
        row = np.full(2_000, worked)
        assert np.array_equal(close.finish(row) <= allowed, row <= close.limit(allowed))


def test_dropping_everything_leaves_what_is_beside_the_work():
    plan = random_plan(1, 4, 2)
    plan = Workload(plan.jobs, sign_offs=(PendingSignOff("legal", Estimate(5, 5, 5), after_work=False),))
    assert set(simulate(plan, 1, 100, plan.by_key.keys()).finish) == {5.0}

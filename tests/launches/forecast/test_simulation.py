"""The engine against the slow truth: full enumeration, and living through each plan again."""

import itertools
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from launches.forecast import Capacity, Estimate, Job, Workload, simulate
from tests.launches.forecast.plans import finish_of, past, random_plan, with_points

# Three values, of which one is twice as likely: 2, 1, 1 of eight stand for 4, 2, 2.
RATIOS = (0.8, 0.8, 0.8, 0.8, 1.1, 1.1, 2.0, 2.0)
SLOTS = pytest.mark.parametrize("slots", [(), (1,), (1, 2, 3)], ids=["free", "one slot", "slots"])


def test_nothing_to_do_is_done_now():
    simulation = simulate(Workload((), rate=1.0), seed=1, draws=100)
    assert (simulation.finish.tolist(), list(simulation.without())) == ([0.0] * 100, [])
    assert (simulation.unknowns, simulation.criticality.tolist()) == (0.0, [])


@pytest.mark.parametrize("slots", [(), (1,), (2,)])
def test_all_dropped_is_done_now(slots):
    plan = random_plan(1, slots=slots)
    simulation = simulate(plan, 1, 100, plan.by_key.keys())
    assert (simulation.finish.any(), simulation.criticality.tolist()) == (False, [])


@pytest.mark.parametrize("seed", range(12))
@SLOTS
def test_mean_and_p85_are_those_of_full_enumeration(seed, slots):
    plan = with_points(random_plan(seed, jobs=7, slots=slots), seed, RATIOS)
    simulation = simulate(plan, seed, 100_000)
    jobs, rows = simulation.network.jobs, []
    for factors in itertools.product(((0.8, 0.5), (1.1, 0.25), (2.0, 0.25)), repeat=len(jobs)):
        lengths = {
            job.key: job.estimate.likely * factor for job, (factor, _) in zip(jobs, factors, strict=True)
        }
        rows.append((finish_of(jobs, lengths, simulation.limits), np.prod([share for _, share in factors])))
    values, shares = np.array(sorted(rows)).T
    assert simulation.finish.mean() == pytest.approx(values @ shares, rel=0.01)
    # The truth has steps, and the share of draws below one of them is off by up to 0.35 % (three sigma).
    low, high = values[np.searchsorted(np.cumsum(shares), [0.8465, 0.8535])]
    assert low * 0.99 <= np.sort(simulation.finish)[84_999] <= high * 1.01


@pytest.mark.parametrize("seed", range(8))
@SLOTS
def test_without_each_equals_living_through_it_again_to_the_last_bit(seed, slots):
    plan = random_plan(seed, 24, 40, slots, teams=4, history=past(RATIOS), rate=0.1)
    simulation = simulate(plan, seed, 600)
    without = dict(simulation.without())
    for key in plan.by_key:
        again = simulate(plan, seed, 600, {key}).finish
        assert np.array_equal(without.get(key, simulation.finish), again)
    assert len(without) > 0


@pytest.mark.parametrize("slots", [(1,), (1, 2)])
def test_limited_teams_equal_placing_one_by_one(slots):
    plan = random_plan(5, 20, 25, slots)
    simulation = simulate(plan, 3, 100)
    jobs = simulation.network.jobs
    expected = [
        finish_of(jobs, dict(zip([job.key for job in jobs], lengths, strict=True)), simulation.limits)
        for lengths in simulation.lengths.T.tolist()
    ]
    assert simulation.finish.tolist() == expected


@SLOTS
def test_dropping_never_costs_days(slots):
    plan = random_plan(9, 30, 30, slots)
    simulation = simulate(plan, 3, 400)
    assert all((finish <= simulation.finish).all() for _, finish in simulation.without())


def test_dropping_one_of_two_that_wait_for_each_other_in_turn_closes_the_gap():
    jobs = (
        Job("a", "A", Estimate(3, 3, 3)),
        Job("b", "B", Estimate(5, 5, 5), frozenset("a")),
        Job("c", "C", Estimate(2, 2, 2), frozenset("b")),
    )
    simulation = simulate(Workload(jobs), 1, 100)
    assert simulation.finish[0] == 10
    assert {key: finish[0] for key, finish in simulation.without()} == {"a": 7, "b": 3, "c": 8}


def test_criticality_counts_the_draws_in_which_a_job_decides():
    jobs = (Job("long", "Long", Estimate(9, 9, 9)), Job("short", "Short", Estimate(1, 1, 1)))
    assert simulate(Workload(jobs), 1, 100).criticality.tolist() == [1.0, 0.0]
    limited = Workload(
        tuple(replace(job, team="t") for job in (*jobs, Job("mid", "Mid", Estimate(2, 2, 2)))),
        {"t": Capacity(2)},
    )
    simulation = simulate(limited, 1, 100)
    shares = dict(zip([job.key for job in simulation.network.jobs], simulation.criticality, strict=True))
    assert shares == {"long": 1.0, "mid": 0.0, "short": 0.0}


def test_half_a_team_takes_twice_as_long():
    plan = Workload((Job("a", "A", Estimate(4, 4, 4), team="t"),), {"t": Capacity(1, share=0.5)})
    assert simulate(plan, 1, 100).finish[0] == 8


def test_the_same_state_gives_the_same_numbers_in_any_order():
    plan = random_plan(2, 12, 15, (1, 2), history=past(RATIOS))
    turned = replace(plan, jobs=plan.jobs[::-1], history=plan.history[::-1])
    assert np.array_equal(simulate(plan, 1, 500).finish, simulate(turned, 1, 500).finish)


def test_the_same_state_gives_the_same_numbers_in_any_process():
    script = (
        "from tests.launches.forecast.plans import random_plan, past\n"
        "from launches.forecast import simulate, seed_of\n"
        "plan = random_plan(2, 12, 15, (1, 2), history=past((1, 2, 1, 2, 1, 2, 1, 3)), rate=0.2)\n"
        "print(simulate(plan, seed_of('eu-ga', 7), 500).finish.tobytes().hex()[:4000])\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_a_job_keeps_its_luck_when_others_come():
    plan = random_plan(2, 6, 0)
    few = replace(plan, jobs=plan.jobs[:3])
    rows = [simulate(of, 1, 200).lengths for of in (plan, few)]
    assert np.array_equal(rows[0][:3], rows[1])


def test_more_than_can_be_computed_takes_fewer_draws():
    plan = Workload(tuple(Job(f"j{at}", "J", Estimate(1, 2, 3)) for at in range(5_000)))
    assert simulate(plan, 1, 1_000_000).draws == 840


@pytest.mark.parametrize("draws", [0, -1, 99, 1_000_001])
def test_draws_out_of_bounds_are_refused(draws):
    with pytest.raises(ValueError, match=r"takes 100 to 1,000,000 draws"):
        simulate(Workload(()), 1, draws)


def test_dropping_what_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"Not in the plan: x\."):
        simulate(Workload(()), 1, 100, {"x"})


@pytest.mark.parametrize("slots", [{}, {"t": Capacity(1)}])
def test_a_circle_is_refused_by_name(slots):
    jobs = (
        Job("a", "Mail", waits_for=frozenset("b"), team="t"),
        Job("b", "Search", waits_for=frozenset("a"), team="t"),
    )
    with pytest.raises(ValueError, match=r"These wait for each other: (Mail|Search) → (Mail|Search)"):
        simulate(Workload(jobs, slots), 1, 100)

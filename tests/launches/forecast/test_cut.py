"""The smallest cut, against trying every set."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from launches.forecast import Capacity, Estimate, Job, PendingSignOff, Workload, forecast, smallest_cut
from readiness.workdays import working_calendar
from tests.launches.forecast.plans import past, random_plan

TODAY = date(2026, 11, 2)  # a Monday
DAYS = working_calendar("", 2026)
RATIOS = (0.8, 0.9, 1, 1, 1.2, 1.5, 2, 2.5)


def cut(plan, day, confidence=0.8, **more):
    return smallest_cut(plan, DAYS, TODAY, day, confidence, seed=5, draws=300, **more)


def chance(plan, day, dropped):
    return forecast(plan, DAYS, TODAY, day, seed=5, draws=300, dropped=set(dropped), keys=()).chance


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("slots", [(), (1,), (1, 2)])
def test_the_ways_are_all_the_smallest_sets_that_make_it(seed, slots):
    plan = random_plan(seed, 8, 7, slots, history=past(RATIOS), rate=0.05)
    plan = replace(plan, jobs=tuple(replace(job, waivable=job.key != "j0") for job in plan.jobs))
    waivable = [job.key for job in plan.jobs if job.waivable]
    now, best = (
        forecast(plan, DAYS, TODAY, TODAY, seed=5, draws=300, dropped=dropped, keys=()).date_at(80)
        for dropped in (set(), set(waivable))
    )
    day = best + (now - best) * (1 + seed) / 8
    found = cut(plan, day)
    for size in range(len(waivable) + 1):
        ways = {
            keys: made for keys in combinations(waivable, size) if (made := chance(plan, day, keys)) >= 0.8
        }
        if ways:
            break
    assert (found.size, found.at_least, found.exact) == (size, size, True)
    shown = {tuple(sorted(way.keys)): way.chance for way in found.ways}
    assert len(shown) == min(len(ways), 10)
    assert shown == {keys: pytest.approx(ways[keys]) for keys in shown}


def job(key, days, **more):
    return Job(key, key.title(), Estimate(days, days, days), **more)


def test_what_makes_it_anyway_needs_no_cut():
    found = cut(Workload((job("a", 3),)), TODAY + timedelta(days=4))
    assert (found.ways[0].keys, found.size, found.chance, found.exact) == ((), 0, 1.0, True)


def test_nothing_to_do_by_today_needs_no_cut_and_by_yesterday_none_helps():
    assert cut(Workload(()), TODAY).size == 0
    late = cut(Workload((job("a", 3),)), TODAY - timedelta(days=1))
    assert (late.size, late.best_chance, late.held_by, late.held_by_unknowns) == (None, 0.0, (), 0.0)


def test_ways_of_one_size_come_by_their_risk():
    plan = Workload((job("a", 9, risk=3), job("b", 9, risk=1, waits_for=frozenset("a"))))
    found = cut(plan, TODAY + timedelta(days=14))
    assert [(way.keys, way.risk, way.chance) for way in found.ways] == [(("b",), 1, 1.0), (("a",), 3, 1.0)]


def test_two_ways_side_by_side_must_both_go():
    plan = Workload((job("a", 30), job("b", 30), job("c", 2)))
    found = cut(plan, TODAY + timedelta(days=4))
    assert [way.keys for way in found.ways] == [("a", "b")]


def test_when_no_cut_makes_it_the_essential_work_that_holds_it_is_named():
    plan = Workload((job("network", 30, waivable=False), job("mail", 40), job("dns", 2, waivable=False)))
    found = cut(plan, TODAY + timedelta(days=11))
    assert (found.ways, found.held_by, found.held_by_unknowns) == ((), (("network", 1.0),), 0.0)


def test_when_sign_offs_hold_it_no_work_is_named():
    sign_off = PendingSignOff("legal", Estimate(30, 30, 30), after_work=False)
    found = cut(Workload((job("mail", 2),), sign_offs=(sign_off,)), TODAY + timedelta(days=11))
    assert (found.ways, found.held_by, found.held_by_unknowns) == ((), (), 1.0)


def test_beyond_twenty_a_greedy_cut_comes_with_its_bound():
    jobs = tuple(job(f"j{at:02}", 1, team="t") for at in range(60))
    found = cut(Workload(jobs, {"t": Capacity(1)}), TODAY + timedelta(days=39))
    assert (found.size, found.exact) == (30, False)
    assert 1 <= found.at_least < 30


def test_beyond_twenty_a_cut_that_is_proven_says_so():
    jobs = tuple(job(f"j{at:02}", 1 if at else 50) for at in range(60))
    found = cut(Workload(jobs), TODAY + timedelta(days=4))
    assert ([way.keys for way in found.ways], found.at_least, found.exact) == ([("j00",)], 1, True)


def test_what_is_dropped_already_does_not_count():
    plan = Workload((job("a", 30), job("b", 30)))
    assert [way.keys for way in cut(plan, TODAY, dropped={"a"}).ways] == [("b",)]


@pytest.mark.parametrize("confidence", [0, 1.01, float("nan")])
def test_a_confidence_out_of_bounds_is_refused(confidence):
    with pytest.raises(ValueError, match="A confidence lies above 0"):
        cut(Workload(()), TODAY, confidence)

"""The forecast in dates."""

from datetime import date, timedelta

import pytest

from launches.forecast import Capacity, Estimate, Job, Workload, forecast
from launches.forecast.engine import rank
from launches.forecast.simulation import MOST_RUNS
from readiness.workdays import working_calendar
from tests.launches.forecast.plans import past, random_plan

TODAY = date(2026, 11, 2)  # a Monday
DAYS = working_calendar("", 2026)


def look(plan, target=date(2026, 12, 14), today=TODAY, **more):
    return forecast(plan, DAYS, today, target, seed=1, **{"draws": 500, **more})


def fixed(key, days, **more):
    return Job(key, key.title(), Estimate(days, days, days), **more)


def test_nothing_to_do_is_ready_today():
    view = look(Workload(()))
    assert (set(view.dates.values()), view.chance, view.costs) == ({TODAY}, 1.0, ())
    assert view.curve() == [(TODAY, 1.0)]


def test_on_a_day_off_nothing_to_do_is_ready_today_and_work_waits_for_monday():
    sunday = date(2026, 11, 1)
    assert look(Workload(()), sunday, sunday).chance == 1.0
    assert look(Workload((fixed("a", 1),)), today=sunday).date_at(50) == TODAY


def test_a_target_in_the_past_has_no_chance():
    for plan in (Workload(()), Workload((fixed("a", 1),))):
        assert look(plan, TODAY - timedelta(days=1)).chance == 0.0


def test_a_blocker_costs_the_calendar_days_it_holds_the_launch():
    view = look(Workload((fixed("whatsapp", 12), fixed("billing", 4), fixed("dns", 1))), date(2026, 11, 6))
    assert view.dates == dict.fromkeys((50, 85, 95), date(2026, 11, 17))
    cost = view.costs[0]
    assert (len(view.costs), cost.key, cost.name) == (1, "whatsapp", "Whatsapp")
    assert (cost.days, cost.chance, cost.criticality) == ({50: 12, 85: 12, 95: 12}, 1.0, 1.0)
    assert (view.chance, view.criticality["billing"], view.untried) == (0.0, 0.0, ())


@pytest.mark.parametrize("slots", [(), (1, 2)])
def test_dropping_a_blocker_buys_exactly_the_days_that_were_said(slots):
    plan = random_plan(4, 15, 15, slots, history=past((0.5, 1, 1, 1, 1, 1, 2, 3)), rate=0.1)
    view = look(plan)
    for cost in view.costs:
        without = look(plan, dropped={cost.key}, keys=())
        assert without.chance == cost.chance
        assert {at: (view.dates[at] - without.dates[at]).days for at in view.dates} == cost.days


def test_the_curve_says_the_same_as_the_chances():
    plan = random_plan(4)
    view = look(plan)
    assert view.curve()[-1][1] == 1.0
    last = view.date_at(85)

    def chance_by(day):
        return look(plan, target=day, keys=()).chance

    assert [chance for _, chance in view.curve()] == [chance_by(day) for day, _ in view.curve()]
    assert chance_by(last) >= 0.85 > chance_by(last - timedelta(days=1))


def test_what_lacks_an_estimate_and_what_outlived_one_is_named():
    view = look(Workload((Job("a", "A"), fixed("b", 3, spent=4.0), fixed("c", 3, spent=2.0))))
    assert (view.assumed, view.outlived) == (("a",), ("b",))


def test_where_dropping_each_takes_a_schedule_the_most_critical_are_tried():
    plan = Workload(tuple(fixed(f"j{at}", 1, team="t") for at in range(400)), {"t": Capacity(2)})
    view = look(plan, draws=100)
    assert len(view.untried) == 400 - MOST_RUNS // 400


def test_only_the_wanted_are_priced():
    plan = Workload((fixed("a", 5), fixed("b", 3, waits_for=frozenset("a"))))
    assert [cost.key for cost in look(plan, keys=("b",)).costs] == ["b"]


def test_a_percentile_is_a_draw():
    assert [rank(percent, 100) for percent in (0.1, 50, 85, 85.5, 100)] == [0, 49, 84, 85, 99]
    with pytest.raises(ValueError, match="A percentile lies above 0 and up to 100, not at 0"):
        rank(0, 100)

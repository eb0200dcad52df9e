"""When each job begins and ends."""

from datetime import date

from launches.forecast import Capacity, Estimate, Job, Workload, forecast, spans
from readiness.workdays import FrozenDays, working_calendar

TODAY = date(2026, 11, 2)  # a Monday
DAYS = working_calendar("", 2026)


def look(plan, calendar=DAYS):
    return spans(plan, calendar, TODAY, seed=1, draws=500)


def fixed(key, days, **more):
    return Job(key, key.title(), Estimate(days, days, days), **more)


def november(*days):
    return tuple(date(2026, 11, day) for day in days)


def test_of_no_jobs_there_are_none():
    assert look(Workload(())) == {}


def test_what_waits_begins_on_the_next_working_day():
    plan = Workload((fixed("a", 5), fixed("b", 1, waits_for={"a"}), fixed("c", 0)))
    assert look(plan) == {"a": november(2, 6, 6), "b": november(9, 9, 9), "c": november(2, 2, 2)}


def test_part_of_a_day_is_left_for_what_waits():
    plan = Workload((fixed("a", 1.5), fixed("b", 1, waits_for={"a"})))
    assert look(plan) == {"a": november(2, 3, 3), "b": november(3, 4, 4)}


def test_a_team_takes_one_after_the_other_or_two_at_once():
    jobs = tuple(fixed(key, 2, team="t") for key in "abc")
    one = look(Workload(jobs, {"t": Capacity(1)}))
    two = look(Workload(jobs, {"t": Capacity(2)}))
    assert sorted(one.values()) == [november(2, 3, 3), november(4, 5, 5), november(6, 9, 9)]
    assert sorted(two.values()) == [november(2, 3, 3), november(2, 3, 3), november(4, 5, 5)]


def test_nothing_begins_in_a_freeze():
    frozen = working_calendar("", 2026, freezes=(FrozenDays(*november(2, 4)),))
    assert look(Workload((fixed("a", 1),)), frozen) == {"a": november(5, 5, 5)}


def test_the_only_job_is_done_when_the_launch_is():
    plan = Workload((Job("a", "A", Estimate(2, 5, 30)),))
    seen = forecast(plan, DAYS, TODAY, TODAY, seed=1, draws=500)
    assert look(plan)["a"] == (TODAY, seen.dates[50], seen.dates[85])

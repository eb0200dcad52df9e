"""Days: every run told once, in any order of counting and dropping, and nothing lost from uptime."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_bakery import baker

from readiness.checks import track_record
from readiness.checks.track_record import first_day
from readiness.models import Day, Item, Result
from readiness.models.daily import DayQuerySet, hold_of, midnight, runs_between
from readiness.tasks import count_runs, roll_up
from readiness.uptime import UptimeRecord, record
from tests.fixtures.drawing import few
from tests.readiness.items import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

STATES = {"p": "passed", "f": "failed", "e": "error"}


def write(item, start, outcomes, every=MINUTE, latency=100.0, excused=False):
    """A result each `every`, from `start` on."""
    rows = [
        Result(item=item, at=start + number * every, state=STATES[letter], latency=latency, excused=excused)
        for number, letter in enumerate(outcomes)
    ]
    Result.objects.bulk_create(rows)
    seen(item)


def seen(item):
    """As `Item.record` leaves it after the last result."""
    last = item.results.order_by("-at").values_list("at", flat=True).first()
    Item.objects.filter(pk=item.pk).update(last_at=last, stale_at=last and last + hold_of(item.requirement))
    item.refresh_from_db()


def days(item):
    return [(day.day.day, day.record) for day in item.days.all()]


# --- Adding up ----------------------------------------------------------------------------------------


def test_a_check_that_never_ran_has_no_days(item):
    assert (Day.objects.add_up(item, NOW), days(item)) == (0, [])


def test_what_is_not_settled_waits(item):
    write(item, NOW - 4 * MINUTE, "p")
    assert (Day.objects.add_up(item, NOW), days(item)) == (0, [])
    assert Day.objects.add_up(item, NOW + 2 * MINUTE) == 1
    assert days(item) == [(2, UptimeRecord(up=60, passed=1))]


def test_a_run_before_midnight_speaks_for_the_next_day(item):
    write(item, datetime(2026, 11, 1, 23, 58, tzinfo=UTC), "pf")
    Day.objects.add_up(item, NOW)
    assert days(item) == [(1, UptimeRecord(up=60, down=60, passed=1, failed=1)), (2, UptimeRecord(down=180))]


def test_maintenance_is_neither_up_nor_down_however_long_it_lasts(item):
    """Weeks in which nothing else is known do not hold up the counting."""
    begins = midnight(NOW.date()) - 20 * DAY
    write(item, begins - 2 * MINUTE, "pp")
    write(item, begins, "fe" * 10 * 24, every=HOUR, latency=9000.0, excused=True)
    write(item, begins + 20 * DAY, "p")
    Day.objects.add_up(item, NOW)
    spoken_for = 24 * hold_of(item.requirement) // timedelta(seconds=1)
    assert [record for _, record in days(item)] == [
        UptimeRecord(up=120, passed=2),
        *[UptimeRecord(excused=spoken_for)] * 20,
        UptimeRecord(up=240, passed=1),
    ]
    assert {day.slowest for day in item.days.all()} == {100.0, None}


def test_silence_has_no_rows(item):
    write(item, NOW - 100 * DAY, "p")
    write(item, NOW - DAY, "f")
    Day.objects.add_up(item, NOW)
    assert [record for _, record in days(item)] == [
        UptimeRecord(up=240, passed=1),
        UptimeRecord(down=240, failed=1),
    ]


def test_counting_twice_counts_once(item):
    write(item, NOW - 2 * DAY, "pppfff" * 20)
    assert Day.objects.add_up(item, NOW) == 1
    before = days(item)
    assert (Day.objects.add_up(item, NOW), days(item)) == (0, before)


def test_a_sign_off_is_no_run(item, person):
    write(item, NOW - HOUR, "p")
    baker.make(Result, item=item, at=NOW - HOUR, state="passed", by=person)
    Day.objects.add_up(item, NOW)
    assert days(item) == [(2, UptimeRecord(up=240, passed=1))]


def test_only_what_lags_behind_is_counted_again(item, make_item):
    make_item()
    write(item, NOW - 3 * HOUR, "p" * 180)
    assert list(Day.objects.behind(NOW)) == [item]
    Day.objects.add_up(item, NOW)
    write(item, NOW, "p" * 60)
    assert list(Day.objects.behind(NOW + HOUR - 6 * MINUTE)) == []
    assert list(Day.objects.behind(NOW + HOUR)) == [item]


def test_what_is_silent_for_good_is_left_alone(item):
    write(item, NOW - DAY, "p")
    Day.objects.add_up(item, NOW)
    assert list(Day.objects.behind(NOW + 10 * DAY)) == []


def test_a_failed_write_is_written_whole_later(item, monkeypatch):
    """Days one to seven are in, the second stride stops in the middle."""
    write(item, NOW - 12 * DAY, "pf" * 144, every=HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(DayQuerySet, "bulk_create", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Day.objects.add_up(item, NOW)
    Day.objects.add_up(item, NOW)
    assert sum((record for _, record in days(item)), UptimeRecord()) == UptimeRecord(
        up=144 * 240, down=144 * 240, passed=144, failed=144
    )


# --- Dropping -----------------------------------------------------------------------------------------


def test_the_newest_runs_stay_however_old_they_are(item):
    write(item, NOW - 200 * DAY, "p" * 100, every=DAY)
    Day.objects.add_up(item, NOW)
    assert Day.objects.drop_told(item, NOW) == 10
    assert item.results.count() == 90


def test_what_is_not_told_yet_is_not_dropped(item):
    write(item, NOW - 60 * DAY, "p" * 200)
    assert (Day.objects.drop_told(item, NOW), item.results.count()) == (0, 200)


def test_what_is_younger_than_thirty_days_stays(item):
    write(item, NOW - 30 * DAY, "p" * 200)
    Day.objects.add_up(item, NOW)
    assert Day.objects.drop_told(item, NOW) == 0
    assert Day.objects.drop_told(item, NOW + DAY) == 110


def test_sign_offs_stay(item, person):
    write(item, NOW - 60 * DAY, "p" * 100)
    sign_off = baker.make(Result, item=item, at=NOW - 90 * DAY, state="passed", by=person)
    Day.objects.add_up(item, NOW)
    assert Day.objects.drop_told(item, NOW) == 10
    assert list(item.results.exclude(by=None)) == [sign_off]


def test_the_tasks_do_it_for_every_check(item, make_item):
    other = make_item()
    for each in (item, other):
        write(each, NOW - 60 * DAY, "pf" * 60)
    with time_machine.travel(NOW, tick=False):
        assert (count_runs(), count_runs()) == (2, 0)
        assert (roll_up(), roll_up()) == (60, 0)
    assert days(item) == days(other) != []


# --- Nothing is lost ----------------------------------------------------------------------------------


def figures(item, now):
    """All that the page of a check shows of it."""
    seen(item)
    told = track_record.on_page(item, now)
    return (
        told.uptimes,
        [(moment, each.p50, each.p95) for moment, each in told.hours()],
        [(day, each.p50, each.p95) for day, each in told.daily()],
    )


def straight(item, now, window):
    """The same out of the runs alone."""
    runs = list(runs_between(item, None, now))
    return record(runs, midnight(first_day(now, window)), now, hold_of(item.requirement))


stretches = st.tuples(
    st.integers(0, 95 * 86_400),
    st.text("pppfe", min_size=1, max_size=40),
    st.integers(1, 90_000),
    st.floats(0.1, 9000),
)


@settings(max_examples=few(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(stretches, max_size=4), counted=st.lists(st.integers(0, 95 * 86_400), max_size=3))
def test_rolling_up_changes_no_figure(item, said, counted):
    """Whatever ran when, and whenever it was counted and dropped on the way."""
    item.results.all().delete()
    item.days.all().delete()
    for back, outcomes, every, latency in said:
        write(item, NOW - timedelta(seconds=back), outcomes, timedelta(seconds=every), latency)
    item.results.filter(at__gt=NOW).delete()
    before = figures(item, NOW)
    expected = [straight(item, NOW, window) for window in track_record.WINDOWS]
    for back in sorted(counted, reverse=True):
        Day.objects.add_up(item, NOW - timedelta(seconds=back))
        Day.objects.drop_told(item, NOW)
    Day.objects.add_up(item, NOW)
    Day.objects.drop_told(item, NOW)
    assert [uptime.record for uptime in figures(item, NOW)[0][1:]] == expected
    assert figures(item, NOW) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_that_count_at_once_count_once(item):
    write(item, NOW - 20 * DAY, "ppf" * 400, every=timedelta(minutes=20))
    start = threading.Barrier(4)

    def work():
        start.wait()
        Day.objects.add_up(item, NOW)
        Day.objects.drop_told(item, NOW + 30 * DAY)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = sum((record for _, record in days(item)), UptimeRecord())
    assert (total, item.results.count()) == (
        UptimeRecord(up=800 * 240, down=400 * 240, passed=800, failed=400),
        90,
    )

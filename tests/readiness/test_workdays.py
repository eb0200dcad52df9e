"""Working days, with holidays, freezes and part-time weeks."""

from datetime import date, timedelta

import numpy as np
import pytest

from readiness.workdays import FrozenDays, is_known, weekend_of, working_calendar

MONDAY = date(2026, 11, 2)
PLAIN = working_calendar("", 2026)


def days_of(ordinals):
    return [date.fromordinal(int(day)) for day in ordinals]


@pytest.mark.parametrize(
    ("worked", "done"),
    [(-1, 2), (0, 2), (0.1, 2), (1, 2), (1.01, 3), (5, 6), (5.5, 9), (10, 13)],
)
def test_parts_of_a_day_round_up_and_weekends_are_skipped(worked, done):
    assert PLAIN.add(MONDAY, worked) == date(2026, 11, done)


def test_many_at_once_are_each_the_same_as_one():
    worked = np.linspace(-2, 40, 200).reshape(20, 10)
    dates = PLAIN.to_dates(worked, date(2026, 11, 7))
    assert dates.shape == (20, 10)
    assert days_of(dates.ravel()) == [PLAIN.add(date(2026, 11, 7), one) for one in worked.ravel()]


def test_public_holidays_are_no_working_days():
    assert working_calendar("IE", 2026).add(date(2026, 12, 24), 2) == date(2026, 12, 28)


def test_nothing_is_done_in_a_freeze_and_some_in_a_slow_time():
    freeze = working_calendar("", 2026, None, (FrozenDays(date(2026, 11, 4), date(2026, 11, 10)),))
    slow = working_calendar("", 2026, None, (FrozenDays(date(2026, 11, 4), date(2026, 11, 10), 0.5),))
    assert [calendar.add(MONDAY, 3) for calendar in (PLAIN, freeze, slow)] == [
        date(2026, 11, 4),
        date(2026, 11, 11),
        date(2026, 11, 5),
    ]
    assert (freeze.between(MONDAY, date(2026, 11, 11)), slow.between(MONDAY, date(2026, 11, 11))) == (2, 7)


def test_a_part_time_week_takes_longer():
    four_and_a_half = working_calendar("", 2026, (1.0, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0))
    assert [four_and_a_half.add(MONDAY, worked) for worked in (4, 4.5, 4.6, 9)] == [
        date(2026, 11, 5),
        date(2026, 11, 6),
        date(2026, 11, 9),
        date(2026, 11, 13),
    ]


def test_tenths_of_days_add_up():
    tenths = working_calendar("", 2026, (0.1,) * 7)
    assert tenths.add(MONDAY, 0.3) == date(2026, 11, 4)
    assert tenths.add(MONDAY, 10) == MONDAY + timedelta(days=99)


@pytest.mark.parametrize("end", [1, 2, 3, 6, 7, 8, 9])
@pytest.mark.parametrize("start", [1, 2, 7])
def test_until_is_what_can_be_done_by_that_day(start, end):
    start, end = date(2026, 11, start), date(2026, 11, end)
    for worked in (0.0, 0.5, 1.0, 3.2, 5.0, 5.1):
        assert (worked <= PLAIN.until(start, end)) == (PLAIN.add(start, worked) <= end)


def test_work_of_more_than_ten_years_ends_with_the_calendar():
    assert PLAIN.add(MONDAY, 1e9) == PLAIN.add(MONDAY, 1e6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: FrozenDays(date(2026, 11, 4), date(2026, 11, 3)),
        lambda: FrozenDays(MONDAY, MONDAY, 1.5),
        lambda: working_calendar("", 2026, (1.0,) * 6),
        lambda: working_calendar("", 2026, (2.0,) * 7),
        lambda: working_calendar("", 2026, (0.0,) * 7),
    ],
)
def test_what_is_no_calendar_is_refused(make):
    with pytest.raises(ValueError, match=r"."):
        make()


def test_days_off_are_weekends_holidays_and_freezes():
    frozen = working_calendar("IE", 2026, freezes=(FrozenDays(date(2026, 12, 23), date(2026, 12, 24)),))
    off = frozen.days_off(date(2026, 12, 19), date(2026, 12, 28))
    assert [day.day for day in off] == [19, 20, 23, 24, 25, 26, 27]
    assert frozen.days_off(date(2026, 12, 21), date(2026, 12, 20)) == []


def test_the_weekend_is_the_countrys():
    """Friday 6 November 2026 is a day off in Riyadh and in Tel Aviv, the Sunday after it is none."""
    friday, sunday = date(2026, 11, 6), date(2026, 11, 8)
    for country in ("SA", "IL"):
        days = working_calendar(country, 2026)
        assert days.days_off(friday, sunday) == [friday, date(2026, 11, 7)]
        assert days.add(date(2026, 11, 5), 2) == sunday
        assert weekend_of(country) == {4, 5}
    assert working_calendar("AE", 2026).days_off(friday, sunday) == [date(2026, 11, 7), sunday]
    assert working_calendar("", 2026).days_off(friday, sunday) == [date(2026, 11, 7), sunday]
    # A week that is said goes before the one that is usual there.
    assert working_calendar("SA", 2026, (1.0,) * 7).days_off(friday, sunday) == []


def test_a_part_of_a_country_has_holidays_of_its_own():
    """All Saints' is one in Bavaria and not in Berlin; Labour Day in Sydney comes when Melbourne works."""
    all_saints, labour_day = date(2027, 11, 1), date(2026, 10, 5)
    assert working_calendar("DE-BY", 2027).days_off(all_saints, all_saints) == [all_saints]
    assert working_calendar("DE", 2027).days_off(all_saints, all_saints) == []
    assert working_calendar("AU-NSW", 2026).days_off(labour_day, labour_day) == [labour_day]
    assert working_calendar("AU-VIC", 2026).days_off(labour_day, labour_day) == []
    known = {
        code: is_known(code)
        for code in ("DE", "DE-BY", "AU-NSW", "GB-SCT", "DE-XX", "XX", "de", "DE-", "", "-")
    }
    assert [code for code, there in known.items() if there] == ["DE", "DE-BY", "AU-NSW", "GB-SCT"]

"""The outlook from due dates and estimates, and what each cut buys."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launches.forecast.outlook import Track, Work, finish_dates, outlook
from readiness.workdays import working_calendar

TODAY = date(2026, 11, 2)  # a Monday
TARGET = date(2026, 12, 14)
IRELAND = working_calendar("IE", 2026)


def look(*works, target=TARGET, today=TODAY):
    return outlook(works, target, today, IRELAND)


def test_nothing_to_do_is_on_track_and_done_today():
    view = look()
    assert (view.track, view.finish, view.late, view.cuts) == (Track.ON_TRACK, TODAY, 0, ())


def test_nothing_to_do_after_the_target_is_off_track():
    assert look(today=date(2026, 12, 15)).track == Track.OFF_TRACK


@pytest.mark.parametrize(
    ("due", "track", "late"),
    [
        (date(2026, 12, 14), Track.ON_TRACK, 0),
        (date(2026, 12, 15), Track.AT_RISK, 1),
        (date(2026, 12, 21), Track.AT_RISK, 5),
        (date(2026, 12, 22), Track.OFF_TRACK, 6),
        (date(2026, 10, 30), Track.AT_RISK, 0),
    ],
)
def test_the_latest_due_date_against_the_target(due, track, late):
    view = look(Work(1, "WhatsApp", due=due), Work(2, "Invoices", due=TODAY))
    assert (view.track, view.late) == (track, late)


def test_without_a_date_or_an_estimate_it_is_unknown_and_names_what_lacks():
    view = look(Work(1, "WhatsApp"), Work(2, "Invoices", due=TODAY))
    assert (view.track, [work.name for work in view.undated]) == (Track.UNKNOWN, ["WhatsApp"])


def test_what_is_known_to_be_late_is_off_track_whatever_is_unknown():
    assert look(Work(1, "WhatsApp"), Work(2, "Invoices", due=date(2027, 2, 1))).track == Track.OFF_TRACK


def test_an_estimate_counts_working_days_from_what_it_waits_for():
    view = look(
        Work(1, "Contract", likely=5),
        Work(2, "Build", likely=2, waits_for=frozenset({1})),
    )
    assert view.finishes == {1: date(2026, 11, 6), 2: date(2026, 11, 9)}


def test_a_due_date_gives_way_when_what_it_waits_for_is_later():
    view = look(
        Work(1, "Contract", due=date(2026, 11, 20)),
        Work(2, "Build", due=date(2026, 11, 10), likely=3, waits_for=frozenset({1})),
    )
    assert view.finish == date(2026, 11, 24)


def test_public_holidays_are_no_working_days():
    view = look(Work(1, "Build", likely=2), today=date(2026, 12, 24), target=date(2027, 1, 31))
    assert view.finish == date(2026, 12, 28)  # Christmas is a Friday


def test_a_circle_is_refused_by_name():
    with pytest.raises(ValueError, match=r"These wait for each other: [AB] → [AB]"):
        look(
            Work(1, "A", likely=1, waits_for=frozenset({2})), Work(2, "B", likely=1, waits_for=frozenset({1}))
        )


def test_what_a_cut_buys_and_what_it_makes_of_the_launch():
    view = look(
        Work(1, "WhatsApp", due=date(2027, 1, 8)),
        Work(2, "Invoices", due=date(2026, 12, 13)),
        Work(3, "Network", due=date(2026, 11, 20)),
    )
    assert [(cut.work.name, cut.days, cut.track) for cut in view.cuts] == [("WhatsApp", 26, Track.ON_TRACK)]
    assert [view.days_bought(key) for key in (1, 2, 3)] == [26, 0, 0]


def test_what_cannot_be_waived_is_no_cut():
    assert look(Work(1, "Network", due=date(2027, 1, 8), waivable=False)).cuts == ()


works = st.lists(
    st.tuples(
        st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2027, 3, 1))),
        st.one_of(st.none(), st.integers(0, 40)),
        st.sets(st.integers(0, 6), max_size=3),
    ),
    max_size=7,
)


@given(works)
def test_cuts_equal_forecasting_again_without_it(rows):
    all_works = [
        Work(key, f"W{key}", due, likely, frozenset(other for other in waits if other < key))
        for key, (due, likely, waits) in enumerate(rows)
    ]
    view = look(*all_works)
    dated = {work.key: work for work in all_works if work.due or work.likely is not None}
    for key in dated:
        rest = {other: work for other, work in dated.items() if other != key}
        without = max(finish_dates(rest, TODAY, IRELAND).values(), default=TODAY)
        assert view.days_bought(key) == max(0, (view.finish - without).days)

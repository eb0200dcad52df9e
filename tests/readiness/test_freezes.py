"""Days in which nothing may be changed in a region: what may be planned, moved and lifted."""

from datetime import date, timedelta

import pytest
from model_bakery import baker

from readiness.models import Change, ChangeFreeze, Conflict, Region, Thawed, User
from readiness.models.freeze import FreezeRefused
from tests.launches.conftest import NOW

WINTER = ChangeFreeze(date(2026, 12, 21), date(2027, 1, 1), "Year-end")
EASTER = ChangeFreeze(date(2027, 3, 26), date(2027, 3, 29), "Easter")


@pytest.fixture
def europe(db):
    return baker.make(Region, slug="europe", name="Europe", timezone="Europe/Dublin")


@pytest.fixture
def by(db):
    return {"by": baker.make(User, username="nadia"), "now": NOW}


def frozen():
    return Region.objects.get().frozen


def told():
    return [
        (row.verb, row.before["freeze"], row.after["freeze"], row.note, row.author.username, row.region.slug)
        for row in Change.objects.order_by("pk")
    ]


def test_a_region_has_none(europe):
    assert europe.frozen == ()


def test_they_are_kept_in_their_order_with_who_planned_them(europe, by):
    europe.freeze(EASTER, **by)
    europe.freeze(WINTER, **by)
    assert frozen() == (WINTER, EASTER)
    assert told() == [
        ("freeze planned", None, EASTER.facts(), "Easter", "nadia", "europe"),
        ("freeze planned", None, WINTER.facts(), "Year-end", "nadia", "europe"),
    ]
    assert Region.objects.get().version == 3


@pytest.mark.parametrize(
    ("first", "last", "field", "text"),
    [
        (date(2026, 12, 2), date(2026, 12, 1), "last", "It cannot end before it begins."),
        (date(2026, 12, 2), date(2027, 12, 3), "last", "A freeze lasts a year at most."),
        (date(2029, 11, 5), date(2029, 11, 5), "first", "It begins within three years."),
        (WINTER.last, WINTER.last, "first", f"{WINTER} is frozen already: Year-end."),
        (date(2026, 12, 1), date(2027, 2, 1), "first", f"{WINTER} is frozen already: Year-end."),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(europe, by, first, last, field, text):
    europe.freeze(WINTER, **by)
    with pytest.raises(FreezeRefused) as refused:
        europe.freeze(ChangeFreeze(first, last, "?"), **by)
    assert (refused.value.field, str(refused.value)) == (field, text)
    assert (frozen(), Change.objects.count()) == ((WINTER,), 1)


def test_one_day_the_longest_and_the_day_after_another_may_be(europe, by):
    day = timedelta(days=1)
    europe.freeze(WINTER, **by)
    europe.freeze(ChangeFreeze(WINTER.last + day, WINTER.last + day, "Stock-taking"), **by)
    europe.freeze(ChangeFreeze(date(2028, 1, 1), date(2028, 12, 31), "A whole leap year"), **by)
    assert len(frozen()) == 3


def test_it_moves_into_its_own_days(europe, by):
    europe.freeze(WINTER, **by)
    later = ChangeFreeze(date(2026, 12, 23), date(2027, 1, 4), "Year-end")
    europe.move_freeze(WINTER.first, later, version=2, **by)
    assert frozen() == (later,)
    assert told()[1] == ("freeze changed", WINTER.facts(), later.facts(), "Year-end", "nadia", "europe")


def test_what_is_so_already_is_no_change(europe, by):
    europe.freeze(WINTER, **by)
    assert europe.move_freeze(WINTER.first, WINTER, version=2, **by) is None
    assert (Region.objects.get().version, Change.objects.count()) == (2, 1)


def test_lifted_twice_is_lifted_once(europe, by):
    europe.freeze(WINTER, **by)
    assert europe.thaw(WINTER.first, **by).verb == "freeze lifted"
    assert europe.thaw(WINTER.first, **by) is None
    assert (frozen(), [verb for verb, *_ in told()]) == ((), ["freeze planned", "freeze lifted"])


def test_the_second_of_two_editors_overwrites_nothing(europe, by):
    europe.freeze(WINTER, **by)
    europe.move_freeze(WINTER.first, ChangeFreeze(WINTER.first, WINTER.first, "Short"), version=2, **by)
    with pytest.raises(Conflict):
        europe.move_freeze(WINTER.first, ChangeFreeze(WINTER.first, WINTER.last, "Long"), version=2, **by)
    europe.thaw(WINTER.first, **by)
    with pytest.raises(Thawed):
        europe.move_freeze(WINTER.first, WINTER, **by)
    assert frozen() == ()


def test_two_who_plan_the_same_days_at_once_do_not_both(europe, by):
    """The second has read the region before the first wrote it."""
    other = Region.objects.get()
    europe.freeze(WINTER, **by)
    with pytest.raises(FreezeRefused):
        other.freeze(WINTER, **by)
    other.freeze(EASTER, **by)
    assert frozen() == (WINTER, EASTER)

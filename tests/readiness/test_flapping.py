"""Flapping: too short a memory first, then where it begins and where it ends."""

import pytest

from readiness.models import Item
from readiness.state import REMEMBERED, CheckHistory, after_run, is_flapping
from tests.readiness.items import run


def go(outcomes, start=None, *, excused=()):
    """The course of a check that says `outcomes`, letter by letter; those at the places in `excused` are."""
    words = {"p": "passed", "f": "failed", "e": "error"}
    course = start or CheckHistory()
    for place, letter in enumerate(outcomes):
        course = after_run(course, words[letter], failures=3, recovery=2, excused=place in excused)
    return course


@pytest.mark.parametrize(
    ("recent", "before", "flapping"),
    [
        ("", False, False),
        ("p", False, False),
        ("pfpfpf", False, False),  # 5 of 20 places, all of them recent: 29 %
        ("pfpfpfpfp", False, False),  # 8 places: 45 %
        ("pfpfpfpfpf", False, True),  # 9 places: 50 %
        ("p" * 11 + "pfpfpfpfpf", False, True),
        ("pfpfpfpfpf" + "p" * 11, False, False),  # ten changes, the oldest: 45 %
        ("pfpfpfpfpf" + "p" * 11, True, True),
        ("pfpfp" + "p" * 16, True, False),  # four: 17 %
        ("fpe" * 7, False, True),
        ("fe" * 10 + "f", False, True),
    ],
)
def test_where_it_begins_and_ends(recent, before, flapping):
    assert len(recent) <= REMEMBERED
    assert is_flapping(recent, before) is flapping


def test_what_flaps_recovers_once_it_is_calm():
    flapping = go("pfpfpfpfpfff")
    assert (flapping.state, flapping.flapping) == ("failed", True)
    held = go("p" * 8, flapping)
    assert (held.state, held.flapping, held.streak) == ("failed", True, 8)
    calm = go("p" * 6, held)
    assert (calm.state, calm.flapping) == ("passed", False)


def test_no_more_is_remembered_than_is_needed():
    assert go("pf" * 30).recent == ("pf" * 30)[-REMEMBERED:]


def test_an_item_keeps_it_and_says_so(item):
    run(item, "pfpfpfpfpfffpp")
    assert (item.state, item.flapping, item.latest) == (
        "failed",
        True,
        "passed, which counts once it stops flapping",
    )
    item.go_stale(item.stale_at)
    item.refresh_from_db()
    assert (item.state, item.flapping, item.recent) == ("stale", False, "")


def test_an_amended_check_starts_over(item, person):
    run(item, "pfpfpfpfpf")
    item.requirement.amend({"parameters": {"url": "https://x.example/"}}, by=person, now=item.last_at)
    item = Item.objects.get(pk=item.pk)
    assert (item.flapping, item.recent, item.misses) == (False, "", 0)


# --- In maintenance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "during", "state"),
    [
        ("ppp", "ffffff", "passed"),
        ("ppp", "eeeeee", "passed"),
        ("", "fff", "unknown"),
        ("fff", "eee", "failed"),
        ("fff", "pp", "passed"),
        ("eee", "fff", "error"),
    ],
)
def test_only_a_pass_counts(before, during, state):
    assert go(during, go(before), excused=range(len(during))).state == state


def test_what_went_wrong_in_it_counts_for_nothing_afterwards():
    after = go("fffff", go("p"), excused=range(5))
    assert (after.outcome, after.streak, after.misses, after.recent) == ("failed", 0, 0, "p")
    assert [go("f" * runs, after).state for runs in (1, 2, 3)] == ["passed", "passed", "failed"]

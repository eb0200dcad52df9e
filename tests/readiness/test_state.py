"""How states combine; the first run, the empty list and the doubled outcome before the happy path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.state import CellState, ItemState, confirmed, reassessed, worst


def test_the_worst_of_nothing_is_unknown():
    assert worst([]) == ItemState.UNKNOWN


@given(st.lists(st.sampled_from(ItemState.values), min_size=1))
def test_all_good_only_when_every_one_is(states):
    assert (worst(states) == ItemState.PASSED) == all(state == ItemState.PASSED for state in states)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["passed", "unknown"], "unknown"),
        (["passed", "stale", "unknown"], "stale"),
        (["stale", "error"], "error"),
        (["error", "failed", "passed"], "failed"),
    ],
)
def test_worst(states, expected):
    assert worst(states) == expected


@pytest.mark.parametrize(
    ("state", "outcome", "streak", "expected"),
    [
        ("unknown", "failed", 1, "unknown"),
        ("unknown", "failed", 3, "failed"),
        ("unknown", "passed", 1, "passed"),
        ("passed", "failed", 2, "passed"),
        ("passed", "failed", 3, "failed"),
        ("passed", "error", 3, "error"),
        ("failed", "passed", 1, "failed"),
        ("failed", "passed", 2, "passed"),
        ("error", "passed", 1, "error"),
        ("error", "failed", 3, "failed"),
        ("stale", "passed", 1, "passed"),
        ("stale", "failed", 1, "stale"),
    ],
)
def test_confirmed(state, outcome, streak, expected):
    assert confirmed(state, outcome, streak, failures=3, recovery=2) == expected


@pytest.mark.parametrize(
    ("state", "open_musts", "accepted", "expected"),
    [
        ("not_started", set(), set(), CellState.NOT_STARTED),
        ("in_progress", set(), set(), CellState.IN_PROGRESS),
        ("ready", {1}, {1}, CellState.READY),
        ("ready", {1, 2}, {1}, CellState.REGRESSED),
        ("regressed", {1}, {1}, CellState.READY),
        ("regressed", {2}, {1}, CellState.REGRESSED),
        ("regressed", set(), set(), CellState.READY),
    ],
)
def test_reassessed(state, open_musts, accepted, expected):
    assert reassessed(state, open_musts, accepted) == expected

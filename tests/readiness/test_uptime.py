"""Uptime out of runs: what is not known is neither up nor down, and parts add up to their whole."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness.uptime import RunOutcome, Uptime, UptimeRecord, record

START = datetime(2026, 11, 2, tzinfo=UTC)
HOLD = timedelta(seconds=960)
HOUR = timedelta(hours=1)


def runs(*said):
    return [RunOutcome(START + timedelta(seconds=second), state) for second, state in said]


def told(*said, start=START, end=START + HOUR, hold=HOLD):
    return record(runs(*said), start, end, hold)


def test_nothing_is_known_where_nothing_ran():
    assert told() == UptimeRecord()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(0, "passed")], UptimeRecord(up=960, passed=1)),
        ([(3590, "passed")], UptimeRecord(up=10, passed=1)),
        ([(0, "passed"), (300, "failed")], UptimeRecord(up=300, down=960, passed=1, failed=1)),
        ([(0, "passed"), (300, "error")], UptimeRecord(up=300, broken=960, passed=1, errors=1)),
        ([(0, "passed"), (300, "excused")], UptimeRecord(up=300, excused=960, passed=1)),
        ([(0, "excused"), (300, "failed")], UptimeRecord(excused=300, down=960, failed=1)),
        ([(0, "passed"), (2000, "passed")], UptimeRecord(up=960 + 960, passed=2)),
        ([(0, "passed"), (0, "failed")], UptimeRecord(down=960, passed=1, failed=1)),
        ([(-60, "failed")], UptimeRecord(down=900)),
        ([(-960, "failed")], UptimeRecord()),
        ([(-60, "failed"), (600, "passed")], UptimeRecord(up=960, down=600, passed=1)),
        ([(3600, "failed")], UptimeRecord()),
        ([(10.9, "passed"), (20.1, "failed")], UptimeRecord(up=10, down=960, passed=1, failed=1)),
        ([(0, "unknown"), (300, "passed")], UptimeRecord(up=960, passed=1)),
    ],
)
def test_a_run_speaks_until_the_next_and_not_for_longer_than_its_hold(said, expected):
    assert told(*said) == expected


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    said=st.lists(
        st.tuples(st.integers(-2000, 9000), st.sampled_from(["passed", "failed", "error", "excused"]))
    ),
    cuts=st.lists(st.integers(0, 7200)),
    hold=st.integers(1, 3000),
)
def test_parts_add_up_to_their_whole_wherever_it_is_cut(said, cuts, hold):
    said, hold = sorted(said, key=lambda each: each[0]), timedelta(seconds=hold)
    moments = [START + timedelta(seconds=cut) for cut in [0, *sorted(cuts), 7200]]
    parts = [record(runs(*said), start, end, hold) for start, end in itertools.pairwise(moments)]
    whole = record(runs(*said), moments[0], moments[-1], hold)
    assert sum(parts, UptimeRecord()) == whole
    assert whole.up + whole.down + whole.broken + whole.excused <= 7200


@pytest.mark.parametrize(
    ("up", "down", "seconds", "share", "observed"),
    [
        (0, 0, 0, "", ""),
        (0, 0, 60, "", "0 %"),
        (60, 0, 60, "100 %", "100 %"),
        (86_399, 1, 86_400, "99.99 %", "100 %"),
        (2_591_999, 1, 2_592_000, "99.99 %", "100 %"),
        (1, 2_591_999, 2_592_000, "0 %", "100 %"),
        (93, 0, 100, "100 %", "93 %"),
        (999, 0, 1000, "100 %", "99 %"),
        (1, 1, 4, "50 %", "50 %"),
        (905, 95, 1000, "90.50 %", "100 %"),
    ],
)
def test_percentages_are_never_rounded_up(up, down, seconds, share, observed):
    uptime = Uptime("7 d", seconds, UptimeRecord(up=up, down=down))
    assert (uptime.share, uptime.observed) == (share, observed)

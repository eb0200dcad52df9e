"""Percentiles out of buckets: within 4.5 % of the true ones, however the runs were split."""

from math import ceil

from hypothesis import example, given
from hypothesis import strategies as st

from readiness.latency import Latencies

SOME = st.lists(st.floats(0, 30_000, width=32), max_size=60)


def nearest_rank(values, share):
    return sorted(values)[ceil(share * len(values)) - 1]


def test_nothing_measured():
    nothing = Latencies.of([])
    assert (nothing.p50, nothing.p95, nothing + nothing) == (None, None, nothing)


def test_the_same_each_time_is_exact():
    assert (Latencies.of([123.0] * 5).p50, Latencies.of([0.2]).p95) == (123.0, 0.2)


@given(SOME.filter(bool), st.sampled_from([0.5, 0.95, 1.0]))
def test_a_percentile_is_close_to_the_true_one(values, share):
    """Below one millisecond nothing is told apart."""
    told, true = Latencies.of(values).percentile(share), nearest_rank(values, share)
    assert abs(told - true) <= max(0.045 * true, 1.1)
    assert min(values) <= told <= max(values)


@given(SOME, SOME, SOME)
@example([], [1.0], [])
def test_added_up_in_any_order_they_say_the_same(first, second, third):
    parts = [Latencies.of(values) for values in (first, second, third)]
    whole = Latencies.of(first + second + third)
    assert (parts[0] + parts[1]) + parts[2] == whole
    assert parts[2] + (parts[1] + parts[0]) == whole


def test_what_takes_for_ever_is_counted_too():
    assert Latencies.of([1e12, 5.0]).percentile(1.0) < 1e12

"""What is left of each piece of work."""

import numpy as np
import pytest

from launches.forecast import Closed, Estimate
from launches.forecast.durations import NEUTRAL, ONE, References, Spread, outlived, remaining, triangular

EVENLY = (np.arange(100_000) + 0.5) / 100_000
POINTS = Estimate(2, 5, 15)


def spread(*ratios):
    return Spread(POINTS, np.array(ratios or (1.0,)))


@pytest.mark.parametrize("points", [(2, 5, 15), (5, 5, 15), (2, 15, 15), (0, 0, 1)])
def test_the_inverse_cdf_gives_mean_and_variance_of_the_triangle(points):
    best, likely, worst = points
    drawn = triangular(Estimate(*points), EVENLY)
    variance = (sum(p * p for p in points) - best * likely - best * worst - likely * worst) / 18
    assert drawn.mean() == pytest.approx(sum(points) / 3, rel=1e-4)
    assert drawn.var() == pytest.approx(variance, rel=1e-3)


def test_one_point_is_certain():
    assert set(remaining(Spread(Estimate(3, 3, 3), NEUTRAL), 0, EVENLY)) == {3.0}
    assert set(remaining(Spread(Estimate(3, 3, 3), NEUTRAL), 1, EVENLY)) == {2.0}


@pytest.mark.parametrize("spent", [1, 4, 9, 14])
@pytest.mark.parametrize("ratios", [(), (0.5, 1.0, 1.0, 2.0)])
def test_what_is_left_is_what_the_time_spent_leaves_possible(spent, ratios):
    rng = np.random.default_rng(1)
    whole = rng.triangular(2, 5, 15, 2_000_000) * rng.choice(ratios or (1.0,), 2_000_000)
    truth = whole[whole > spent] - spent
    left = remaining(spread(*ratios), spent, EVENLY)
    quantiles = [0.1, 0.5, 0.85, 0.95]
    assert np.quantile(left, quantiles) == pytest.approx(np.quantile(truth, quantiles), rel=0.02, abs=0.01)


def test_what_has_outlived_its_estimate_begins_anew():
    assert (outlived(spread(), 15), outlived(spread(), 14.9), outlived(spread(2), 15)) == (True, False, False)
    assert np.array_equal(remaining(spread(), 15, EVENLY), remaining(spread(), 0, EVENLY))


def test_sums_of_lengths_are_exact():
    lengths = remaining(spread(0.7, 1.3), 0, EVENLY[:999])
    assert lengths.sum() == lengths[::-1].cumsum()[-1]
    assert np.array_equal(lengths * 2**20, np.round(lengths * 2**20))


def test_below_eight_closed_blockers_history_is_silent():
    seven = [Closed(10, Estimate(5, 5, 5))] * 7
    assert np.array_equal(References(seven).spread(POINTS).factors, [1.0])
    assert References([*seven, seven[0]]).spread(POINTS).factors.tolist() == [2.0] * 8


def test_ratios_that_scatter_as_the_triangles_do_are_one_overrun():
    rng = np.random.default_rng(1)
    history = [Closed(1.3 * days, POINTS) for days in rng.triangular(2, 5, 15, 500)]
    factors = References(history).spread(POINTS).factors
    assert (factors.mean(), factors.std()) == (pytest.approx(1.3, rel=0.03), pytest.approx(0, abs=0.15))
    wider = [
        Closed(past.days * factor, POINTS)
        for past, factor in zip(history, rng.choice([0.5, 1.5], 500), strict=True)
    ]
    assert References(wider).spread(POINTS).factors.std() == pytest.approx(0.65, rel=0.1)


def test_a_team_with_a_history_of_its_own_overruns_like_itself():
    history = [Closed(10, Estimate(5, 5, 5), "slow")] * 8 + [Closed(5, Estimate(5, 5, 5), "quick")] * 7
    references = References(history)
    assert set(references.spread(POINTS, "slow").factors) == {2.0}
    assert set(references.spread(POINTS, "quick").factors) == {1.0, 2.0}


def test_work_without_an_estimate_takes_as_long_as_its_kind_did_and_says_so():
    history = [Closed(30, kind="process")] * 8 + [Closed(4, kind="customer")] * 8
    found = References(history).spread(None, kind="process")
    assert (found.estimate, set(found.factors), found.assumed) == (ONE, {30.0}, True)
    assert set(References(history).spread(None).factors) == {4.0, 30.0}
    nothing = References([]).spread(None)
    assert (nothing.estimate, nothing.assumed) == (Estimate(2, 5, 15), True)


def test_a_forgotten_blocker_does_not_stretch_all_others():
    assert set(References([Closed(2_000, Estimate(1, 1, 1))] * 8).spread(POINTS).factors) == {20.0}


def test_a_very_long_history_is_thinned_evenly():
    factors = (
        References([Closed(n / 1000, Estimate(1, 1, 1)) for n in range(1, 5_001)]).spread(POINTS).factors
    )
    assert len(factors) == 500
    assert factors.mean() == pytest.approx(2.5, rel=0.01)

"""The forecast keeps its word: P85 comes true 85 % of the time."""

from datetime import date, timedelta

import numpy as np
import pytest

from launches.forecast import (
    Calibration,
    Closed,
    Estimate,
    Job,
    PastWork,
    Scored,
    Workload,
    backtest,
    by_team,
    calibrate,
    simulate,
)
from launches.forecast.calibration import correction, interval, pinball
from readiness.workdays import working_calendar

DAYS = working_calendar("", 2026)
MONDAY = date(2026, 11, 2)


def estimates(rng, count):
    likely = rng.uniform(2, 15, count)
    return [Estimate(*points) for points in np.stack([likely * 0.5, likely, likely * 2.2], axis=1).tolist()]


def drawn(rng, estimate, bias, spent):
    """How long it takes, given that it is not done yet."""
    while (days := float(rng.triangular(estimate.best, estimate.likely, estimate.worst)) * bias) <= spent:
        pass
    return days


def launch(rng, bias=1.0, history=()):
    """A launch of up to twelve blockers and how it went: (plan, working days it took)."""
    jobs, facts = [], {}
    for at, estimate in enumerate(estimates(rng, int(rng.integers(3, 13)))):
        waits = frozenset(f"j{other}" for other in range(at) if rng.random() < 0.2)
        spent = estimate.likely if rng.random() < 0.3 else 0.0
        jobs.append(Job(f"j{at}", "J", estimate, waits, spent=spent))
        begun = max((facts[other] for other in waits), default=0.0)
        facts[f"j{at}"] = begun + drawn(rng, estimate, bias, spent) - spent
    return Workload(tuple(jobs), history=history), max(facts.values())


def closed(rng, bias, count):
    return tuple(Closed(drawn(rng, row, bias, 0), row) for row in estimates(rng, count))


def coverage(launches):
    held = {50: 0, 85: 0}
    for seed, (plan, fact) in enumerate(launches):
        finish = np.sort(simulate(plan, seed, 500).finish)
        for percent in held:
            held[percent] += fact <= finish[percent * 5 - 1]
    return held


def test_launches_drawn_from_the_model_are_covered_as_promised():
    rng = np.random.default_rng(1)
    held = coverage([launch(rng) for _ in range(2_000)])
    assert 1_660 <= held[85] <= 1_740
    assert 960 <= held[50] <= 1_040


def test_thirty_closed_blockers_make_up_for_a_bias_of_thirty_percent():
    rng = np.random.default_rng(2)
    biased = coverage([launch(rng, 1.3, closed(rng, 1.3, 30)) for _ in range(400)])
    ignored = coverage([launch(rng, 1.3) for _ in range(400)])
    # Not more cautious than it says either: the scatter of the estimates counts once.
    assert 320 <= biased[85] <= 358
    assert ignored[85] < 240


def test_the_pinball_loss_is_least_at_the_true_quantile():
    facts = np.random.default_rng(3).exponential(10, 5_000)
    losses = {q: pinball(np.full(5_000, np.quantile(facts, q)), facts, 0.85) for q in (0.75, 0.8, 0.85, 0.9)}
    assert min(losses, key=losses.get) == 0.85
    assert pinball(np.array([10.0]), np.array([12.0]), 0.85) == pytest.approx(1.7)
    assert pinball(np.array([12.0]), np.array([10.0]), 0.85) == pytest.approx(0.3)


def test_nothing_to_score_is_no_calibration():
    assert calibrate([]) == Calibration()
    assert by_team([]) == {}


def test_forecast_against_fact():
    rows = [Scored({50: 10.0, 85: 14.0, 95: 20.0}, fact) for fact in (8.0, 10.0, 14.0, 24.0)]
    found = calibrate(rows)
    assert (found.count, found.coverage) == (4, {50: 0.5, 85: 0.75, 95: 0.75})
    assert (found.bias, found.loss[50], found.correction) == (4.0, 2.5, 1.0)


def test_bias_is_told_by_team():
    row = {50: 10.0, 85: 14.0, 95: 20.0}
    teams = by_team([Scored(row, 12.0, "messaging"), Scored(row, 9.0, "billing")])
    assert {team: found.bias for team, found in teams.items()} == {"billing": -1.0, "messaging": 2.0}


def test_the_correction_needs_eight_and_grows_with_what_is_known():
    def ratio(count):
        return correction(np.full(count, 10.0), np.full(count, 20.0))

    assert [ratio(count) for count in (0, 7)] == [1.0, 1.0]
    assert ratio(8) == pytest.approx(2**0.5)
    assert ratio(8_000) == pytest.approx(2, rel=0.001)
    assert correction(np.full(900, 1.0), np.full(900, 900.0)) == 4.0


def test_the_interval_says_how_much_is_luck():
    assert interval(12, 13) == pytest.approx((0.667, 0.986), abs=0.001)
    assert interval(0, 5) == pytest.approx((0, 0.434), abs=0.001)


def records(bias, count=60):
    rng = np.random.default_rng(4)
    rows = []
    for at, estimate in enumerate(estimates(rng, count)):
        opened = MONDAY + timedelta(days=7 * at)
        days = drawn(rng, estimate, bias, 0)
        rows.append(PastWork(opened, DAYS.add(opened, days), estimate, f"t{at % 2}", name=f"r{at}"))
    return rows


def test_history_mends_what_bare_estimates_miss():
    result = backtest(records(1.5), DAYS)
    assert result.learning.coverage[85] >= 0.8 > result.estimates.coverage[85]
    assert result.learning.loss[85] < result.estimates.loss[85]
    assert [result.teams[team].count for team in ("t0", "t1")] == [30, 30]


def test_no_forecast_sees_the_future():
    rows = records(1.5)
    early, late = rows[:20], [PastWork(row.opened, row.opened, row.estimate) for row in rows[20:]]
    alone, among = backtest(early, DAYS), backtest([*early, *late], DAYS)
    assert alone.learning.count == 20
    assert among.learning.loss != alone.learning.loss
    assert backtest(rows[::-1], DAYS) == backtest(rows, DAYS)
    same_day = [PastWork(MONDAY, MONDAY, Estimate(5, 5, 5))] * 20
    assert backtest(same_day, DAYS).learning == backtest(same_day, DAYS).estimates


def test_an_empty_history_and_one_without_estimates():
    assert backtest([], DAYS).learning == Calibration()
    bare = [
        PastWork(MONDAY + timedelta(days=7 * at), MONDAY + timedelta(days=7 * at + 3)) for at in range(20)
    ]
    assert backtest(bare, DAYS).learning.bias < 0 < backtest(bare, DAYS).learning.count


def test_a_record_cannot_close_before_it_opens():
    with pytest.raises(ValueError, match="WhatsApp was closed on 2026-11-01, before 2026-11-02"):
        PastWork(MONDAY, date(2026, 11, 1), name="WhatsApp")

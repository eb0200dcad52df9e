"""The geometry of bars and latency lines."""

from dataclasses import dataclass

import pytest

from readiness.checks.charts import (
    BOTTOM,
    HEIGHT,
    IN_LIST,
    ON_PAGE,
    TOP,
    Slow,
    bars,
    latency_chart,
    outlines,
)


@dataclass
class Ran:
    state: str
    latency: float | None


def test_nothing_to_draw():
    assert (bars([], ON_PAGE), latency_chart([Slow("09:00", None, None)])) == ([], None)


def test_bars_are_as_high_as_the_run_was_slow_and_full_when_it_failed():
    runs = [
        Ran("passed", None),
        Ran("passed", 0.1),
        Ran("passed", 100.0),
        Ran("passed", 200.0),
        Ran("failed", None),
    ]
    drawn = bars(runs, ON_PAGE)
    assert [(bar.x, bar.height) for bar in drawn] == [
        (680, 4),
        (688, 4),
        (696, 24),
        (704, 48),
        (712, 48),
    ]
    assert {bar.y + bar.height for bar in drawn} == {48}
    assert [bar.run for bar in drawn] == runs


def test_thirty_small_bars_fit_the_list():
    drawn = bars([Ran("passed", 1.0)] * 30, IN_LIST)
    assert (drawn[0].x, drawn[-1].x + drawn[-1].width, drawn[-1].height) == (0, 89, 20)


def test_the_bars_of_a_state_are_one_outline():
    runs = [Ran("passed", 10.0), Ran("failed", None), Ran("passed", 5.0)]
    assert outlines(bars(runs, IN_LIST)) == {
        "passed": "M81 0h2v20h-2zM87 10h2v10h-2z",
        "failed": "M84 0h2v20h-2z",
    }


def test_a_line_breaks_where_nothing_was_measured():
    series = [
        Slow("1", 50, 100),
        Slow("2", 50, 100),
        Slow("3", None, None),
        Slow("4", 0, 100),
    ]
    chart = latency_chart(series)
    bottom, top, half = HEIGHT - BOTTOM, TOP, (HEIGHT - BOTTOM + TOP) / 2
    assert chart.p95 == (f"94.5,{top:.1f} 163.5,{top:.1f}", f"267.0,{top:.1f} 336.0,{top:.1f}")
    assert chart.p50 == (f"94.5,{half:.1f} 163.5,{half:.1f}", f"267.0,{bottom:.1f} 336.0,{bottom:.1f}")
    assert (chart.first, chart.last, [slot.slow for slot in chart.slots]) == ("1", "4", series)


@pytest.mark.parametrize(
    ("slowest", "steps"),
    [
        (0.2, ["0 ms", "0.5 ms", "1 ms"]),
        (100, ["0 ms", "50 ms", "100 ms"]),
        (101, ["0 ms", "100 ms", "200 ms"]),
        (2100, ["0 ms", "2,500 ms", "5,000 ms"]),
    ],
)
def test_the_axis_ends_on_a_round_number(slowest, steps):
    assert [step.label for step in latency_chart([Slow("1", 0, slowest)]).steps] == steps

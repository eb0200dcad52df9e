"""The geometry of bars and latency lines."""

from dataclasses import dataclass

import pytest

from readiness.charts import BOTTOM, HEIGHT, IN_LIST, ON_PAGE, TOP, Slow, bars, latency_chart


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
    assert [(bar.x, bar.height) for bar in drawn] == [(0, 4), (8, 4), (16, 24), (24, 48), (32, 48)]
    assert {bar.y + bar.height for bar in drawn} == {48}
    assert [bar.run for bar in drawn] == runs


def test_thirty_small_bars_fit_the_list():
    last = bars([Ran("passed", 1.0)] * 30, IN_LIST)[-1]
    assert (last.x + last.width, last.height) == (89, 20)


def test_a_line_breaks_where_nothing_was_measured():
    series = [
        Slow("1", 50, 100),
        Slow("2", 50, 100),
        Slow("3", None, None),
        Slow("4", 0, 100),
    ]
    chart = latency_chart(series)
    bottom, top, half = HEIGHT - BOTTOM, TOP, (HEIGHT - BOTTOM + TOP) / 2
    assert chart.p95 == (f"87.5,{top:.1f} 158.5,{top:.1f}", f"265.0,{top:.1f} 336.0,{top:.1f}")
    assert chart.p50 == (f"87.5,{half:.1f} 158.5,{half:.1f}", f"265.0,{bottom:.1f} 336.0,{bottom:.1f}")
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

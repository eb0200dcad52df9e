"""Geometry: what lies where, and that nothing lies outside."""

from datetime import date, timedelta

from launches.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, ForecastDay, distribution, fan, sparkline

DAY = date(2026, 11, 2)
RIGHT_END, GROUND = WIDTH - RIGHT, HEIGHT - BOTTOM


def seen(number, target=date(2026, 12, 14)):
    return ForecastDay(DAY + timedelta(days=number), *(date(2026, 12, day) for day in (1, 8, 14)), target)


def coordinates(points):
    return [tuple(float(part) for part in point.split(",")) for point in points.split()]


def test_less_than_two_days_are_no_fan():
    assert (fan([], []), fan([seen(0)], [])) == (None, None)


def test_a_fan_reaches_from_edge_to_edge():
    chart = fan([seen(0), seen(10)], [])
    assert coordinates(chart.p50) == [(LEFT, GROUND), (RIGHT_END, GROUND)]
    assert coordinates(chart.outer) == [
        (LEFT, GROUND),
        (RIGHT_END, GROUND),
        (RIGHT_END, TOP),
        (LEFT, TOP),
    ]


def test_a_moved_target_is_a_step_with_its_reason():
    series = [seen(0, date(2026, 12, 1)), seen(5, date(2026, 12, 14)), seen(10, date(2026, 12, 14))]
    chart = fan(
        series, [(DAY + timedelta(days=5), date(2026, 12, 14), "Review"), (date(2020, 1, 1), DAY, "-")]
    )
    middle = (LEFT + RIGHT_END) / 2
    assert coordinates(chart.target) == [
        (LEFT, GROUND),
        (middle, GROUND),
        (middle, TOP),
        (RIGHT_END, TOP),
        (RIGHT_END, TOP),
    ]
    assert [tuple(move) for move in chart.moves] == [(middle, TOP, "Review")]


def test_a_distribution_of_nothing_is_none():
    assert distribution((), [(), ()], DAY, []) is None


def test_bars_end_on_the_target_and_add_up():
    curve = [(DAY.toordinal() + number, (number + 1) / 100) for number in range(100)]
    chart = distribution(curve, [curve], DAY + timedelta(days=50), [(DAY, "P50")])
    assert sum(bar.in_time for bar in chart.bars) == 8
    # The last one in time ends where the target is drawn.
    last = [bar for bar in chart.bars if bar.in_time][-1]
    assert abs(last.x + last.width + 1 - chart.target) <= 0.2
    assert {bar.label.split(": ")[1] for bar in chart.bars[1:-1]} == {"7 %"}
    assert (min(bar.y for bar in chart.bars), {round(bar.y + bar.height, 1) for bar in chart.bars}) == (
        TOP,
        {GROUND},
    )
    assert chart.bars[0].x >= LEFT
    assert chart.bars[-1].x + chart.bars[-1].width <= RIGHT_END


def test_the_chance_rises_to_one_and_stays():
    curve = [(DAY.toordinal(), 0.5), (DAY.toordinal() + 1, 1.0)]
    chart = distribution(curve, [curve], DAY + timedelta(days=9), [])
    assert [y for _, y in coordinates(chart.curves[0])] == [GROUND, (GROUND + TOP) / 2, TOP, TOP]
    assert coordinates(chart.curves[0])[-1][0] == RIGHT_END
    assert [tick.label for tick in chart.chances] == ["", "25 %", "50 %", "75 %", ""]


def test_a_sparkline_of_later_and_later_dates_rises():
    assert sparkline([DAY]) == ""
    assert sparkline([DAY, DAY]) == "1,10 95,10"
    assert sparkline([DAY, DAY + timedelta(days=3)]) == "1,18 95,2"

"""What became of it so far: nothing, one point, all equal, gaps."""

from datetime import date, timedelta

import pytest

from launches.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Counted, ages, burn_up, discovery

DAY = date(2026, 11, 2)
RIGHT_END, GROUND = WIDTH - RIGHT, HEIGHT - BOTTOM
MIDDLE = (LEFT + RIGHT_END) / 2


def on(days, ready, total, **more):
    return Counted(DAY + timedelta(days=days), ready, total, **more)


def test_nothing_is_drawn_of_nothing():
    assert (burn_up([], DAY, DAY), discovery([], 3, DAY), ages([], ["open"])) == (None, None, None)


def test_what_is_ready_climbs_in_steps_to_what_there_is():
    series = [on(0, 0, 2), on(5, 2, 4, joined=("Billing", "WhatsApp"), left=("Fax",))]
    chart = burn_up(series, DAY + timedelta(days=10), DAY + timedelta(days=8))
    half = (GROUND + TOP) / 2
    assert chart.ready == f"M{LEFT} {GROUND}V{GROUND}H{MIDDLE:g}V{half:g}H{RIGHT_END}V{GROUND}z"
    assert chart.total == f"M{LEFT} {half:g}H{MIDDLE:g}V{TOP}H{RIGHT_END}"
    assert [tuple(mark) for mark in chart.scope] == [(MIDDLE, TOP, "7 Nov 2026: + Billing, WhatsApp − Fax")]
    assert [tick.label for tick in chart.counts] == ["0", "1", "2", "3", "4"]


def test_it_reaches_to_a_target_ahead_and_stops_at_today():
    chart = burn_up([on(0, 1, 1)], DAY + timedelta(days=10), DAY + timedelta(days=20))
    assert (chart.today, chart.target) == (MIDDLE, RIGHT_END)
    assert chart.total == f"M{LEFT} {TOP}H{MIDDLE:g}"


def test_one_day_of_no_must_haves_and_a_target_before_it():
    chart = burn_up([on(0, 0, 0)], DAY, DAY - timedelta(days=1))
    assert (chart.ready, chart.target) == (f"M{LEFT} {GROUND}V{GROUND}H{LEFT}V{GROUND}z", None)
    assert [tick.label for tick in chart.days] == ["2 Nov 2026", "3 Nov"]


@pytest.mark.parametrize(("most", "last"), [(7, "6"), (28, "20"), (40, "40"), (300, "300"), (999, "800")])
def test_counts_are_round_and_few(most, last):
    labels = [tick.label for tick in burn_up([on(0, 0, most)], DAY, DAY).counts]
    assert (labels[-1], len(labels) <= 6) == (last, True)


def test_layers_lie_on_each_other_from_the_day_on_which_each_began():
    found = [(DAY, 2), (DAY, 1), (DAY + timedelta(days=5), 1), (DAY + timedelta(days=5), 0)]
    chart = discovery(found, 3, DAY + timedelta(days=10))
    quarter = (GROUND - TOP) / 4
    assert chart.layers == (
        f"M{LEFT} {GROUND}V{GROUND - 2 * quarter:g}H{MIDDLE:g}V{TOP}H{RIGHT_END}V{GROUND}z",
        f"M{LEFT} {GROUND}V{GROUND - quarter:g}H{MIDDLE:g}V{GROUND - 3 * quarter:g}H{RIGHT_END}V{GROUND}z",
        f"M{MIDDLE:g} {GROUND}V{GROUND - quarter:g}H{RIGHT_END}V{GROUND}z",
    )


def test_a_kind_that_never_turned_up_has_no_area():
    assert discovery([(DAY, 1)], 2, DAY).layers == (f"M{LEFT} {GROUND}V{TOP}H{LEFT}V{GROUND}z", "")


def test_states_are_stacked_in_their_order_and_ages_end_with_their_last_day():
    found = [(7, "open"), (8, "waived"), (14, "open"), (8, "open"), (500, "open")]
    chart = ages(found, ["open", "waived"])
    assert [(bar.age, bar.state, bar.number) for bar in chart.bars] == [
        ("up to a week", "open", 1),
        ("1 to 2 weeks", "open", 2),
        ("1 to 2 weeks", "waived", 1),
        ("over 8 weeks", "open", 1),
    ]
    below, above = chart.bars[1:3]
    assert (below.y + below.height, above.y + above.height, above.y) == (GROUND, below.y, TOP)
    assert chart.bars[0].x > LEFT
    assert chart.bars[-1].x + chart.bars[-1].width < RIGHT_END

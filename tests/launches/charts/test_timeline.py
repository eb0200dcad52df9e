"""Rows of work over the days: their order, what is off, and what runs out of the picture."""

from datetime import date, timedelta

from launches.charts import Work, timeline
from launches.charts.timeline import MOST_DAYS

TODAY = date(2026, 11, 2)  # a Monday


def day(number):
    return TODAY + timedelta(days=number)


def test_nothing_is_drawn_of_nothing():
    assert timeline([], [], TODAY, TODAY) is None


def test_a_row_goes_from_its_morning_to_its_evenings_and_an_arrow_to_what_waits():
    work = [
        Work("b", day(2), day(4), day(9), frozenset({"a", "gone"})),
        Work("a", day(0), day(1), day(1)),
    ]
    chart = timeline(work, [day(5), day(6), day(2)], TODAY, day(9))
    # Ten days are 72 pixels each.
    assert chart.order == ("a", "b")
    assert chart.sure == "M0 31h144v10h-144zM144 55h216v10h-216z"
    assert chart.maybe == "M360 55h360v10h-360z"
    assert (chart.links, chart.heads) == ("M141 36V60H144", "M144 60l-4-3v6z")
    assert chart.weekends == "M360 24h144v48h-144z"
    assert chart.holidays == "M144 24h72v48h-72z"
    assert (chart.target, chart.width, chart.height) == (720, 720, 72)


def test_freezes_are_drawn_as_far_as_the_picture_goes():
    work = [Work("a", TODAY, day(4), day(9))]
    frozen = [(day(-9), day(-1)), (day(-1), day(0)), (day(4), day(4)), (day(8), day(30)), (day(10), day(12))]
    chart = timeline(work, [day(5), day(6)], TODAY, day(9), frozen)
    assert chart.freezes == ((0, 72), (288, 72), (576, 144))
    assert chart.weekends == "M360 24h144v24h-144z"


def test_a_target_that_is_past_is_not_drawn_and_one_day_has_a_week_of_room():
    chart = timeline([Work("a", TODAY, TODAY, TODAY)], [], TODAY, day(-1))
    assert (chart.target, chart.sure, chart.maybe) == (None, "M0 31h102.9v10h-102.9z", "")
    days = ["2 Nov 2026", *(f"{number} Nov" for number in range(3, 9))]
    assert [tick.label for tick in chart.days] == days


def test_what_takes_for_ever_runs_out_of_the_picture():
    work = [Work("a", TODAY, day(9000), day(9999)), Work("b", day(9001), day(9002), day(9003), {"a"})]
    chart = timeline(work, [day(5), day(7)], TODAY, day(10))
    assert chart.width == 1.5 * (MOST_DAYS + 1)
    assert (chart.sure, chart.maybe) == (f"M0 31h{chart.width:g}v10h-{chart.width:g}z", "")
    # Too narrow to be told apart.
    assert (chart.weekends, len(chart.days) <= 7) == ("", True)


def test_a_label_has_room_before_the_end():
    chart = timeline([Work("a", TODAY, TODAY, day(35))], [], TODAY, TODAY)
    # 7 December is the last day, 20 pixels wide.
    assert [tick.label for tick in chart.days] == ["2 Nov 2026", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]


def test_a_chart_of_sixty_is_small():
    work = [
        Work(
            f"w-{number:02}",
            day(number),
            day(number + 9),
            day(number + 20),
            frozenset({f"w-{number - 9:02}"}),
        )
        for number in range(60)
    ]
    chart = timeline(
        work, [day(number) for number in range(100) if day(number).weekday() > 4], TODAY, day(70)
    )
    paths = (chart.sure, chart.maybe, chart.links, chart.heads, chart.weekends)
    assert sum(map(len, paths)) < 7_000

"""What the axes of all charts say."""

from datetime import date

from launches.charts.axes import day_ticks, days_across


def labels(first, last):
    return [tick.label for tick in day_ticks(days_across(first, last))]


def test_each_year_is_named_once():
    assert labels(date(2024, 12, 1), date(2027, 2, 1)) == ["1 Jan 2025", "1 Jan 2026", "1 Jan 2027"]
    assert labels(date(2026, 12, 7), date(2027, 1, 11)) == [
        "7 Dec 2026",
        "14 Dec",
        "21 Dec",
        "28 Dec",
        "4 Jan 2027",
        "11 Jan",
    ]
    narrow = day_ticks(days_across(date(2026, 12, 28), date(2027, 1, 11)), is_narrow=True)
    assert [(tick.label, tick.year) for tick in narrow] == [
        ("28 Dec", "2026"),
        ("4 Jan", "2027"),
        ("11 Jan", ""),
    ]
    assert labels(date(2027, 3, 1), date(2027, 3, 3)) == ["1 Mar 2027", "2 Mar", "3 Mar"]

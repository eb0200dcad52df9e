"""A number and a unit, kept in seconds."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from readiness.checks.form import IntervalField

FIELD = IntervalField()


def read(data):
    return FIELD.clean(FIELD.widget.value_from_datadict(QueryDict(data), {}, "interval"))


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        ("interval=300", 300),
        ("interval=10&interval_unit=s", 10),
        ("interval=5&interval_unit=min", 300),
        ("interval=7&interval_unit=d", 604_800),
    ],
)
def test_what_is_meant(data, seconds):
    assert read(data) == seconds


@pytest.mark.parametrize(
    "data",
    [
        "",
        "interval=",
        "interval=9",
        "interval=0",
        "interval=x",
        "interval=-5&interval_unit=min",
        "interval=1.5&interval_unit=h",
        "interval=8&interval_unit=d",
        "interval=1&interval_unit=weeks",
        f"interval={'9' * 5000}",
    ],
)
def test_what_makes_no_sense(data):
    with pytest.raises(ValidationError):
        read(data)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (10, [10, "s"]),
        (90, [90, "s"]),
        (300, [5, "min"]),
        (7200, [2, "h"]),
        (604_800, [7, "d"]),
        (None, [None, "s"]),
    ],
)
def test_it_is_shown_in_the_largest_unit(seconds, shown):
    assert FIELD.widget.decompress(seconds) == shown

"""A day has its year, unless that is the year of whoever reads."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from readiness.days import day_in_words, moment_in_words

DAY = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("today", "said"),
    [(None, "14 Dec 2026"), (date(2026, 1, 1), "14 Dec"), (date(2027, 1, 1), "14 Dec 2026")],
)
def test_a_day_in_words(today, said):
    assert day_in_words(DAY, today) == said


def test_in_french():
    with override("fr"):
        assert (day_in_words(DAY), day_in_words(DAY, DAY)) == ("14 déc. 2026", "14 déc.")


def test_a_moment_is_of_the_day_where_it_is_read():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert moment_in_words(late, late) == "31 Dec, 23:30"
    with timezone.override("Australia/Sydney"):
        assert moment_in_words(late) == "1 Jan 2027, 10:30"
        assert day_in_words(late, date(2026, 12, 31)) == "1 Jan 2027"

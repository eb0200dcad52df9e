"""Working days: Monday to Friday without the public holidays of a country."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import lru_cache

import holidays

YEARS_AHEAD = 12


class WorkingCalendar:
    """The working days of one country, counted from the first of January of `first_year`."""

    def __init__(self, country: str, first_year: int) -> None:
        years = range(first_year, first_year + YEARS_AHEAD)
        off = public_holidays(country, years)
        start = date(first_year, 1, 1)
        days = (start + timedelta(days=number) for number in range(YEARS_AHEAD * 365))
        self._days = [day for day in days if day.weekday() < 5 and day not in off]

    def add(self, day: date, working_days: float) -> date:
        """The day on which work of that length, begun on the morning of `day`, is done.

        Nothing left means done on `day` itself; parts of a day round up. Beyond the calendar's end (work of
        ten years) it is its last day.
        """
        if working_days <= 0:
            return day
        whole = int(-(-working_days // 1))
        first = bisect_left(self._days, day)
        return self._days[min(first + whole - 1, len(self._days) - 1)]

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` is earlier."""
        return bisect_right(self._days, end) - bisect_right(self._days, start)


@lru_cache(maxsize=64)
def working_calendar(country: str, first_year: int) -> WorkingCalendar:
    """The shared calendar of `country` (ISO 3166 code; empty or unknown: weekends only) from that year on."""
    return WorkingCalendar(country, first_year)


def public_holidays(country: str, years: range) -> frozenset[date]:
    if country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=years))

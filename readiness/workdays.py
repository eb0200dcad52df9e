"""Working days: a place's week without its public holidays, less where work is frozen or part-time."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays
import numpy as np
from numpy.typing import NDArray

YEARS_AHEAD = 12
# Monday is 0.
WEEKEND = frozenset({5, 6})

# Shares of days add up with rounding errors far below this, and nobody plans in parts as small.
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class FrozenDays:
    """From `first` to `last`, both included, only `share` of a working day's work is done: 0 is none."""

    first: date
    last: date
    share: float = 0.0

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"A freeze cannot end on {self.last}, before it begins on {self.first}.")
        if not 0 <= self.share <= 1:
            raise ValueError(f"{self.share} is not a share of a day, 0 to 1.")


class WorkingCalendar:
    """The working days of one country or part of one, counted from the first of January of `first_year`.

    `country` is a code as of ISO 3166: IE, or DE-BY. `week` says how much of a day's work is done on Monday,
    …, Sunday: 1 in full, 0.5 on a half day; by default nothing on the weekend that is usual there.
    """

    def __init__(
        self,
        country: str,
        first_year: int,
        week: tuple[float, ...] | None = None,
        freezes: tuple[FrozenDays, ...] = (),
        years: int = YEARS_AHEAD,
    ) -> None:
        week = usual_week(country) if week is None else week
        if len(week) != 7 or not all(0 <= share <= 1 for share in week):
            raise ValueError("A week is seven shares of a day, 0 to 1, from Monday on.")
        first_year = min(max(first_year, date.min.year), date.max.year - years)
        off = public_holidays(country, range(first_year, first_year + years))
        start = date(first_year, 1, 1)
        days = (start + timedelta(days=number) for number in range(years * 365))
        shares = {day: _share(day, week, freezes) for day in days if day not in off}
        self._days = [day for day, share in shares.items() if share > 0]
        if not self._days:
            raise ValueError("There is no working day in this calendar.")
        self._ordinals = np.array([day.toordinal() for day in self._days], dtype=np.int64)
        # How much work is done by the evening of each of these days, with 0 before the first.
        self._done = np.concatenate([[0.0], np.cumsum([shares[day] for day in self._days])])

    def add(self, day: date, working_days: float) -> date:
        """The day on which work of that length, begun on the morning of `day`, is done.

        Nothing left means done on `day` itself; parts of a day round up. Beyond the calendar's end (work of
        ten years) it is its last day.
        """
        return date.fromordinal(int(self.to_dates(np.array([working_days]), day)[0]))

    def to_dates(self, working_days: NDArray[np.float64], start: date) -> NDArray[np.int64]:
        """`add` for many at once: the proleptic ordinals (`date.fromordinal`), in the shape given."""
        worked = np.asarray(working_days, dtype=np.float64)
        done = self._done[1:]
        at = np.searchsorted(done, self._before(start) + worked - TINY, side="left")
        dates = self._ordinals[np.minimum(at, len(done) - 1)]
        return np.where(worked <= 0, start.toordinal(), dates)

    def until(self, start: date, end: date) -> float:
        """How many working days' work can be done from the morning of `start` to the evening of `end`.

        Work of length w from `start` is done by `end` exactly when w ≤ this. Negative when `end` is before
        `start`, even if only days off lie between: then not even nothing can be done by it.
        """
        if end < start:
            return min(self._after(end) - self._before(start), -TINY)
        return float(self._after(end) - self._before(start))

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` is earlier."""
        return bisect_right(self._days, end) - bisect_right(self._days, start)

    def days_off(self, first: date, last: date) -> list[date]:
        """The days from `first` to `last`, both included, on which no work is done."""
        at = slice(bisect_left(self._days, first), bisect_right(self._days, last))
        working = set(self._days[at])
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in every if day not in working]

    def _before(self, day: date) -> float:
        return float(self._done[bisect_left(self._days, day)])

    def _after(self, day: date) -> float:
        return float(self._done[bisect_right(self._days, day)])


@lru_cache(maxsize=64)
def working_calendar(
    country: str,
    first_year: int,
    week: tuple[float, ...] | None = None,
    freezes: tuple[FrozenDays, ...] = (),
    years: int = YEARS_AHEAD,
) -> WorkingCalendar:
    """The shared calendar of `country` (empty or unknown: Saturdays and Sundays only) from that year on."""
    return WorkingCalendar(country, first_year, week, freezes, years)


def public_holidays(country: str, years: range) -> frozenset[date]:
    if not is_known(country):
        return frozenset()
    return frozenset(_holidays_of(country, years))


def usual_week(country: str) -> tuple[float, ...]:
    """The share of each day from Monday on, without a part-time week or a freeze."""
    off = weekend_of(country)
    return tuple(float(day not in off) for day in range(7))


@cache
def weekend_of(country: str) -> frozenset[int]:
    """The days without work in every week, Monday being 0: Friday and Saturday in Saudi Arabia."""
    return frozenset(_holidays_of(country).weekend) if is_known(country) else WEEKEND


def is_known(code: str) -> bool:
    """Whether the public holidays of that country, or of that part of it, are known: DE, or DE-BY."""
    country, dash, part = code.partition("-")
    parts = holidays.list_supported_countries().get(country)
    return parts is not None and (part in parts if dash else True)


def _holidays_of(code: str, years: range | None = None) -> holidays.HolidayBase:
    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=years)


def _share(day: date, week: tuple[float, ...], freezes: tuple[FrozenDays, ...]) -> float:
    frozen = (freeze.share for freeze in freezes if freeze.first <= day <= freeze.last)
    return min(frozen, default=1.0) * week[day.weekday()]

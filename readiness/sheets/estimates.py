"""Estimates as people write them: `5`, `2-5-12`, `3 weeks`, `2 j / 5 j / 12 j`."""

import re

from readiness.sheets.words import plain

DAYS_OF_A_WEEK = 5
_UNITS = {
    **dict.fromkeys(("", "d", "day", "days", "working days", "j", "jour", "jours", "jours ouvres"), 1),
    **dict.fromkeys(("w", "week", "weeks", "wk", "wks", "semaine", "semaines", "sem"), DAYS_OF_A_WEEK),
}
# Two decimals at most: of 1,234 nobody can say whether it is more than a thousand or little more than one.
_POINT = re.compile(r"\s*(\d{1,15}(?:[.,]\d{1,2})?)(?![.,\d])\s*([^\W\d_]+(?: [^\W\d_]+)?)?\s*")
# As days are written, in whatever order: a day or a month with a zero before it, a year.
_OF_A_DAY = re.compile(r"0\d|(?:19|20)\d\d")
_BETWEEN = re.compile(r"-|–|—|\.\.|;|/(?=\s)|(?<=\s)/|\bto\b|à|(?<=\d)\s+(?=\d)")


class NoEstimate(ValueError):
    """The text is none: a date, a share, a negative number, a unit that is not days or weeks."""


def working_days(text: str) -> list[float]:
    """The numbers in `text`, in order, in working days of one decimal. Raises `NoEstimate`.

    A unit that stands after the last number alone is that of all: `1-2-3 weeks`.
    """
    points = [_POINT.fullmatch(part) for part in _BETWEEN.split(text.strip())]
    if not points or None in points:
        raise NoEstimate(text)
    matched = [point for point in points if point is not None]
    units = [plain(point[2] or "") for point in matched]
    if len(matched) == 3 and not any(units) and any(_OF_A_DAY.fullmatch(point[1]) for point in matched):
        raise NoEstimate(text)
    if not any(units[:-1]):
        units = [units[-1]] * len(units)
    if any(unit not in _UNITS for unit in units):
        raise NoEstimate(text)
    return [
        round(float(point[1].replace(",", ".")) * _UNITS[unit], 1)
        for point, unit in zip(matched, units, strict=True)
    ]

"""What was expected of a value, how it is compared, and how the difference is told."""

import json
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext

from readiness.probes.pattern import Pattern
from readiness.probes.text import clipped

MISSING = object()
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
OPERATORS = ("=", "!=", *_ORDERS, "contains", "matches", "exists")


def problem_with(expected: Any) -> str:
    """What is wrong with an expectation: a value to be equal to, or operators and what they compare with."""
    if not isinstance(expected, Mapping):
        return ""
    if not expected:
        return gettext("write a value, or comparisons such as {“>”: 5}")
    return next(filter(None, (_problem(sign, value) for sign, value in expected.items())), "")


async def unmet(name: str, expected: Any, found: Any) -> list[str]:
    """A clause for each comparison that `found` (or `MISSING`) does not meet. Raises `TooCostly`."""
    comparisons = expected if isinstance(expected, Mapping) else {"=": expected}
    return [
        f"{name}: expected {_told(sign, value)}, got {shown(found)}"
        for sign, value in comparisons.items()
        if not await _holds(sign, value, found)
    ]


def is_same(expected: Any, found: Any) -> bool:
    """Equal as JSON has it, where `true` is not `1`."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


def contains(text: str, wanted: str) -> bool:
    """Whether `text` has `wanted` in it, `*` standing for anything.

    Looks for the pieces one after the other, in linear time: a regular expression on a hostile body is not.
    """
    position = 0
    for piece in wanted.split("*"):
        position = text.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return True


def shown(value: Any) -> str:
    if value is MISSING:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return clipped(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), 80)


def _problem(sign: str, value: Any) -> str:
    if sign not in OPERATORS:
        told = {"sign": sign, "signs": " ".join(OPERATORS)}
        return gettext("“%(sign)s” is not a comparison; there are %(signs)s") % told
    if sign in _ORDERS and _number(value) is None:
        return gettext("%(sign)s compares with a number") % {"sign": sign}
    if sign == "exists" and not isinstance(value, bool):
        return gettext("exists is true or false")
    if sign == "matches":
        return _problem_with_pattern(value)
    return ""


def _problem_with_pattern(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
        return gettext("matches takes a regular expression of at most 200 characters")
    try:
        Pattern(value)
    except ValueError as problem:
        return str(problem)
    return ""


async def _holds(sign: str, value: Any, found: Any) -> bool:
    if sign == "exists":
        return (found is not MISSING) is value
    if found is MISSING:
        return False
    if sign in _ORDERS:
        number = _number(found)
        return number is not None and _ORDERS[sign](number, _number(value))
    if sign == "contains":
        return _contains(found, value)
    if sign == "matches":
        return await Pattern(value).found_in(found if isinstance(found, str) else json.dumps(found))
    return is_same(value, found) is (sign == "=")


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        return contains(found, str(value))
    if isinstance(found, list):
        return any(is_same(value, item) for item in found)
    return isinstance(found, dict) and value in found


def _number(value: Any) -> float | None:
    """`value` as a number, also when it is written as text (headers are); NaN is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if math.isnan(number) else number


def _told(sign: str, value: Any) -> str:
    match sign:
        case "=":
            return shown(value)
        case "!=":
            return f"anything but {shown(value)}"
        case "contains":
            return f"“{shown(value)}” in it"
        case "matches":
            return f"a match of “{shown(value)}”"
        case "exists":
            return "something" if value else "nothing"
    return f"{sign} {shown(value)}"

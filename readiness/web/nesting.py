"""JSON of strangers, within bounds: what is nested deeper than anybody means is not read."""

import json
from collections.abc import Callable
from typing import Any

# Parsers take quadratic time over levels, and whatever reads the values one call for each.
MOST_LEVELS = 32


def json_of(text: str | bytes, constant: Callable[[str], Any] | None = None) -> Any:
    """The value; `constant` is given NaN and its like.

    Raises `ValueError` for what is no JSON, or nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if is_too_deep(value):
        raise ValueError("nested too deeply")
    return value


def is_too_deep(value: Any) -> bool:
    values, levels = [value], 0
    while outer := [value for value in values if isinstance(value, dict | list)]:
        levels += 1
        if levels > MOST_LEVELS:
            return True
        values = [inner for one in outer for inner in (one.values() if isinstance(one, dict) else one)]
    return False

"""The extremes, and how many of them this run takes for each field."""

import os
from collections.abc import Iterator, Sequence

WORD = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
EXTREMES = (
    "",
    " ",
    "\0",
    "a\0b",
    "x" * 1_000_000,
    "\ud800",
    "\u202eمرحبا بالعالم",
    "👩‍👩‍👧‍👦" * 60,
    "Z\u0351\u0334" * 100,
    WORD,
    "-1",
    "0",
    "0.04",
    "9" * 5,
    "9" * 20,
    "9" * 5_000,
    "1e400",
    "-1E-400",
    "NaN",
    "-Infinity",
    "2147483648",
    "9223372036854775808",
    "0001-01-01",
    "2000-01-01",
    "2099-12-31",
    "9999-12-31",
    "10000-01-01",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00~1",
    "Mars/Olympus",
    "../../etc/passwd",
    "new",
    "export",
    "<script>alert(1)</script>{{ 7*7 }}{% now 'Y' %}",
    "%s %(name)s {} {0} {region.nope} {secret.NOPE}",
    "[" * 2_000,
    "a\r\n\r\nb",
    "null",
    "https://[::1/\\@:99999",
    "*" * 200 + "_" * 200 + "`" * 200,
)
EVERY = os.environ.get("EXTREMES") == "all"
FEW = 1


def extremes_for(place: int) -> Iterator[str]:
    """Of the field with that number: a few, others for its neighbours, or all."""
    return chosen(EXTREMES, place)


def chosen(values: Sequence[str], place: int) -> Iterator[str]:
    """Of `values`, for the field with that number, likewise."""
    count = len(values) if EVERY else FEW
    # A prime step has no divisor in common with how many there are, so that each gets its turn.
    yield from (values[(place * FEW * 3 + 7 * number) % len(values)] for number in range(count))

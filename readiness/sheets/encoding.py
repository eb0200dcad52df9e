"""Which encoding and which delimiter a file of rows is in."""

import codecs
import csv
import io
from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
# Rows that say how a sheet is delimited.
SAMPLE = 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20


def marked_encodings(start: bytes) -> list[str]:
    """What the first bytes give away: a byte-order mark, or the zeros of UTF-16. Empty where they do not."""
    encodings = [name for mark, name in _MARKS if start.startswith(mark)]
    if encodings:
        return encodings
    # Every other byte of Latin letters is a zero there; a stray one elsewhere is no sign of it.
    halves = {"utf-16-be": start[:400:2], "utf-16-le": start[1:400:2]}
    return [name for name, half in halves.items() if half.count(0) * 5 > len(half) * 2]


def encoding_of(path: Path) -> str:
    """By its first bytes, else UTF-8, or as from Windows where all of the file is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        block = file.read(_BLOCK)
        for encoding in marked_encodings(block):
            return encoding
        try:
            while block:
                decoder.decode(block)
                block = file.read(_BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def delimiter_of(text: str) -> str:
    """The one that splits the first rows most evenly, and then the most: sentences have commas, too."""
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows are as wide as the first one, and how wide that is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for values in reader:
            if values:
                widths.append(len(values))
            if len(widths) == SAMPLE:
                break
    except csv.Error:
        return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return widths.count(widths[0]), widths[0]

"""A sheet of rows as people export it: whatever its encoding, its delimiter and its quotation marks."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from readiness.sheets.encoding import delimiter_of, marked_encodings

BYTES = 1_000_000
ROWS = 5_000
COLUMNS = 40


class UnreadableSheet(ValueError):
    """Why it cannot be read as a sheet, for people."""


class SheetRow(NamedTuple):
    """`line` is where it begins."""

    line: int
    values: list[str]


@dataclass(frozen=True)
class Sheet:
    """All rows, the first of which may name the columns."""

    rows: Sequence[SheetRow]
    delimiter: str

    @property
    def width(self) -> int:
        return max(len(row.values) for row in self.rows)

    def column(self, number: int, rows: Sequence[SheetRow]) -> list[str]:
        return [row.values[number] if number < len(row.values) else "" for row in rows]


def decoded(content: bytes) -> str:
    """By its byte-order mark, where its zeros are, as UTF-8, or as from Windows. Raises `Unreadable`."""
    for encoding in marked_encodings(content[:400]) or ["utf-8", "cp1252"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet(_("It is no text. Save it as CSV, in UTF-8, and try again."))


def parsed(text: str) -> Sheet:
    """Raises `Unreadable`."""
    if len(text.encode(errors="replace")) > BYTES:
        raise UnreadableSheet(_("It is larger than 1 MB. Send it in parts."))
    text = text.removeprefix("\ufeff")
    delimiter = delimiter_of(text)
    rows = _rows(text, delimiter)
    if not rows:
        raise UnreadableSheet(_("There is nothing in it."))
    sheet = Sheet(rows, delimiter)
    if sheet.width > COLUMNS:
        raise UnreadableSheet(_("It has more than %(most)s columns.") % {"most": COLUMNS})
    return sheet


def _rows(text: str, delimiter: str) -> list[SheetRow]:
    rows: list[SheetRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                rows.append(SheetRow(line, [_clean(value) for value in values]))
            line = reader.line_num + 1
            if len(rows) > ROWS + 1:
                raise UnreadableSheet(_("It has more than %(most)s rows. Send it in parts.") % {"most": ROWS})
    except csv.Error as error:
        raise UnreadableSheet(
            _("Line %(line)s is not CSV (%(error)s): mostly a quotation mark that is not closed.")
            % {"line": line, "error": error}
        ) from error
    return rows


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()

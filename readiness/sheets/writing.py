"""Rows as CSV, in the dialect that the reader's spreadsheet opens by a double click."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import formats, translation
from django.utils.functional import Promise

# A spreadsheet takes a text that begins like this for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Dialect:
    """What is between the values, and what is before the decimals of a number."""

    delimiter: str = ","
    decimal: str = "."

    @classmethod
    def of_reader(cls) -> "Dialect":
        """That of a spreadsheet in the current language: with a comma in numbers, `;` is between values."""
        comma = formats.get_format("DECIMAL_SEPARATOR") == ","
        return cls(";", ",") if comma else cls()

    def text(self, value: Any) -> str:
        """One value, which no spreadsheet takes for a formula."""
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return str(value).replace(".", self.decimal)
        text = str(value)
        return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def csv_response(
    name: str, columns: Sequence[str | Promise], rows: Iterable[Sequence[Any]], dialect: Dialect
) -> StreamingHttpResponse:
    """A file `name`.csv; `rows` are made while it is sent, in the language of now."""
    content = _lines(columns, rows, dialect, translation.get_language())
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Echo:
    """What a writer of CSV writes to: it hands back each line."""

    def write(self, line: str) -> str:
        return line


def _lines(
    columns: Sequence[str | Promise], rows: Iterable[Sequence[Any]], dialect: Dialect, language: str | None
) -> Iterator[str]:
    """Written once the request is over, so each line has to know its language."""
    writer = csv.writer(_Echo(), delimiter=dialect.delimiter)
    # So that spreadsheets read it as UTF-8.
    yield "\ufeff"
    with translation.override(language):
        head = writer.writerow([dialect.text(column) for column in columns])
    yield head
    remaining = iter(rows)
    while True:
        with translation.override(language):
            row = next(remaining, None)
            line = "" if row is None else writer.writerow([dialect.text(value) for value in row])
        if row is None:
            return
        yield line

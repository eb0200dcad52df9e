"""Text as people look for it: without case, marks and hyphens, so that `cafe` finds `Café` on every database.

SQLite knows the case of ASCII letters alone, and neither database compares without marks by itself.
"""

import unicodedata
from functools import cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, TextField, Transform

# Letters that are no letter with a mark, but are typed as if they were.
PLAIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss"}
HYPHENS = ("-", "\N{HYPHEN}", "\N{NON-BREAKING HYPHEN}")
_TABLE = str.maketrans(PLAIN | dict.fromkeys(HYPHENS, ""))
_FUNCTION = "readiness_folded"


def fold(text: str) -> str:
    """`text` without case, marks and hyphens: `E-Mail für Łódź` is `email fur lodz`."""
    return without_marks(text).translate(_TABLE)


def without_marks(text: str) -> str:
    """`text` without case and marks, in compatible letters."""
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")


class Folded(Transform):
    """`fold` in the database: `filter(title__folded__contains=fold(typed))`."""

    lookup_name = "folded"

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function=_FUNCTION, **context)

    def as_postgresql(
        self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """By built-in functions, since not everybody may install an extension.

        It knows the marks of Latin, Greek, Cyrillic, Hebrew and Arabic letters.
        """
        single = {letter: plain for letter, plain in _plain().items() if len(plain) == 1}
        marks = r"[\u0300-\u036f\u0591-\u05bd\u064b-\u0652]"
        text = rf"lower(regexp_replace(normalize(%(expressions)s, NFKD), '{marks}', '', 'g'))"
        text = f"translate({text}, '{''.join([*single, *HYPHENS])}', '{''.join(single.values())}')"
        for letter, plain in _plain().items():
            if letter not in single:
                text = f"replace({text}, '{letter}', '{plain}')"
        return self.as_sql(compiler, connection, template=text, **context)


@cache
def _plain() -> dict[str, str]:
    """What is left of a letter without its case: a database of locale C knows that of ASCII alone."""
    letters = (chr(code) for code in range(0x80, 0x590))
    whole = (letter for letter in letters if unicodedata.normalize("NFKD", letter) == letter)
    return {letter: plain for letter in whole if (plain := fold(letter)) not in {letter, ""}}


def register() -> None:
    for field in (CharField, TextField):
        field.register_lookup(Folded)


def teach(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A new connection to SQLite learns the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(_FUNCTION, 1, _fold_or_none, deterministic=True)


def _fold_or_none(text: str | None) -> str | None:
    return None if text is None else fold(text)

"""Words in the database. PostgreSQL and SQLite are given words, never text: neither has a say in what one is.

On PostgreSQL `words` is a `tsvector` with a GIN index; on SQLite `launches_searchwords` is a table of FTS5.
A title has weight A there, and is a column of its own here.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, islice
from typing import NamedTuple

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from launches.search.words import MOST_WORDS, SearchQuery, compounds_of, words_of

_TITLE_WORDS = 200
# PostgreSQL refuses more than a megabyte for a row, with what says where each word stands.
_MOST_BYTES = 500_000


class DocumentWords(NamedTuple):
    """Of one document, by its key."""

    key: int
    title: list[str]
    text: list[str]

    @classmethod
    def of(cls, key: int, title: str, text: str) -> "DocumentWords":
        return cls(key, _some(title, _TITLE_WORDS), _some(text, MOST_WORDS))


def put(rows: Sequence[DocumentWords]) -> None:
    """In the place of the words that these documents had."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            document = json.dumps([{"id": row.key, "words": _vector(row)} for row in rows])
            cursor.execute(
                "UPDATE launches_searchdocument SET words = new.words::tsvector"
                " FROM json_to_recordset(%s::json) AS new(id bigint, words text)"
                " WHERE launches_searchdocument.id = new.id",
                [document],
            )
        else:
            cursor.executemany(
                "INSERT OR REPLACE INTO launches_searchwords (rowid, title, text) VALUES (%s, %s, %s)",
                [(row.key, " ".join(row.title), " ".join(row.text)) for row in rows],
            )


def drop(keys: Iterable[int]) -> None:
    """On PostgreSQL they go with their documents."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM launches_searchwords WHERE rowid = %s", [(key,) for key in keys])


def has_words(question: SearchQuery, *, in_title: bool = False) -> RawSQL:
    """Whether a document answers the question; `in_title`, whether its title does so by itself."""
    if connection.vendor == "postgresql":
        weight = "A" if in_title else ""
        sql = "launches_searchdocument.words @@ %s::tsquery"
        return RawSQL(sql, [_tsquery(question, weight)], output_field=BooleanField())  # noqa: S611
    column = "title : " if in_title else ""
    sql = (
        "launches_searchdocument.id IN"
        " (SELECT rowid FROM launches_searchwords WHERE launches_searchwords MATCH %s)"
    )
    return RawSQL(sql, [f"{column}({_fts(question)})"], output_field=BooleanField())  # noqa: S611


def _tsquery(question: SearchQuery, weight: str) -> str:
    """`(('eu':A <-> 'west':A <-> '1':*A) | ('euwest1':*A)) & …`"""
    whole = f":{weight}" if weight else ""
    return " & ".join(
        "("
        + " | ".join(
            "(" + " <-> ".join([*(f"'{word}'{whole}" for word in firsts), f"'{last}':*{weight}"]) + ")"
            for *firsts, last in spellings
        )
        + ")"
        for spellings in question.phrases
    )


def _fts(question: SearchQuery) -> str:
    """`("eu west 1" * OR "euwest1" *) AND …`"""
    return " AND ".join(
        "(" + " OR ".join(f'"{" ".join(phrase)}" *' for phrase in spellings) + ")"
        for spellings in question.phrases
    )


def _vector(row: DocumentWords) -> str:
    """`'whatsapp':1A 'sender':202`: the text begins far from the title, so no phrase spans both."""
    title = (f"'{word}':{at}A" for at, word in enumerate(row.title, 1))
    text = (f"'{word}':{at}" for at, word in enumerate(row.text, _TITLE_WORDS + 2))
    return " ".join(chain(title, text))


def _some(text: str, most: int) -> list[str]:
    found = list(islice(words_of(text), most))
    # At the end, where they stand between no words that are looked for in a row.
    words = [word.folded for word in [*found, *compounds_of(text, found)]][:most]
    sizes = accumulate(len(word.encode()) for word in words)
    return words[: sum(size <= _MOST_BYTES for size in sizes)]

"""From rows that were written to documents. Settled from the rows as they are now, so order and repetition do
not matter; the mark is there until its document is, so nothing is lost with a worker.
"""

import logging
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import NoReverseMatch

from launches.models import Postponed, SearchDocument, Unindexed, postponing
from launches.search import database
from launches.search.kinds import KINDS, DocumentKind, DocumentText

logger = logging.getLogger(__name__)

BATCH = 500
# A key of its own among PostgreSQL's advisory locks.
_LOCK = 7_362_114
_FIELDS = ("group", "title", "beside", "text", "path", "is_over")
Shown = tuple[str, str, str]


def index(now: datetime, most: int = sys.maxsize) -> int:
    """Bring documents up to date, of `most` marks or a few more. Returns of how many; one query if none."""
    done = 0
    while done < most and _due(now).exists():
        done += _index_batch(now)
    return done


def _due(now: datetime) -> QuerySet[Unindexed]:
    """The marks but for those of rows that could not be indexed a while ago."""
    work = Concat(Value("indexing "), OuterRef("kind"), output_field=CharField())
    postponed = Postponed.objects.filter(work=work, key=OuterRef("key"), next_try_at__gt=now)
    return Unindexed.objects.filter(~Exists(postponed))


@transaction.atomic
def _index_batch(now: datetime) -> int:
    """One at a time: who read a row first must not write its document last."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    marks = list(_due(now).order_by("pk")[:BATCH])
    by_kind: dict[str, set[int]] = defaultdict(set)
    for mark in marks:
        by_kind[mark.kind].add(mark.key)
    # Before anything is read: what is written from here on leaves a mark of its own.
    Unindexed.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    for name, keys in by_kind.items():
        if name in KINDS:
            _index_each(KINDS[name], keys, now)
    return len(marks)


def _index_each(kind: DocumentKind, keys: Collection[int], now: datetime) -> None:
    """All at once; where that fails one by one, and what cannot be indexed keeps its mark."""
    try:
        with transaction.atomic():
            _index(kind, keys)
            Postponed.objects.done(f"indexing {kind.name}", keys)
            return
    except Exception:
        logger.warning("%s rows could not be indexed together.", len(keys), exc_info=True)
    for key in sorted(keys):
        kept = Unindexed.objects.create(kind=kind.name, key=key)
        with postponing(f"indexing {kind.name}", key, now):
            _index(kind, [key])
            kept.delete()


def _index(kind: DocumentKind, keys: Collection[int]) -> None:
    said = {row.pk: says for row in kind.rows.filter(pk__in=keys) if (says := _said(kind, row)) is not None}
    known = {row.key: row for row in SearchDocument.objects.filter(kind=kind.name, key__in=keys)}
    _forget([row for key, row in known.items() if key not in said])
    _write(kind, said)
    renamed = [key for key, row in known.items() if key in said and _shown(row) != _shown(said[key])]
    Unindexed.objects.bulk_create(
        (Unindexed(kind=name, key=key) for name, key in kind.holding(renamed)), batch_size=BATCH
    )


def _said(kind: DocumentKind, row: Any) -> DocumentText | None:
    """A row with a slug that no address can have must not keep the others from being found."""
    try:
        return kind.says(row)
    except NoReverseMatch:
        return None


def _write(kind: DocumentKind, said: dict[int, DocumentText]) -> None:
    SearchDocument.objects.bulk_create(
        [_document(kind, key, says) for key, says in said.items()],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=_FIELDS,
    )
    # The keys of rows that were there already do not come back from an upsert.
    keys = dict(SearchDocument.objects.filter(kind=kind.name, key__in=said.keys()).values_list("key", "pk"))
    database.put(
        [
            database.DocumentWords.of(keys[key], says.title if says.named else "", says.text)
            for key, says in said.items()
        ]
    )


def _document(kind: DocumentKind, key: int, says: DocumentText) -> SearchDocument:
    return SearchDocument(
        kind=kind.name,
        key=key,
        group=kind.group,
        title=_clean(says.title)[:400],
        beside=_clean(says.beside)[:400],
        text=says.text,
        path=says.path[:600],
        is_over=says.is_over,
    )


def _forget(rows: Iterable[SearchDocument]) -> None:
    keys = [row.pk for row in rows]
    if keys:
        database.drop(keys)
        SearchDocument.objects.filter(pk__in=keys).delete()


def _shown(of: SearchDocument | DocumentText) -> Shown:
    return _clean(of.title)[:400], _clean(of.beside)[:400], of.path[:600]


def _clean(text: str) -> str:
    return " ".join(text.split())

"""What is found, in groups: where the title answers first, then what is alive, then the newest."""

from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from launches.models import SearchDocument
from launches.search.database import has_words
from launches.search.indexing import index
from launches.search.kinds import GROUPS, KINDS
from launches.search.words import SearchQuery
from readiness.models import User

AROUND = 90
# Who asks waits for what was just written, not for all of a plan file: that comes with the next round.
AT_ONCE = 1_000
_ORDER = {name: place for place, name in enumerate(GROUPS)}


class Hit(NamedTuple):
    """One row of the answer; what was asked for is marked in its words."""

    path: str
    title: SafeString
    name: str
    beside: str
    words: SafeString | str
    is_over: bool


class ResultGroup(NamedTuple):
    """Some of all `total` that there are of one sort."""

    name: str
    label: str | Promise
    hits: list[Hit]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.hits)


def found_by(
    user: User, question: SearchQuery, *, now: datetime, each: int, group: str = "", skip: int = 0
) -> list[ResultGroup]:
    """At most `each` of each group, or of the one asked for, after the first `skip`. Three queries."""
    index(now, AT_ONCE)
    if not question:
        return []
    places = _ranked(user, question, group).filter(place__gt=skip, place__lte=skip + each)
    ranked = sorted(places, key=lambda row: (_ORDER[row[0]], row[1]))
    rows = SearchDocument.objects.in_bulk([key for *_, key in ranked])
    return [
        ResultGroup(
            name, GROUPS[name], [_hit(rows[key], question) for *_, key in here if key in rows], here[0][2]
        )
        for name, group_of in groupby(ranked, key=lambda row: row[0])
        if (here := list(group_of))
    ]


def _ranked(user: User, question: SearchQuery, group: str) -> QuerySet[Any, Any]:
    """Group, place in it, how many it has, and key: no text, which would be sorted along."""
    order = [F("in_title").desc(), F("is_over").asc(), F("pk").desc()]
    matching = SearchDocument.objects.annotate(
        has_words=has_words(question), in_title=has_words(question, in_title=True)
    ).filter(_visible_to(user), has_words=True, group__in=[group] if group else list(GROUPS))
    return matching.annotate(
        place=Window(RowNumber(), partition_by="group", order_by=order),
        total=Window(Count("pk"), partition_by="group"),
    ).values_list("group", "place", "total", "pk")


def _visible_to(user: User) -> Q:
    """What is not there any more is not visible either."""
    may = Q(pk__in=[])
    for kind in KINDS.values():
        may |= Q(kind=kind.name, key__in=kind.visible(user).values("pk"))
    return may


def _hit(row: SearchDocument, question: SearchQuery) -> Hit:
    words = question.excerpt(" ".join(row.text.split()), AROUND)
    return Hit(row.path, question.marked(row.title), row.title, row.beside, words, row.is_over)

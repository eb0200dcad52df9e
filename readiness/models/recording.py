"""The door for what probes found: many results in one short transaction."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from readiness.models.bulk import put_back, write_back
from readiness.models.cell import Readiness
from readiness.models.claiming import ItemQuerySet, M
from readiness.models.history import Author, Change, Origin
from readiness.models.result import Result
from readiness.models.run_result import RUN_BEFORE_FIELDS, ItemUpdate, RunBefore, item_update
from readiness.probes.outcome import Outcome

logger = logging.getLogger(__name__)

# As many in one transaction; a batch is no larger.
AT_ONCE = 200


class Finding(NamedTuple):
    """What run number `run` of an item found; `excused` in maintenance."""

    item: int
    run: int
    outcome: Outcome
    excused: bool = False


class Resumed(NamedTuple):
    """What a check said last, how often in a row, until when that holds, and when it runs next."""

    outcome: Outcome
    at: datetime
    streak: int
    stale_at: datetime
    next_run_at: datetime


class RecordedRuns(NamedTuple):
    """The changes that followed, and how many results were written."""

    changes: list[Change]
    written: int

    def __add__(self, more: Any) -> "RecordedRuns":
        return RecordedRuns(self.changes + more.changes, self.written + more.written)


@contextmanager
def each_on_its_own(item: int) -> Iterator[None]:
    """One row that cannot be written does not hold up the others; it is tried again after its lease."""
    try:
        yield
    except Exception:
        logger.exception("Item %s could not be written.", item)


class RecordingQuerySet(ItemQuerySet[M]):
    def record(self, findings: Sequence[Finding], at: datetime) -> list[Change]:
        """What probes found, at `at`. Returns the change of each item whose state changed.

        A late or doubled result, of a run that is not the claimed one, is dropped. Where one of many cannot
        be written the others still are; one alone raises.
        """
        return self.recorded(findings, at).changes

    def recorded(self, findings: Sequence[Finding], at: datetime) -> "RecordedRuns":
        """The same, with how many of them were written."""
        found = RecordedRuns([], 0)
        for start in range(0, len(findings), AT_ONCE):
            found += self._record_or_each(findings[start : start + AT_ONCE], at)
        return found

    def resumed(self, told: Mapping[Any, Resumed]) -> None:
        """Go on with these checks where a story that was told of them ends; none changes its state by it."""
        for item, last in told.items():
            item.keep(last.outcome, last.at)
            item.streak, item.stale_at, item.next_run_at = last.streak, last.stale_at, last.next_run_at
        names = ("outcome", "streak", "fact", "latency", "evidence", "last_at", "stale_at", "next_run_at")
        write_back(list(told), names)

    def _record_or_each(self, findings: Sequence[Finding], at: datetime) -> "RecordedRuns":
        try:
            return self._record(findings, at)
        except Exception:
            if len(findings) == 1:
                raise
            logger.warning("%s results could not be written together.", len(findings), exc_info=True)
        found = RecordedRuns([], 0)
        for finding in findings:
            with each_on_its_own(finding.item):
                found += self._record([finding], at)
        return found

    @transaction.atomic
    def _record(self, findings: Sequence[Finding], at: datetime) -> "RecordedRuns":
        claimed = self._claimed(findings)
        said = {
            before.item: item_update(before, found.outcome, at, excused=found.excused)
            for before, found in claimed
        }
        put_back(self.model, ItemUpdate._fields, said)
        Result.objects.of(list(said))
        news = {before.item: before.state for before, _ in claimed if before.state != said[before.item].state}
        return RecordedRuns(self._told(news, at) if news else [], len(said))

    def _claimed(self, findings: Sequence[Finding]) -> list[tuple[RunBefore, Finding]]:
        """The items whose claimed run it was, locked in the order that everybody locks them in."""
        found = {(finding.item, finding.run): finding for finding in reversed(findings)}
        rows = self.filter(pk__among=sorted({item for item, _ in found}), lease_until__isnull=False)
        rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
        return [
            (RunBefore._make(row), found[row[:2]])
            for row in rows.values_list(*RUN_BEFORE_FIELDS)
            if row[:2] in found
        ]

    def _told(self, before: Mapping[int, str], at: datetime) -> list[Change]:
        """A change for each of those whose state was another `before`, and what they make of their cells."""
        rows = self.model._base_manager.filter(pk__among=list(before)).order_by("pk")
        news: list[Any] = list(rows.select_related("requirement", "cell__region", "cell__integration"))
        author = Author(at, origin=Origin.CHECK)
        changes = Change.objects.bulk_create(
            item.change(item.state, author, {"state": before[item.pk]}, {"state": item.state}, note=item.fact)
            for item in news
        )
        Readiness.objects.reassess(notes_of(news), now=at, origin=Origin.CHECK)
        return changes


def notes_of(news: Sequence[Any]) -> dict[int, str]:
    """What is said of the items of each cell."""
    notes: dict[int, str] = {}
    for item in news:
        said = f"{item.requirement.title}: {item.state}"
        notes[item.cell_id] = f"{notes[item.cell_id]}; {said}" if item.cell_id in notes else said
    return notes

"""The door for what probes found: many results in one short transaction."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models, transaction

from readiness.models.bulk import write_back
from readiness.models.cell import Readiness
from readiness.models.claiming import ItemQuerySet, M
from readiness.models.history import Change, Origin
from readiness.models.result import Result
from readiness.probes.outcome import Outcome

logger = logging.getLogger(__name__)

# As many in one transaction; a batch is no larger.
AT_ONCE = 100
# What `Item.hear` decides.
_HEARD = [
    *("state", "since", "version", "outcome", "streak", "misses", "recent", "flapping"),
    *("excused", "fact", "latency", "evidence"),
    *("last_at", "stale_at", "next_run_at", "lease_until"),
]
# What that and the change it may lead to need to know, of the item and of its requirement.
_ASKED = [
    *("cell", "run_number", "state", "since", "version", "outcome", "streak", "misses", "recent", "flapping"),
    *(f"requirement__{name}" for name in ("title", "failures", "recovery", "interval")),
]


class Finding(NamedTuple):
    """What run number `run` of an item found; `excused` in maintenance."""

    item: int
    run: int
    outcome: Outcome
    excused: bool = False


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
        changes: list[Change] = []
        for start in range(0, len(findings), AT_ONCE):
            changes += self._record_or_each(findings[start : start + AT_ONCE], at)
        return changes

    def _record_or_each(self, findings: Sequence[Finding], at: datetime) -> list[Change]:
        try:
            return self._record(findings, at)
        except Exception:
            if len(findings) == 1:
                raise
            logger.warning("%s results could not be written together.", len(findings), exc_info=True)
        changes: list[Change] = []
        for finding in findings:
            with each_on_its_own(finding.item):
                changes += self._record([finding], at)
        return changes

    @transaction.atomic
    def _record(self, findings: Sequence[Finding], at: datetime) -> list[Change]:
        claimed = self._claimed(findings)
        before = {item.pk: item.state for item, _ in claimed}
        for item, found in claimed:
            item.hear(found.outcome, at, excused=found.excused)
        items = [item for item, _ in claimed]
        write_back(items, _HEARD)
        Result.objects.of([item.pk for item in items])
        return _told([item for item in items if item.state != before[item.pk]], before, at)

    def _claimed(self, findings: Sequence[Finding]) -> list[tuple[Any, Finding]]:
        """The items whose claimed run it was, locked in the order that everybody locks them in."""
        found = {(finding.item, finding.run): finding for finding in reversed(findings)}
        rows = self.filter(pk__in={finding.item for finding in findings}, lease_until__isnull=False)
        rows = rows.select_related("requirement").order_by("pk").only(*_ASKED)
        items: models.QuerySet[Any] = rows.select_for_update(of=("self",), no_key=True)
        return [
            (item, found[item.pk, item.run_number]) for item in items if (item.pk, item.run_number) in found
        ]


def _told(news: Sequence[Any], before: dict[int, str], at: datetime) -> list[Change]:
    """A change for each of `news`, and what they make of their cells."""
    models.prefetch_related_objects(news, "cell__region", "cell__integration")
    changes = Change.objects.bulk_create(
        item.note(
            item.state,
            at,
            origin=Origin.CHECK,
            before={"state": before[item.pk]},
            after={"state": item.state},
        )
        for item in news
    )
    notes: dict[int, str] = {}
    for item in news:
        said = f"{item.requirement.title}: {item.state}"
        notes[item.cell_id] = f"{notes[item.cell_id]}; {said}" if item.cell_id in notes else said
    Readiness.objects.reassess(notes, now=at, origin=Origin.CHECK)
    return changes

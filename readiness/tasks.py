"""What runs in the background here: start the checks that are due, run them, and notice silence."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from readiness.models import Change, Claim, Item
from readiness.models.claiming import LEASE
from readiness.probes.batch import run_batch
from readiness.probes.reach import Reach
from readiness.runs import runs_of
from readiness.signals import cells_changed

logger = logging.getLogger(__name__)

# As many as one worker can have under way at a time, so that each of them ends well within its lease.
BATCH = max(1, min(50, settings.PROBE_CONCURRENCY))
# How many items one round of `expire` looks at.
ROUND = 1000


@shared_task(name="readiness.dispatch_due", acks_late=True, expires=60, time_limit=60)
def dispatch_due() -> int:
    """Claim what is due and hand it out in batches. Returns how many."""
    now, count = timezone.now(), 0
    while claims := Item.objects.claim_due(now, BATCH):
        run_probes.delay(claims)
        count += len(claims)
    return count


# A batch that waited for longer than its lease has been claimed again by then.
@shared_task(
    name="readiness.run_probes",
    acks_late=True,
    expires=LEASE.total_seconds(),
    time_limit=90,
    soft_time_limit=80,
)
def run_probes(claims: Sequence[Claim]) -> int:
    """Run what `claims` still give the right to, and record it. Returns how many changed their state."""
    items = list(
        Item.objects.claimed(claims).select_related("requirement", "cell__region", "cell__integration")
    )
    now = timezone.now()
    outcomes = run_batch(
        runs_of(items, now), now=now, reach=Reach.from_settings(), concurrency=settings.PROBE_CONCURRENCY
    )
    at = timezone.now()
    changes: list[Change] = []
    for item, outcome in zip(items, outcomes, strict=True):
        with each_on_its_own(item):
            changes += filter(None, [item.record(outcome, at, item.run_number)])
    return _announce(changes, at)


@shared_task(name="readiness.expire", acks_late=True, expires=30, time_limit=60)
def expire() -> int:
    """Mark as stale what was not confirmed in time. Returns how many.

    What is due is claimed first: after an outage a check that can run again is not stale, it is due.
    """
    dispatch_due()
    now = timezone.now()
    changes: list[Change] = []
    for item in Item.objects.late(now)[:ROUND]:
        with each_on_its_own(item):
            changes += filter(None, [item.go_stale(now)])
    return _announce(changes, now)


@contextmanager
def each_on_its_own(item: Item) -> Iterator[None]:
    """One row that cannot be written does not hold up the others; it is tried again after its lease."""
    try:
        yield
    except Exception:
        logger.exception("Item %s could not be written.", item.pk)


def _announce(changes: Sequence[Change], now: datetime) -> int:
    cells = sorted({change.cell_id for change in changes if change.cell_id is not None})
    if cells:
        cells_changed.send(sender=None, cells=cells, now=now)
    return len(changes)

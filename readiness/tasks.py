"""What runs in the background here: run the checks that are due, notice silence, and sum up what was said."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from readiness.checks.runs import runs_of
from readiness.models import Beat, Change, Claim, Day, Finding, Item, Maintenance
from readiness.models.claim import Assignment
from readiness.models.claiming import LEASE
from readiness.models.recording import AT_ONCE, each_on_its_own
from readiness.probes import Outcome
from readiness.probes.batch import run_batch
from readiness.probes.network_policy import NetworkPolicy
from readiness.signals import cells_changed

# Twice as many as one worker has under way at a time: where one ends the next begins, and what is done once
# for a batch is done half as often. What does not have its turn soon is given back, within its lease.
BATCH = max(1, min(AT_ONCE, 2 * settings.PROBE_CONCURRENCY))
# To claim so many takes three times as long as to claim a batch; the first is claimed alone, so that a worker
# begins at once.
CLAIMED_AT_ONCE = 5 * BATCH
# How many items one round of `expire` looks at.
ROUND = 1000


@shared_task(name="readiness.dispatch_due", acks_late=True, expires=60, time_limit=60)
def dispatch_due() -> int:
    """Claim what is due and hand it out in batches. Returns how many.

    Never more than workers can do before their claims run out: after an outage the rest waits its turn here,
    not in the broker, where it would be claimed again and again.
    """
    now, count = timezone.now(), 0
    Beat.objects.told(Beat.Name.DISPATCH, now)
    room = settings.DISPATCH_AHEAD - Item.objects.handed_out(now).count()
    size = BATCH
    while count < room and (claims := Item.objects.claim_due(now, min(size, room - count))):
        for start in range(0, len(claims), BATCH):
            run_probes.delay(claims[start : start + BATCH])
        count, size = count + len(claims), CLAIMED_AT_ONCE
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
    assigned = Item.objects.assignments(claims)
    now = timezone.now()
    outcomes = run_batch(
        runs_of(assigned, now),
        now=now,
        reach=NetworkPolicy.from_settings(),
        concurrency=settings.PROBE_CONCURRENCY,
        per_host=settings.PROBE_PER_HOST,
    )
    at = timezone.now()
    found = list(zip(assigned, outcomes, strict=True))
    changes = _recorded([(each, outcome) for each, outcome in found if outcome], at)
    if crowded_out := [Claim(each.item, each.run) for each, outcome in found if outcome is None]:
        Item.objects.give_back(crowded_out, at)
    return _announce(changes, at)


def _recorded(found: Sequence[tuple[Assignment, Outcome]], at: datetime) -> list[Change]:
    """The changes that followed. A check has completed once its result is written, and not before."""
    excused = Maintenance.objects.excuses([each for each, _ in found], at)
    findings = [Finding(each.item, each.run, outcome, each.item in excused) for each, outcome in found]
    recorded = Item.objects.recorded(findings, at)
    if recorded.written:
        Beat.objects.told(Beat.Name.COMPLETED, at)
    return recorded.changes


@shared_task(name="readiness.expire", acks_late=True, expires=30, time_limit=60)
def expire() -> int:
    """Mark as stale what was not confirmed in time. Returns how many.

    What is due is claimed first: after an outage a check that can run again is not stale, it is due.
    """
    Item.objects.plan_anew(timezone.now())
    dispatch_due()
    now = timezone.now()
    changes: list[Change] = []
    for item in Item.objects.late(now)[:ROUND]:
        with each_on_its_own(item.pk):
            changes += filter(None, [item.go_stale(now)])
    return _announce(changes, now)


def _announce(changes: Sequence[Change], now: datetime) -> int:
    cells = sorted({change.cell_id for change in changes if change.cell_id is not None})
    if cells:
        cells_changed.send(sender=None, cells=cells, now=now)
    return len(changes)


# A round ends well before a broker would give its message to somebody else; the rest is the next round's.
ROUND_TIME = 60.0


@shared_task(name="readiness.count_runs", acks_late=True, expires=300, time_limit=150)
def count_runs(after: int = 0) -> int:
    """Add the runs of the last hour to the days of their checks. Returns how many days were written."""
    now = timezone.now()
    written, last = _round(Day.objects.behind(now), after, lambda item: Day.objects.add_up(item, now))
    if last is not None:
        count_runs.delay(last)
    return written


@shared_task(name="readiness.roll_up", acks_late=True, expires=3600, time_limit=150)
def roll_up(after: int = 0) -> int:
    """Drop the runs that are old and that the days of their checks tell. Returns how many."""
    now = timezone.now()
    dropped, last = _round(
        Day.objects.with_old_runs(now), after, lambda item: Day.objects.drop_told(item, now)
    )
    if last is not None:
        roll_up.delay(last)
    return dropped


def _round(items: QuerySet[Item], after: int, act: Callable[[Item], int]) -> tuple[int, int | None]:
    """`act` on those after number `after`, until the time is over. Returns its sum, and the last number."""
    total, last, over = 0, None, time.monotonic() + ROUND_TIME
    for item in items.filter(pk__gt=after).order_by("pk")[:ROUND]:
        with each_on_its_own(item.pk):
            total += act(item)
        last = item.pk
        if time.monotonic() >= over:
            break
    return total, last

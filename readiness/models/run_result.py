"""What one run makes of an item: plain values from plain values, for what happens all the time."""

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from readiness.models.claiming import LEASE
from readiness.probes.outcome import Outcome
from readiness.state import CheckHistory, after_run

# Silence for this many intervals makes a result stale.
MISSED_RUNS = 3


class RunBefore(NamedTuple):
    """A claimed item before its run is heard, with what its requirement says of that."""

    item: int
    run_number: int
    version: int
    since: datetime | None
    state: str
    outcome: str
    streak: int
    misses: int
    recent: str
    flapping: bool
    failures: int
    recovery: int
    interval: int

    @property
    def course(self) -> CheckHistory:
        return CheckHistory(self.state, self.outcome, self.streak, self.misses, self.recent, self.flapping)


# Where each of these is found, from the item on.
RUN_BEFORE_FIELDS = [
    "pk",
    *RunBefore._fields[1:-3],
    *(f"requirement__{name}" for name in RunBefore._fields[-3:]),
]


class ItemUpdate(NamedTuple):
    """What is written to the item."""

    state: str
    outcome: str
    streak: int
    misses: int
    recent: str
    flapping: bool
    since: datetime | None
    version: int
    excused: bool
    fact: str
    latency: float | None
    evidence: dict[str, Any]
    last_at: datetime
    stale_at: datetime
    next_run_at: datetime
    lease_until: None = None


def item_update(before: RunBefore, outcome: Outcome, at: datetime, *, excused: bool = False) -> ItemUpdate:
    """What the claimed run found; it is `excused` in maintenance."""
    course = after_run(
        before.course, outcome.state, failures=before.failures, recovery=before.recovery, excused=excused
    )
    moved = course.state != before.state
    unconfirmed = course.state != outcome.state and not excused
    return ItemUpdate(
        *course,
        since=at if moved else before.since,
        version=before.version + moved,
        excused=excused and outcome.state != "passed",
        fact=outcome.fact[:500],
        latency=outcome.latency,
        evidence=dict(outcome.evidence),
        last_at=at,
        stale_at=at + timedelta(seconds=MISSED_RUNS * before.interval) + LEASE,
        next_run_at=at + next_pause(before.interval, unconfirmed=unconfirmed),
    )


def next_pause(interval: int, *, unconfirmed: bool) -> timedelta:
    """How long until the next run: the interval, up to a tenth less so that checks spread out.

    Half of it while the last outcome still waits for confirmation, so that N failures in a row are known
    well within N intervals (the retry interval of Nagios and its heirs).
    """
    pause = interval * (0.5 if unconfirmed else 1)
    return timedelta(seconds=pause * random.uniform(0.9, 1))  # noqa: S311 - not a secret

"""What the dispatcher and the recording cost where there are many checks."""

import json
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readiness.models import Finding, Item, Readiness, Requirement
from readiness.models.claiming import LEASE
from readiness.probes import Outcome
from tests.benchmarks.report import Measured

ALL, DUE, ROUNDS = 100_000, 1_000, 5


def run() -> Iterator[Measured]:
    grown()
    yield Measured(f"claim {DUE:,} due of {ALL:,} checks", claiming() * 1000, "ms", 50)
    yield Measured("the same, plans that do not use the index", int(not indexed()), "", 0)
    statements, seconds = recording()
    yield Measured("statements to record 100 results, half of them news", statements, "", 20)
    yield Measured("the same, in time", seconds * 1000, "ms")


def grown() -> None:
    """As many checks as it takes, spread over an hour to come; PostgreSQL knows how many there are."""
    now, cells = timezone.now(), list(Readiness.objects.filter(region__domain="bench.example"))
    Item.objects.update(next_run_at=now + timedelta(hours=2))
    lines = ALL // len(cells) + 1
    by_integration = {
        integration: Requirement.objects.bulk_create(
            Requirement(
                integration_id=integration,
                slug=f"more-{number}",
                title=f"More {number}",
                probe="http",
                parameters={"url": "https://unused.example/"},
                interval=3600,
            )
            for number in range(lines)
        )
        for integration in {cell.integration_id for cell in cells}
    }
    rows = [(cell, line) for cell in cells for line in by_integration[cell.integration_id]]
    Item.objects.bulk_create(
        (
            Item(cell=cell, requirement=line, next_run_at=now + timedelta(hours=1, seconds=number % 3600))
            for number, (cell, line) in enumerate(rows)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def claiming() -> float:
    """Seconds, the median; what was claimed is put back each time."""
    taken: list[float] = []
    for round_ in range(ROUNDS + 1):
        now = fallen_due()
        start = time.perf_counter()
        claims = Item.objects.claim_due(now, DUE)
        taken.append(time.perf_counter() - start)
        if len(claims) != DUE:
            raise RuntimeError(f"{len(claims)} of {DUE} were claimed in round {round_}.")
        Item.objects.filter(lease_until__isnull=False).update(
            lease_until=None, next_run_at=now + timedelta(hours=1)
        )
    # The first also connects and reads from disk.
    return statistics.median(taken[1:])


def fallen_due() -> datetime:
    now = timezone.now()
    waiting = Item.objects.filter(next_run_at__gt=now, paused=False).order_by("pk")
    some = list(waiting.values_list("pk", flat=True)[:DUE])
    Item.objects.filter(pk__in=some).update(next_run_at=now - timedelta(seconds=1))
    return now


def indexed() -> bool:
    """Whether the plan of the claim finds what is due by its index, and reads no whole table of checks."""
    with CaptureQueriesContext(connection) as queries:
        Item.objects.claim_due(fallen_due(), DUE)
    (claim,) = (query["sql"] for query in queries if "SKIP LOCKED" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {claim}")
        plan = json.dumps(cursor.fetchone()[0])
    return '"Index Name": "item_due"' in plan


def recording() -> tuple[int, float]:
    """Statements, and seconds (the median)."""
    Requirement.objects.update(failures=1, recovery=1)
    taken: list[float] = []
    for round_ in range(ROUNDS):
        Item.objects.filter(lease_until__isnull=False).update(
            lease_until=None, next_run_at=timezone.now() + LEASE
        )
        claims = Item.objects.claim_due(fallen_due(), 100)
        outcomes = (Outcome("failed", "answered 503"), Outcome("passed", "answered 200"))
        batch = [
            Finding(claim.item, claim.run, outcomes[(at + round_) % 2 if at % 4 < 2 else 1])
            for at, claim in enumerate(claims)
        ]
        with CaptureQueriesContext(connection) as queries:
            start = time.perf_counter()
            Item.objects.record(batch, timezone.now())
            taken.append(time.perf_counter() - start)
    return len(queries), statistics.median(taken)

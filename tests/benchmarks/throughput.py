"""Probes per second over the whole path: claim, batch, probe, record; beside others in the same run."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.utils import timezone

from readiness.models import Item
from readiness.site.celery import app
from tests.benchmarks import rivals, services
from tests.benchmarks.checks import CHECKS, keep_only
from tests.benchmarks.report import Measured
from tests.benchmarks.target import Target
from tests.fixtures.waiting import until

ROUNDS = 5
# Which worker gets a check is chance: after so many rounds nearly every check was at each of them once.
WARM_UP = 3
WORKERS = 2


def run(folder: Path, target: Target) -> list[Measured]:
    """With a worker that runs; the checks of `tests.benchmarks.checks` are in the database."""
    with ExitStack() as stack:
        port = stack.enter_context(services.exporter(folder, target)) if services.EXPORTER else 0
        return [*http(target, port), *tls(target, port), batches()]


def http(target: Target, exporter: int) -> Iterator[Measured]:
    keep_only("http")
    rivals_of_it: dict[str, Callable[[], float]] = {
        "bare loop": lambda: rivals.bare(target.url, CHECKS, 100, WORKERS)
    }
    if exporter:
        rivals_of_it["exporter"] = lambda: rivals.exported(exporter, "http", target.url, CHECKS)
    found = side_by_side(whole_path, rivals_of_it)
    yield Measured("HTTP probes, whole path, 2 worker processes", found["ours"], "/s")
    yield Measured("HTTP probes / bare aiohttp loops that store nothing", found["bare loop"], "×", least=0.6)
    if exporter:
        yield Measured("HTTP probes / blackbox exporter, 8 clients", found["exporter"], "×", least=1.0)


def tls(target: Target, exporter: int) -> Iterator[Measured]:
    keep_only("tls")
    address = f"127.0.0.1:{target.tls}"
    theirs = {"exporter": lambda: rivals.exported(exporter, "tls", address, CHECKS)} if exporter else {}
    found = side_by_side(whole_path, theirs)
    yield Measured("TLS probes, whole path, 2 worker processes", found["ours"], "/s")
    if exporter:
        yield Measured("TLS probes / blackbox exporter, 8 clients", found["exporter"], "×", least=0.8)


def batches() -> Measured:
    """The same checks, claimed beforehand and sent to the workers a hundred or one to a task."""
    keep_only("http")
    found = side_by_side(lambda: sent(100, 1000), {"one": lambda: sent(1, 200)})
    return Measured("100 checks a task / one check a task", found["one"], "×", least=3.5)


def side_by_side(ours: Callable[[], float], theirs: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Our median, and the median of our ratio to each of `theirs`.

    One after the other in every round, so that a slow moment of the machine hits all of them.
    """
    for _ in range(WARM_UP):
        ours()
    rates: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in theirs}
    for _ in range(ROUNDS):
        rates.append(ours())
        for name, rate in theirs.items():
            ratios[name].append(rates[-1] / rate())
    return {"ours": statistics.median(rates)} | {
        name: statistics.median(all_) for name, all_ in ratios.items()
    }


def whole_path() -> float:
    """All checks due at once, until each is recorded."""
    due = make_due()
    start = time.monotonic()
    app.send_task("readiness.dispatch_due")
    until(lambda: not Item.objects.filter(paused=False, next_run_at__lte=due).exists(), 120)
    return CHECKS / (time.monotonic() - start)


def make_due() -> datetime:
    """All of them, a moment apart, as their jitter would have it; the table as autovacuum would keep it."""
    due = timezone.now()
    moments = ExpressionWrapper(F("pk") * timedelta(microseconds=100), output_field=DurationField())
    Item.objects.filter(paused=False).update(next_run_at=due - moments)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) readiness_item")
    return due


def sent(size: int, count: int) -> float:
    due = timezone.now()
    Item.objects.filter(paused=False).update(next_run_at=due + timedelta(hours=1))
    chosen = Item.objects.filter(paused=False).order_by("pk")[:count].values("pk")
    Item.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(next_run_at=due)
    claims = Item.objects.claim_due(due, count)
    start = time.monotonic()
    for at in range(0, count, size):
        app.send_task("readiness.run_probes", [claims[at : at + size]])
    until(lambda: not Item.objects.filter(next_run_at__lte=due, paused=False).exists(), 120)
    return count / (time.monotonic() - start)

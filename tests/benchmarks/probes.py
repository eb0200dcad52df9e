"""What hostile targets cost: bytes, memory, time, and the healthy checks of the same batch."""

import json
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network

import django
import psutil
from django.conf import settings

from readiness.probes.batch import ProbeRun, run_batch
from readiness.probes.network_policy import NetworkPolicy
from readiness.probes.outcome import Outcome
from tests.benchmarks.report import Measured
from tests.readiness.probes import hostile
from tests.readiness.probes.peers import Peer, http, request

LOOPBACK = NetworkPolicy(allowed=(ip_network("127.0.0.0/8"),))
HEALTHY, ROUNDS, TIMEOUT = 40, 7, 3
# How far away a healthy target is, in seconds: on loopback alone there would be nothing to delay.
AWAY = 0.05


def run() -> list[Measured]:
    """In a process of its own, so that nothing but the checks is in its memory."""
    worker = [sys.executable, "-m", "tests.benchmarks.probes"]
    answer = subprocess.run(worker, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=True, text=True)
    found = json.loads(answer.stdout.splitlines()[-1])
    return [
        Measured("hostile targets: read of one body, at most", found["kib"], "KiB", 64),
        Measured("hostile targets: memory of the worker, grown by", found["mb"], "MB", 10),
        Measured("hostile targets: a check over its deadline, at most", found["late"], "s", 1),
        Measured("hostile targets: healthy checks of the batch, slower by", found["slower"], "%", 10),
        Measured("hostile targets: healthy checks that did not pass", found["unwell"], "", 0),
    ]


def figures() -> dict[str, float]:
    """Each round runs the healthy checks once beside other healthy ones, and once beside as many hostile."""
    with ports_of("healthy") as healthy, ports_of("hostile") as harmful:
        good = [asked(healthy["good"])] * HEALTHY
        bad = [asked(port) for port in harmful.values()] * 2
        more = [asked(healthy["good"])] * len(bad)
        batch(mixed(good, more))
        before = memory()
        ratios: list[float] = []
        outcomes: list[Outcome] = []
        for _ in range(ROUNDS):
            alone = latency(batch(mixed(good, more)))
            outcomes += batch(mixed(good, bad))
            ratios.append(latency(outcomes[-len(good + bad) :]) / alone)
        grown = memory() - before
        slowest = max(seconds(port) for port in harmful.values())
    well = sum(outcome.state == "passed" for outcome in outcomes)
    return {
        "kib": max(outcome.evidence.get("body_bytes", 0) for outcome in outcomes) / 1024,
        "mb": max(0, grown),
        "late": max(0, slowest - TIMEOUT),
        "slower": max(0, (statistics.median(ratios) - 1) * 100),
        "unwell": ROUNDS * HEALTHY - well,
    }


def memory() -> float:
    """What this process holds, in megabytes; ask after a batch, which loads what any batch needs."""
    return psutil.Process().memory_info().rss / 1024**2


def mixed(good: list[ProbeRun], others: list[ProbeRun]) -> list[ProbeRun]:
    """In an order that is the same each time."""
    return random.Random(5).sample([*good, *others], len(good) + len(others))


def asked(port: int) -> ProbeRun:
    url = f"http://127.0.0.1:{port}/"
    return ProbeRun("http", {"url": url, "json": {"ok": True}, "timeout": TIMEOUT}, {"slug": "europe"})


def batch(runs: list[ProbeRun]) -> list[Outcome]:
    return run_batch(runs, now=datetime.now(UTC), reach=LOOPBACK, concurrency=len(runs))


def latency(outcomes: list[Outcome]) -> float:
    """The median of those that passed, in milliseconds."""
    return statistics.median(outcome.latency or 0 for outcome in outcomes if outcome.state == "passed")


def seconds(port: int) -> float:
    started = time.monotonic()
    batch([asked(port)])
    return time.monotonic() - started


@contextmanager
def ports_of(which: str) -> Iterator[dict[str, int]]:
    """The servers' ports; they end with the block."""
    command = [sys.executable, "-m", "tests.benchmarks.probes", which]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline()) if process.stdout else {}
        finally:
            process.kill()


def serve_healthy() -> None:
    def answer(connection: socket.socket, number: int) -> None:
        request(connection)
        time.sleep(AWAY)
        connection.sendall(http(b'{"ok": true}'))

    print(json.dumps({"good": Peer(answer).port}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    django.setup()
    programs = {"healthy": serve_healthy, "hostile": hostile.main, "": lambda: print(json.dumps(figures()))}
    programs["".join(sys.argv[1:])]()

"""A what-if's toggle through the whole stack: the product's own web server, a socket, sign-in, template."""

import http.client
import time
from datetime import date, timedelta

import numpy as np
from django.utils import timezone

from launches.models import Blocker, Launch
from readiness.models import Region, Team
from tests.benchmarks.report import Measured
from tests.benchmarks.serving import HOST, connected, served, signed_in

BLOCKERS, DEPENDENCIES, ROUNDS = 60, 110, 3


def run() -> list[Measured]:
    launch = built()
    with served() as port:
        ask = asking(connected(port), launch, signed_in("what-if"))
        ask("")
        taken = [ask(f"?drop=b{number}") for _ in range(ROUNDS) for number in range(BLOCKERS)]
    p50, p95 = (float(np.quantile(taken, at)) * 1000 for at in (0.5, 0.95))
    return [
        Measured(f"a toggle at {BLOCKERS} blockers through the web server, p50", p50, "ms"),
        Measured(f"a toggle at {BLOCKERS} blockers through the web server, p95", p95, "ms", 150),
    ]


def built() -> Launch:
    """Eight teams of one to three at once, and two dependencies a blocker."""
    now, dice = timezone.now(), np.random.default_rng(5)
    today = now.date()
    region = Region.objects.create(slug="what-if", name="What if")
    launch = Launch.objects.create(
        slug="what-if",
        name="What if",
        region=region,
        target=today + timedelta(days=60),
        baseline=date(today.year, 1, 1),
    )
    teams = Team.objects.bulk_create(
        Team(slug=f"what-if-{n}", name=f"T{n}", parallel_work=1 + n % 3) for n in range(8)
    )
    rows = Blocker.objects.bulk_create(
        Blocker(
            launch=launch,
            slug=f"b{number}",
            title=f"B {number}",
            kind="customer_facing",
            team=teams[number % 8],
            opened_at=now,
            best=1,
            likely=3 + number % 5,
            worst=12 + number % 7,
        )
        for number in range(BLOCKERS)
    )
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < DEPENDENCIES:
        first, then = sorted(dice.choice(BLOCKERS, 2, replace=False).tolist())
        pairs.add((first, then))
    through = Blocker.depends_on.through
    through.objects.bulk_create(
        through(from_blocker=rows[then], to_blocker=rows[first]) for first, then in sorted(pairs)
    )
    return launch


def asking(connection: http.client.HTTPConnection, launch: Launch, cookie: str):
    headers = {"Host": HOST, "Cookie": cookie, "HX-Request": "true"}

    def ask(query: str) -> float:
        start = time.perf_counter()
        connection.request("GET", f"/launches/{launch.slug}/what-if/{query}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        taken = time.perf_counter() - start
        if answer.status != 200 or b"P85" not in body:
            raise AssertionError(f"The what-if answered {answer.status}.")
        return taken

    return ask

"""What pages cost as a company grows, beside an empty view, on PostgreSQL and on SQLite.

    python -m tests.benchmarks.growth /my/ /launches/opening-0/

measures these pages alone, at twelve launches. A program of its own for each database, which the environment
names.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from typing import NamedTuple

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.benchmarks.report import Measured
from tests.runner import postgresql

ROUNDS = 9
OVERVIEWS = {"home": "/", "my": "/my/", "team": "/teams/crew-0/"}
LAUNCH, EMPTY = "/launches/opening-0/", "/empty/"
STEP = "a step"
PANEL = {"HX-Request": "true", "HX-Target": "blocker-panel"}


class Cost(NamedTuple):
    """Milliseconds of the clock and of this processor, statements, bytes."""

    wall: float
    here: float
    queries: int
    size: int

    def __str__(self) -> str:
        times = f"{self.wall:7.1f} ms, {self.here:7.1f} here"
        return f"{times}, {self.queries:3} queries, {self.size / 1000:7.1f} kB"


def run() -> list[Measured]:
    return [Measured(**row) for answer in both() for row in json.loads(answer)]


def both(*pages: str) -> list[str]:
    """The last line of what is said of each database; one there is none of is left out."""
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as place, postgresql.serving([]) as server:
        databases = [server, f"sqlite:///{place}/company.sqlite3"]
        return [_child(place, address, pages) for address in databases if address]


def _child(place: str, address: str, pages: tuple[str, ...]) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.growth_settings",
        "VAR_DIR": place,
        "DATABASE_URL": address,
    }
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--here", *pages]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout.splitlines()[-1]


def measured() -> list[Measured]:
    client = _begun()
    few = _costs(client, *OVERVIEWS.values(), EMPTY)
    company.grow()
    many = _costs(client, *OVERVIEWS.values(), LAUNCH, STEP, EMPTY)
    name, empty = connection.vendor, many[EMPTY].wall
    rows = [Measured(f"{name}: an empty view, in a company", empty, "ms")]
    for page, address in OVERVIEWS.items():
        wall = many[address].wall
        rows += [
            Measured(f"{name}: {page} at 12 launches", wall, "ms"),
            Measured(f"{name}: {page} at 12 launches / empty view", wall / empty, "×"),
            Measured(f"{name}: {page} at 12 launches / at 6", wall / few[address].wall, "×"),
        ]
    return [
        *rows,
        Measured(f"{name}: a launch of 115 rows / empty view", many[LAUNCH].wall / empty, "×"),
        Measured(f"{name}: a launch of 115 rows, raw", many[LAUNCH].size / 1000, "kB"),
        Measured(f"{name}: a step of a blocker / empty view", many[STEP].wall / empty, "×"),
    ]


def _begun() -> Client:
    call_command("migrate", verbosity=0)
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    client.force_login(company.begin())
    return client


def _costs(client: Client, *pages: str) -> dict[str, Cost]:
    """The least of each, taken in turn: what else the machine does only adds to it."""
    asked = {page: _asking(client, page) for page in pages}
    counted = {page: _counted(ask) for page, ask in asked.items()}
    taken: dict[str, list[tuple[float, float]]] = {page: [] for page in pages}
    for _ in range(ROUNDS):
        for page, ask in asked.items():
            gc.collect()
            wall, here = time.perf_counter(), time.process_time()
            ask()
            taken[page].append((time.perf_counter() - wall, time.process_time() - here))
    return {
        page: Cost(*(1000 * min(some) for some in zip(*taken[page], strict=True)), *counted[page])
        for page in pages
    }


def _counted(ask):
    """Statements and bytes, once what is kept for the next time is there."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    return len(captured), len(answer.content)


def _asking(client: Client, page: str):
    """Returns the answer."""
    if page != STEP:
        return lambda: _ok(client.get(page))
    rows = cycle(Blocker.objects.filter(launch__slug="opening-0", source="person", state="open"))

    def step():
        row = next(rows)
        row.refresh_from_db(fields=["version", "state"])
        verb = "start" if row.state == Blocker.State.OPEN else "reopening"
        address = f"/launches/opening-0/blockers/{row.slug}/{verb}/"
        return _ok(client.post(address, {"version": row.version}, headers=PANEL))

    return step


def _ok(answer):
    if answer.status_code != 200:
        raise AssertionError(f"{answer.request['PATH_INFO']}: {answer.status_code}")
    return answer


def _told(pages: list[str]) -> str:
    client = _begun()
    company.grow()
    costs = _costs(client, *pages, EMPTY)
    return json.dumps([f"{connection.vendor:10} {page:30} {cost}" for page, cost in costs.items()])


if __name__ == "__main__":
    if "--here" not in sys.argv:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.growth_settings")
        for answer in both(*sys.argv[1:]):
            print(*json.loads(answer), sep="\n")
    else:
        django.setup()
        from itertools import cycle

        from launches.models import Blocker
        from tests.benchmarks import company

        pages = sys.argv[2:]
        print(_told(pages) if pages else json.dumps([asdict(row) for row in measured()]))

"""A step of a blocker beside an empty view, both through the whole stack: middleware, session, sign-in.

The step locks, changes, writes history and answers with what it changed of the panel, among sixty blockers.
With the launch's page behind it the same answer also has the list and the forecast, which is only told.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone

from launches.models import Blocker, Launch
from readiness.models import Region, User
from tests.benchmarks.report import Measured

ROUNDS, BLOCKERS = 25, 60
PANEL = {"HX-Request": "true", "HX-Target": "blocker-panel"}


def empty(_: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("empty/", empty), path("", include("readiness.urls"))]


@override_settings(ROOT_URLCONF=__name__)
def run() -> list[Measured]:
    client, steps = Client(), _steps()
    client.force_login(User.objects.get(username="triage"))
    alone = _median(lambda: _step(client, next(steps), PANEL))
    behind = _median(lambda: _step(client, next(steps), PANEL | {"Shows-Launch": "true"}))
    nothing = _median(lambda: client.get("/empty/"))
    return [
        Measured("empty view, signed in", nothing * 1000, "ms"),
        Measured("a blocker's step with history and fragment / empty view", alone / nothing, "×", 12),
        Measured("a blocker's step with the launch behind it", behind * 1000, "ms"),
    ]


def _steps() -> Iterator[tuple[Blocker, str]]:
    """One blocker after the other is started, then reopened, and so on."""
    lead = User.objects.create(username="triage", is_superuser=True)
    place = Region.objects.create(slug="triage", name="Triage")
    day = date(2027, 1, 11)
    launch = Launch.objects.create(
        slug="triage", name="Triage", region=place, lead=lead, target=day, baseline=day
    )
    facts = {"by": lead, "now": timezone.now(), "proposed": False, "kind": "internal_process"}
    rows = [Blocker.objects.raised(launch, title=f"Blocker {n}", **facts) for n in range(BLOCKERS)]
    return cycle([(row, verb) for verb in ("start", "reopening") for row in rows])


def _step(client: Client, turn: tuple[Blocker, str], headers: dict[str, str]) -> None:
    row, verb = turn
    row.refresh_from_db(fields=["version"])
    answer = client.post(f"{row.get_absolute_url()}{verb}/", {"version": row.version}, headers=headers)
    if answer.status_code != 200:
        raise AssertionError(f"{verb}: {answer.status_code}")


def _median(call: Callable[[], object]) -> float:
    """Processor time: others may be at work on the same machine."""
    call()
    taken = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return statistics.median(taken)

"""From a red endpoint to the blocker on the page: real worker, real beat, and the page asked for."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone

from launches.models import Launch
from readiness.models import Integration, Item, Readiness, Region, Requirement, Team, User
from readiness.supervisor import programs
from tests.benchmarks import services, target
from tests.benchmarks.report import Measured
from tests.fixtures.waiting import until

INTERVAL, CHECKS = 10, 5


def run(folder: Path) -> Iterator[Measured]:
    """The slowest of five checks, whose runs lie a fifth of the interval apart."""
    own = folder / "reaction"
    own.mkdir()
    with ExitStack() as stack:
        peer = stack.enter_context(target.serving(own))
        page = launched(peer.url)
        stack.enter_context(services.workers(2))
        stack.enter_context(services.running(programs.beat().command))
        until(lambda: ran(2), 60)
        if named(page()):
            raise RuntimeError("A healthy check blocks.")
        peer.turn_red()
        red = time.monotonic()
        until(lambda: named(page()) == CHECKS, 120)
        taken = time.monotonic() - red
    yield Measured("a red endpoint → blocker on the page, interval 10 s", taken, "s", 3 * INTERVAL + 2)


def ran(times: int) -> bool:
    """Whether each of the checks has so often."""
    checks = Item.objects.filter(requirement__interval=INTERVAL)
    return checks.filter(run_number__gte=times, lease_until=None).count() == CHECKS


def named(html: str) -> int:
    return sum(f"Alarms: Endpoint {number}" in html for number in range(CHECKS))


def launched(url: str) -> Callable[[], str]:
    """A launch in a region whose one integration has these checks; returns what its page says."""
    now = timezone.now()
    lead = User.objects.create(username="lead")
    region = Region.objects.create(slug="europe", name="Europe")
    team = Team.objects.create(slug="alarms", name="Alarms")
    alarms = Integration.objects.create(
        slug="alarms", name="Alarms", kind=Integration.Kind.INFRASTRUCTURE, team=team
    )
    cell = Readiness.objects.create(region=region, integration=alarms)
    for number in range(CHECKS):
        line = Requirement.objects.create(
            integration=alarms,
            slug=f"endpoint-{number}",
            title=f"Endpoint {number}",
            probe="http",
            parameters={"url": url},
            interval=INTERVAL,
        )
        due = now + timedelta(seconds=number * INTERVAL / CHECKS)
        Item.objects.create(cell=cell, requirement=line, next_run_at=due)
    day = now.date() + timedelta(days=90)
    Launch.objects.create(slug="europe", name="Europe", region=region, lead=lead, target=day, baseline=day)
    client = Client()
    client.force_login(lead)

    def page() -> str:
        return client.get("/launches/europe/").content.decode()

    return page

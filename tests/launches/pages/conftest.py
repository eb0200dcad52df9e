from datetime import date, timedelta

import pytest
import time_machine
from model_bakery import baker

from launches.models import Blocker, Launch, SignOff, TargetMove
from launches.status import settle_launch
from readiness.models import Integration, Item, Readiness, Region, Requirement, Team, User
from readiness.models.history import change
from tests.fixtures.views import people_around


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def people(europe):
    return people_around(europe.team, europe.lead)


@pytest.fixture
def spam(europe, now):
    """A blocker that a person raised, owned by Messaging."""
    return baker.make(
        Blocker,
        launch=europe.launch,
        slug="spam",
        title="Mail lands in spam",
        description="Two providers do not know us. It takes weeks.",
        kind="internal_process",
        certainty="known_unknown",
        team=europe.team,
        due=date(2026, 12, 1),
        opened_at=now - timedelta(days=10),
    )


@pytest.fixture
def grow(europe, now):
    """Ten times as much of everything."""

    def grown(launches=10, each=10):
        for number in range(launches):
            region = baker.make(Region, slug=f"region-{number}", name=f"Region {number}")
            launch = baker.make(
                Launch,
                slug=f"launch-{number}",
                name=f"Launch {number}",
                region=region,
                target=date(2027, 1, 11),
                baseline=date(2027, 1, 11),
                launched_at=now if number % 3 == 2 else None,
            )
            fill(launch, each, now)
        fill(europe.launch, each, now)

    return grown


def fill(launch, each, now):
    author = launch.lead or baker.make(User)
    earlier = None
    for number in range(each):
        team = baker.make(Team, slug=f"t-{launch.pk}-{number}")
        integration = baker.make(
            Integration, slug=f"i-{launch.pk}-{number}", name=f"I {number}", kind="customer_facing", team=team
        )
        cell = baker.make(Readiness, region=launch.region, integration=integration)
        requirement = baker.make(Requirement, integration=integration, slug="r", level="must")
        baker.make(Item, cell=cell, requirement=requirement)
        baker.make(SignOff, launch=launch, slug=f"s-{number}", function=f"S {number}", signer=author)
        baker.make(TargetMove, launch=launch, before=launch.target, after=launch.target, by=author, at=now)
        blocker = Blocker.objects.raised(
            launch, title=f"B {number}", by=author, now=now, proposed=False, kind="infrastructure", team=team
        )
        blocker.depends_on.set([earlier] if earlier else [])
        earlier = blocker
        cell.declare("in_progress", by=author, now=now)
        done = Blocker.objects.raised(
            launch, title=f"D {number}", by=author, now=now, proposed=False, kind="infrastructure", team=team
        )
        done.resolve(by=author, now=now)
        change(cell, "regressed", at=now, by=author, cell_id=cell.pk, region_id=launch.region_id).save()
    settle_launch(launch, now)

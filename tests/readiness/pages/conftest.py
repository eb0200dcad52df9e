from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from model_bakery import baker

from launches.models import Launch
from readiness.models import Change, Integration, Item, Readiness, Region, Requirement, Result, Team, User
from readiness.models.history import change
from tests.fixtures.views import people_around

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HTTP = {"url": "https://whatsapp.{region.domain}/health"}


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def world(db, now):
    """WhatsApp in Europe: a must by hand, a must by http, a should by hand; a launch with a lead."""
    region = baker.make(Region, slug="europe", name="Europe", domain="eu.harbor.example")
    team = baker.make(Team, slug="messaging", name="Messaging")
    whatsapp = baker.make(Integration, slug="whatsapp", name="WhatsApp", kind="customer_facing", team=team)
    cell = baker.make(Readiness, region=region, integration=whatsapp)
    items = {}
    for place, (slug, level, probe) in enumerate(
        [("agreement", "must", ""), ("health", "must", "http"), ("runbook", "should", "")]
    ):
        requirement = baker.make(
            Requirement,
            integration=whatsapp,
            slug=slug,
            title=slug.title(),
            level=level,
            probe=probe,
            parameters=HTTP if probe else {},
            position=place,
        )
        items[slug] = baker.make(Item, cell=cell, requirement=requirement)
    lead = baker.make(User, username="lead", first_name="Nadia", last_name="Okafor")
    baker.make(
        Launch,
        slug="europe-ga",
        name="Europe",
        region=region,
        lead=lead,
        target=date(2026, 12, 14),
        baseline=date(2026, 12, 14),
    )
    return SimpleNamespace(
        region=region,
        team=team,
        integration=whatsapp,
        cell=cell,
        url="/regions/europe/cells/whatsapp/",
        **items,
    )


@pytest.fixture
def people(world):
    return people_around(world.team, User.objects.get(username="lead"))


@pytest.fixture
def grow(world, people):
    """Ten times as much of everything."""

    def grown():
        for number in range(10):
            team = baker.make(Team, slug=f"team-{number}")
            team.members.add(baker.make(User))
            other = baker.make(Integration, slug=f"other-{number}", name=f"Other {number}", team=team)
            place = baker.make(Region, slug=f"place-{number}", name=f"Place {number}")
            fill(baker.make(Readiness, region=world.region, integration=other), people.lead)
            fill(baker.make(Readiness, region=place, integration=world.integration), people.lead)
        fill(world.cell, people.lead)

    return grown


def fill(cell, author):
    for number in range(10):
        requirement = baker.make(
            Requirement,
            integration=cell.integration,
            slug=f"{cell.pk}-{number}",
            level="must",
            probe="http" if number % 2 else "",
            parameters=HTTP if number % 2 else {},
        )
        item = baker.make(Item, cell=cell, requirement=requirement, signed_by=author, last_at=NOW)
        baker.make(Result, item=item, at=NOW, state="passed")
        change(cell, "declared", at=NOW, by=author, cell_id=cell.pk, region_id=cell.region_id).save()


@pytest.fixture
def history():
    """What has happened here, oldest first: verb and author, or what acted instead."""

    def told():
        rows = Change.objects.filter(content_type__app_label="readiness")
        return [(row.verb, row.author.username if row.author else row.origin) for row in rows.order_by("pk")]

    return told

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from model_bakery import baker

from launches.models import Launch
from readiness.models import Integration, Item, Readiness, Region, Requirement, Team, User

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def europe(db):
    return a_region()


def a_region():
    """A region with a launch six weeks ahead and one integration of two automated must items."""
    region = baker.make(Region, slug="europe", name="Europe", holiday_calendar="IE", timezone="Europe/Dublin")
    team = baker.make(Team, slug="messaging", name="Messaging")
    whatsapp = baker.make(Integration, slug="whatsapp", name="WhatsApp", kind="customer_facing", team=team)
    launch = baker.make(
        Launch,
        slug="europe-ga",
        name="Europe",
        region=region,
        target=date(2026, 12, 14),
        baseline=date(2026, 12, 14),
        lead=baker.make(User, username="lead"),
    )
    cell = baker.make(Readiness, region=region, integration=whatsapp)
    items = []
    for slug in ("health", "region"):
        requirement = baker.make(
            Requirement, integration=whatsapp, slug=slug, title=slug.title(), level="must", probe="http"
        )
        items.append(baker.make(Item, cell=cell, requirement=requirement, next_run_at=NOW))
    return SimpleNamespace(
        region=region,
        team=team,
        integration=whatsapp,
        launch=launch,
        cell=cell,
        items=items,
        lead=launch.lead,
    )

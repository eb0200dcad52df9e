"""A check's whole way: claimed, run against the real stand-in, recorded, and what the cell says after it."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from model_bakery import baker

from readiness.models import Change, Integration, Item, Readiness, Region, Requirement, User
from readiness.tasks import dispatch_due
from tests.readiness.standin.serving import serving

pytestmark = pytest.mark.django_db

HEALTH = {
    "url": "https://{service}.{region.domain}/health",
    "headers": {"x-region": "{region.provider_code}"},
    "json": {"status": "ok", "region": "{region.provider_code}"},
}


@pytest.fixture
def switches(tmp_path, settings):
    with serving(tmp_path / "standin") as (values, switches):
        for name, value in values.items():
            setattr(settings, name, value)
        yield switches


@pytest.fixture
def europe():
    return baker.make(
        Region, name="Europe", slug="europe", domain="eu.harbor.example", provider_code="eu-west-1"
    )


def integration(region, service):
    """An integration whose checklist is its health and its certificate."""
    made = baker.make(Integration, name=service.title(), slug=service)
    cell = baker.make(Readiness, region=region, integration=made)
    host = f"{service}.{{region.domain}}"
    health = {**HEALTH, "url": f"https://{host}/health"}
    for kind, parameters in (("http", health), ("tls", {"host": host})):
        requirement = baker.make(
            Requirement, integration=made, title=kind, level="must", probe=kind, parameters=parameters
        )
        requirement.full_clean()
        baker.make(Item, cell=cell, requirement=requirement, next_run_at=timezone.now())
    return cell


def runs(count):
    """What `count` rounds of the dispatcher do, each when everything is due again."""
    for _ in range(count):
        Item.objects.update(next_run_at=timezone.now())
        dispatch_due()


def states(cell):
    return dict(cell.items.values_list("requirement__title", "state"))


def test_the_example_as_its_checks_see_it(switches, europe):
    services = ("email", "whatsapp", "billing", "files", "voice")
    cells = {service: integration(europe, service) for service in services}
    runs(3)
    assert {service: states(cell) for service, cell in cells.items()} == {
        "email": {"http": "passed", "tls": "passed"},
        "whatsapp": {"http": "failed", "tls": "passed"},
        "billing": {"http": "failed", "tls": "passed"},
        "files": {"http": "passed", "tls": "failed"},
        "voice": {"http": "failed", "tls": "failed"},
    }
    whatsapp = cells["whatsapp"].items.get(requirement__title="http")
    told = "expected eu-west-1, got us-east-1"
    assert whatsapp.fact == f"x-region: {told}; region: {told}"


def test_stopping_an_endpoint_makes_its_cell_regress_and_starting_it_brings_it_back(switches, europe):
    cell = integration(europe, "email")
    runs(1)
    cell.declare("ready", by=baker.make(User, username="ada"), now=datetime.now(UTC))
    switches.turn("email.eu.harbor.example", stopped=True)
    runs(2)
    cell.refresh_from_db()
    assert (cell.state, states(cell)) == ("ready", {"http": "passed", "tls": "passed"})
    runs(1)
    cell.refresh_from_db()
    assert (cell.state, states(cell)) == ("regressed", {"http": "failed", "tls": "failed"})
    switches.turn("email.eu.harbor.example", stopped=False)
    runs(2)
    cell.refresh_from_db()
    assert (cell.state, states(cell)) == ("ready", {"http": "passed", "tls": "passed"})
    about = Change.objects.about(cell).order_by("pk")
    assert list(about.values_list("verb", "origin")) == [
        ("declared", "person"),
        ("regressed", "check"),
        ("recovered", "check"),
    ]


def test_loopback_stays_closed_beside_the_routes(switches, europe, settings):
    cell = integration(europe, "email")
    port = settings.PROBE_CONNECT_TO[1].rpartition(":")[2]
    cell.integration.requirements.filter(probe="http").update(
        parameters={"url": f"http://127.0.0.1:{port}/health"}
    )
    runs(3)
    item = cell.items.get(requirement__title="http")
    assert (item.state, item.fact) == ("error", "not checked: 127.0.0.1 is a loopback address")

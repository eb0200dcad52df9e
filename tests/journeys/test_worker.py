"""The same check by a worker of its own, over each broker that is shipped on."""

import pytest
from django.utils import timezone
from model_bakery import baker

from readiness.models import Integration, Item, Readiness, Region, Requirement, Result
from tests.fixtures.waiting import until
from tests.readiness.standin.serving import serving


@pytest.fixture
def item(transactional_db):
    """One that is due, and asks the example's e-mail service in Europe how it is."""
    region = baker.make(Region, slug="europe", domain="eu.harbor.example", provider_code="eu-west-1")
    cell = baker.make(Readiness, region=region, integration=baker.make(Integration, slug="email"))
    requirement = baker.make(
        Requirement,
        integration=cell.integration,
        level="must",
        probe="http",
        parameters={
            "url": "https://email.{region.domain}/health",
            "json": {"region": "{region.provider_code}"},
        },
    )
    return baker.make(Item, cell=cell, requirement=requirement, next_run_at=timezone.now())


@pytest.fixture
def reached(tmp_path):
    """The environment that lets a worker reach the stand-in."""
    with serving(tmp_path / "standin") as (values, _):
        yield {
            "PROBE_CONNECT_TO": ",".join(values["PROBE_CONNECT_TO"]),
            "PROBE_CA_FILE": str(values["PROBE_CA_FILE"]),
        }


@pytest.mark.parametrize("broker", ["folders", "valkey"])
def test_a_due_check_is_run_and_recorded(item, reached, start_worker, valkey, broker):
    worker = start_worker("filesystem://localhost" if broker == "folders" else valkey, **reached)

    worker.send("readiness.dispatch_due")

    until(Result.objects.exists, 60)
    assert list(Result.objects.values_list("item", "state")) == [(item.pk, "passed")]

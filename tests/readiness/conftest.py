from pathlib import Path

import pytest
from model_bakery import baker

from readiness import probes
from readiness.models import Integration, Item, Readiness, Region, Requirement, User
from tests.readiness.items import NOW


@pytest.fixture
def plugin(monkeypatch):
    """A package with kinds of its own on the path, as an installer puts it there; they are looked up anew."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "probes" / "plugin"))
    for cached in (probes.find, probes._known):
        cached.cache_clear()
    yield
    for cached in (probes.find, probes._known):
        cached.cache_clear()


@pytest.fixture
def cell(db):
    region = baker.make(Region, name="Australia", slug="australia", timezone="Australia/Sydney")
    return baker.make(Readiness, region=region, integration=baker.make(Integration, name="WhatsApp"))


@pytest.fixture
def make_item(cell):
    def make(probe="http", level="must", **facts):
        requirement = baker.make(
            Requirement, integration=cell.integration, probe=probe, level=level, title="Answers", interval=60
        )
        return baker.make(Item, cell=cell, requirement=requirement, **{"next_run_at": NOW, **facts})

    return make


@pytest.fixture
def item(make_item):
    return make_item()


@pytest.fixture
def person(db):
    return baker.make(User, username="ada")

import pytest
import time_machine
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from model_bakery import baker

from launches.models import Blocker, Deferral, Waiver
from launches.status import settle_launch
from readiness.models import User
from tests.fixtures.everything import signed_in


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def clients(people, launch, team, now) -> dict[str, Client]:
    """One for each role, on a world with one of everything."""
    facts = {"launch": launch, "kind": "customer_facing", "team": team, "opened_at": now}
    dollar = baker.make(Blocker, slug="dollar", title="Dollar", owner=people["member"], **facts)
    dollar.depends_on.add(Blocker.objects.get(slug="euro"))
    waived = baker.make(Blocker, slug="pound", title="Pound", state="waived", **facts)
    baker.make(Waiver, blocker=waived, expires_on="2026-12-01", requested_at=now, reason="Later")
    deferred = baker.make(Blocker, slug="yen", title="Yen", state="deferred", **facts)
    baker.make(Deferral, blocker=deferred, fill_by="2027-02-01", requested_at=now, reason="Later")
    baker.make(Blocker, slug="franc", title="Franc", state="proposed", raised_by=people["viewer"], **facts)
    settle_launch(launch, now)
    count_on()
    assert isinstance(people["admin"], User)
    return signed_in(people)


def count_on() -> None:
    """New rows get keys after those that were given by hand; SQLite does so by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)

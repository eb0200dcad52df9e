"""Ready by declaration over items that are open never reads like ready."""

import pytest
import time_machine

from launches.blocking import settle_changes, standing
from launches.models import Launch
from readiness.matrix import rows
from readiness.models import Integration, Readiness, Region
from tests.launches.test_settle import PASSED, run

WORDS = "ready, declared; 2 open"


@pytest.fixture
def declared(europe, now):
    europe.cell.declare("ready", by=europe.lead, now=now, override_reason="They know.")
    settle_changes(now)
    return europe


def checklist(europe, now):
    launch = Launch.objects.select_related("region").get(pk=europe.launch.pk)
    seen = standing(launch, europe.lead, now).checklist
    return seen.ready, seen.needed, seen.declared


def test_pages_say_so_in_amber(client, declared, now):
    client.force_login(declared.lead)
    amber = f'<span class="state progress">{WORDS}</span>'
    with time_machine.travel(now, tick=False):
        for url in ("/regions/europe/", "/integrations/whatsapp/", declared.cell.get_absolute_url()):
            assert amber in client.get(url).text, url
        for url in ("/", "/launches/europe-ga/", "/launches/europe-ga/report/"):
            assert "1 by declaration only" in client.get(url).text, url
        assert (
            f'class="progress" href="{declared.cell.get_absolute_url()}">{WORDS}</a>'
            in client.get("/regions/").text
        )


def test_it_is_counted_among_the_ready_and_beside_them_until_its_items_have_passed(declared, now):
    assert checklist(declared, now) == (1, 1, 1)
    (row,) = rows(Integration.objects.all(), list(Region.objects.all()))
    assert (row.marks, row.has("ready"), b"1/1, 1 declared" in row.html) == ("d", True, True)
    for item in declared.items:
        run(item, PASSED, now)
    assert Readiness.objects.get().accepted == []
    assert checklist(declared, now) == (1, 1, 0)
    (row,) = rows(Integration.objects.all(), list(Region.objects.all()))
    assert (row.marks, b"1/1<" in row.html) == ("r", True)

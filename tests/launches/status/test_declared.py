"""Ready by declaration over items that are open never reads like ready."""

import pytest
import time_machine
from model_bakery import baker

from launches.models import Blocker, Launch
from launches.status import settle_changes, status_of
from readiness.matrix.rows import rows
from readiness.models import Integration, Readiness, Region
from tests.launches.status.test_settle import FAILED, PASSED, run

UNSEEN = "ready, declared; 2 never checked"
WORDS = "ready, declared; 2 open"


@pytest.fixture
def declared(europe, now):
    europe.cell.declare("ready", by=europe.lead, now=now, override_reason="They know.")
    settle_changes(now)
    return europe


def checklist(europe, now):
    launch = Launch.objects.select_related("region").get(pk=europe.launch.pk)
    seen = status_of(launch, europe.lead, now).checklist
    return seen.ready, seen.needed, seen.declared


def test_pages_say_so_in_amber(client, declared, now):
    shown_as(UNSEEN, client, declared, now)
    run(declared.items[0], FAILED, now, 3)
    shown_as(WORDS, client, declared, now)


def shown_as(words, client, declared, now):
    client.force_login(declared.lead)
    amber = f'<span class="state progress">{words}</span>'
    with time_machine.travel(now, tick=False):
        for url in ("/regions/europe/", "/integrations/whatsapp/", declared.cell.get_absolute_url()):
            assert amber in client.get(url).text, url
        for url in ("/", "/launches/europe-ga/", "/launches/europe-ga/report/"):
            assert "1 by declaration only" in client.get(url).text, url
        assert (
            f'class="progress declared" href="{declared.cell.get_absolute_url()}">{words}</a>'
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


def test_sentences_lists_and_files_say_it_too(client, declared, now):
    declared.team.members.add(declared.lead)
    over = {"launch": declared.launch, "cell": declared.cell, "state": "resolved", "opened_at": now}
    baker.make(Blocker, slug="over", source="cell", **over)
    client.force_login(declared.lead)
    with time_machine.travel(now, tick=False):
        region = " ".join(client.get("/regions/europe/").text.split())
        assert "Everything Europe must have is called ready, 1 by declaration only." in region
        assert "1 by declaration only" in client.get("/integrations/").text
        assert f'<span class="state progress">{UNSEEN}</span>' in client.get("/my/").text
        assert "1/1 (1 by declaration only)" in client.get("/launches/europe-ga/report.md").text
        assert "Europe,WhatsApp,ready by declaration," in read(client, "/regions/readiness.csv")
        assert UNSEEN in read(client, "/blockers.csv?state=resolved")
    baker.make(Readiness, region=declared.region, importance="must_have")
    assert "1 of 2 must-haves are ready. 1 is so by declaration only." in " ".join(
        client.get("/regions/europe/").text.split()
    )


def read(client, url):
    return b"".join(client.get(url).streaming_content).decode()

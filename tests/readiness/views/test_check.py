"""GET /checks/ and /checks/<pk>/; POST …/run/ and …/pause/."""

from datetime import timedelta

import pytest
from model_bakery import baker

from readiness.models import Heartbeat, Item, Readiness, Region, Requirement, Result

LIST = "/checks/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(world):
    return f"/checks/{world.health.pk}/"


@pytest.fixture
def several(world, now):
    """One check in each state, and two failing ones of different age."""
    world.health.delete()
    states = ["passed", "stale", "unknown", "error", "failed", "failed"]
    for age, state in enumerate(states):
        place = baker.make(Region, slug=f"place-{age}", name=f"Place {age}")
        cell = baker.make(Readiness, region=place, integration=world.integration)
        requirement = Requirement.objects.get(slug="health")
        baker.make(Item, cell=cell, requirement=requirement, state=state, since=now - timedelta(hours=age))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("lead", 200),
        ("teammate", 200),
        ("stranger", 200),
        ("viewer", 200),
        ("signed out", 302),
    ],
)
def test_everybody_signed_in_reads_them(as_, url, who, status):
    assert as_(who).get(LIST).status_code == status
    assert as_(who).get(url).status_code == status


def test_newest_failing_first(as_, several):
    page = as_("viewer").get(LIST).context["page"]
    assert [(item.state, item.cell.region.name) for item in page] == [
        ("failed", "Place 4"),
        ("failed", "Place 5"),
        ("error", "Place 3"),
        ("stale", "Place 1"),
        ("unknown", "Place 2"),
        ("passed", "Place 0"),
    ]


def test_the_first_line_counts_them_worst_first(as_, several):
    counts = as_("viewer").get(LIST).context["counts"]
    assert list(counts.items()) == [("failed", 2), ("error", 1), ("stale", 1), ("unknown", 1), ("passed", 1)]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 6),
        ({"state": "failed"}, 2),
        ({"region": "place-0"}, 1),
        ({"region": "place-0", "state": "failed"}, 0),
        ({"kind": "tls"}, 0),
        ({"kind": "http"}, 6),
        ({"region": "mars"}, 6),
        ({"page": "99"}, 6),
        ({"page": "last"}, 6),
    ],
)
def test_filters(as_, several, filters, count):
    assert len(as_("viewer").get(LIST, filters).context["page"]) == count


def test_a_manual_item_is_no_check(as_, world):
    assert as_("viewer").get(f"/checks/{world.agreement.pk}/").status_code == 404
    assert [item.pk for item in as_("viewer").get(LIST).context["page"]] == [world.health.pk]


def test_the_same_address_is_a_page_and_a_part(as_, url):
    page, part = as_("viewer").get(url), as_("viewer").get(url, headers=HTMX)
    assert (page.content.count(b"<html"), part.content.count(b"<html")) == (1, 0)
    assert "HX-Request" in page["Vary"]


def test_only_the_last_runs_are_shown_newest_first(as_, world, url, now):
    for minutes in range(100):
        baker.make(Result, item=world.health, at=now - timedelta(minutes=minutes), state="passed")
    results = as_("viewer").get(url).context["results"]
    assert [result.at for result in results] == [now - timedelta(minutes=minutes) for minutes in range(90)]


def test_a_check_that_never_ran_says_so(as_, url):
    response = as_("viewer").get(url)
    assert (response.context["bars"], response.context["results"]) == ([], [])
    assert b"It has not run yet" in response.content


@pytest.mark.parametrize(
    ("who", "status", "due"),
    [
        ("admin", 302, True),
        ("lead", 302, True),
        ("teammate", 302, True),
        ("stranger", 302, True),
        ("viewer", 403, False),
        ("signed out", 302, False),
    ],
)
def test_who_may_run(as_, world, url, now, who, status, due):
    assert as_(who).post(f"{url}run/").status_code == status
    world.health.refresh_from_db()
    assert (world.health.next_run_at == now) is due


@pytest.mark.parametrize(
    ("who", "status", "paused"),
    [
        ("admin", 302, True),
        ("lead", 302, True),
        ("teammate", 302, True),
        ("stranger", 403, False),
        ("viewer", 403, False),
        ("signed out", 302, False),
    ],
)
def test_who_may_pause(as_, world, url, who, status, paused):
    assert as_(who).post(f"{url}pause/", {"paused": "yes"}).status_code == status
    world.health.refresh_from_db()
    assert world.health.paused is paused


def test_pause_and_resume_are_told(as_, url, history):
    as_("teammate").post(f"{url}pause/", {"paused": "yes"})
    as_("teammate").post(f"{url}pause/", {"paused": "yes"})
    as_("teammate").post(f"{url}pause/", {"paused": "no"})
    assert history() == [("paused", "teammate"), ("resumed", "teammate")]


@pytest.mark.parametrize("data", [{}, {"paused": ""}, {"paused": "perhaps"}])
def test_neither_yes_nor_no_changes_nothing(as_, url, data, history):
    assert as_("teammate").post(f"{url}pause/", data).status_code == 400
    assert history() == []


def test_a_paused_check_is_not_run(as_, world, url):
    as_("teammate").post(f"{url}pause/", {"paused": "yes"})
    response = as_("teammate").post(f"{url}run/", headers=HTMX)
    assert response.context["told"] == "It is paused: resume it first."


@pytest.mark.parametrize(("action", "data"), [("run", {}), ("pause", {"paused": "yes"})])
def test_htmx_gets_the_part_and_plain_goes_back(as_, url, action, data):
    part = as_("teammate").post(f"{url}{action}/", data, headers=HTMX)
    plain = as_("teammate").post(f"{url}{action}/", data)
    assert (part.status_code, part.content.count(b"<html")) == (200, 0)
    assert (plain.status_code, plain["Location"]) == (302, url)


@pytest.mark.parametrize("action", ["run", "pause"])
def test_wrong_method(as_, url, action):
    assert as_("admin").get(f"{url}{action}/").status_code == 405
    assert as_("admin").post(url).status_code == 405
    assert as_("admin").post(LIST).status_code == 405


def test_queries_do_not_grow(as_, url, grow, queries):
    client = as_("teammate")
    before = queries(client, LIST), queries(client, url)
    grow()
    assert (queries(client, LIST), queries(client, url)) == before
    assert max(before) <= 11


def test_the_address_to_ping_is_for_those_who_may_edit(world, now, as_):
    Requirement.objects.filter(slug="health").update(probe="heartbeat", parameters={"period": 60})
    page = f"/checks/{world.health.pk}/"
    assert "To ping" not in as_("teammate").get(page).content.decode()
    ping = Heartbeat.objects.for_items([world.health.pk], now)[world.health.pk].ping
    assert f"http://testserver/ping/{ping}" in as_("teammate").get(page).content.decode()
    assert str(ping) not in as_("stranger").get(page).content.decode()

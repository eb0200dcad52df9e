"""POST /checks/run/, and how far it is: GET /checks/?since=…&of=…, GET /checks/progress/."""

from urllib.parse import parse_qs, urlsplit

import pytest

from readiness.models import Item, Requirement
from readiness.probes import Outcome

RUN, LIST, PROGRESS = "/checks/run/", "/checks/", "/checks/progress/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def checks(grow):
    grow()
    return Item.objects.automated()


def asked(response):
    """The address that a round leads to: its path and query."""
    address = urlsplit(response["Location"])
    return address.path, {name: values[0] for name, values in parse_qs(address.query).items()}


def finish(items, now):
    for claim in Item.objects.filter(pk__in=[item.pk for item in items]).claim_due(now):
        Item.objects.get(pk=claim.item).record(Outcome("passed", "well"), now, claim.run)


@pytest.mark.parametrize(
    ("who", "status"),
    [("admin", 302), ("lead", 302), ("teammate", 302), ("stranger", 302), ("viewer", 403)],
)
def test_who_may(as_, world, now, who, status):
    response = as_(who).post(RUN)
    assert response.status_code == status
    world.health.refresh_from_db()
    assert (world.health.next_run_at == now) is (status == 302)


@pytest.mark.parametrize(
    ("filters", "chosen"),
    [
        ({}, {}),
        ({"region": "europe"}, {"cell__region__slug": "europe"}),
        ({"region": "place-3", "state": ""}, {"cell__region__slug": "place-3"}),
        ({"kind": "http", "state": "unknown"}, {}),
    ],
)
def test_those_that_the_filter_finds_are_due_at_once(as_, checks, now, filters, chosen):
    path, query = asked(as_("stranger").post(RUN, filters))
    due = checks.filter(next_run_at=now)
    assert set(due) == set(checks.filter(**chosen))
    wanted = {name: value for name, value in filters.items() if value}
    assert (path, query) == (LIST, {**wanted, "since": now.isoformat(), "of": str(due.count())})


@pytest.mark.parametrize("filters", [{"region": "mars"}, {"kind": "guess"}, {"state": "fine"}])
def test_a_filter_that_makes_no_sense_runs_nothing(as_, checks, now, filters):
    assert as_("admin").post(RUN, filters)["Location"] == LIST
    assert not checks.filter(next_run_at=now).exists()


@pytest.mark.parametrize("facts", [{"paused": True}, {"cell__importance": "not_needed"}])
def test_what_does_not_run_is_left_out(as_, world, facts):
    Item.objects.filter(pk=world.health.pk).update(paused=facts.get("paused", False))
    world.cell.importance = facts.get("cell__importance", "must_have")
    world.cell.save()
    response = as_("admin").post(RUN, {"region": "europe"}, follow=True)
    assert b"There is nothing to run" in response.content
    assert response.context["progress"] is None


def test_it_counts_those_that_ran_and_stops_asking(as_, checks, now):
    client = as_("admin")
    path, query = asked(client.post(RUN, {"region": "place-1"}))
    items = list(checks.filter(next_run_at=now))
    count = len(items)
    assert count > 2

    def seen():
        part = client.get(PROGRESS, query, headers=HTMX)
        progress = part.context["progress"]
        return progress.ran, progress.of_all, b"every 2s" in part.content, b"<html" in part.content

    assert seen() == (0, count, True, False)
    finish(items[:2], now)
    assert seen() == (2, count, True, False)
    assert f"2 of {count} ran." in client.get(path, query).content.decode()
    finish(items[2:], now)
    assert seen() == (count, count, False, False)
    assert b'href="/checks/?region=place-1"' in client.get(path, query).content


def test_what_is_paused_in_the_meantime_is_not_waited_for(as_, world):
    _, query = asked(as_("admin").post(RUN))
    Item.objects.filter(pk=world.health.pk).update(paused=True)
    assert as_("admin").get(PROGRESS, query, headers=HTMX).context["progress"].is_done


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"since": "yesterday", "of": "3"},
        {"since": "2026-02-31T09:00:00+00:00", "of": "3"},
        {"since": "2026-11-02T09:00:00", "of": "3"},
        {"since": "0001-01-01T00:00:00+23:00", "of": "3"},
        {"since": "9999-12-31T23:59:59-23:00", "of": "3"},
        {"since": "2026-11-02T09:00:00+00:00", "of": "0"},
        {"since": "2026-11-02T09:00:00+00:00", "of": "-1"},
        {"since": "2026-11-02T09:00:00+00:00"},
    ],
)
def test_an_address_that_asks_for_no_round(as_, query):
    assert as_("viewer").get(PROGRESS, query, headers=HTMX).status_code == 204
    assert as_("viewer").get(LIST, query).context["progress"] is None


def test_without_scripts_it_is_the_list(as_, world, now):
    query = {"since": now.isoformat(), "of": 1}
    response = as_("viewer").get(PROGRESS, query)
    assert (response.templates[0].name, response["Vary"].count("HX-Request")) == (
        "readiness/check_list.html",
        1,
    )


@pytest.mark.parametrize(("who", "shown"), [("stranger", True), ("viewer", False)])
def test_the_button_stands_where_there_is_something_to_run(as_, world, who, shown):
    pages = [as_(who).get(page).content for page in (LIST, "/regions/europe/")]
    assert [b"/checks/run/" in page for page in pages] == [shown, shown]
    Requirement.objects.filter(probe="http").delete()
    assert b"/checks/run/" not in as_(who).get(LIST).content

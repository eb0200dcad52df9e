"""Trying a check before it is saved: …/requirements/<slug>/trial/ and …/requirements/new/trial/."""

import threading
from datetime import timedelta

import pytest
from model_bakery import baker

from readiness.checks import trial
from readiness.checks.trial import tried
from readiness.models import Change, Item, Readiness, Region, Result
from tests.fixtures.waiting import PATIENCE
from tests.readiness.probes.peers import answering, http, peer, request

NEW = "/integrations/whatsapp/requirements/new/trial/"
URL = "/integrations/whatsapp/requirements/health/trial/"
MAY = [
    ("admin", 200),
    ("teammate", 200),
    ("lead", 403),
    ("stranger", 403),
    ("viewer", 403),
    ("signed out", 302),
]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def loopback(settings, world):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def asked(server, **more):
    return {"probe": "http", "region": "europe", "check-url": server.url, **more}


@pytest.mark.parametrize(("who", "status"), MAY)
@pytest.mark.parametrize("url", [NEW, URL])
def test_who_may_try(as_, world, url, who, status):
    with peer(answering(http())) as server:
        assert as_(who).post(url, asked(server)).status_code == status
        assert server.accepted == (status == 200)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_it_says_what_it_found_and_keeps_nothing(as_, world, headers):
    before = [*Item.objects.values(), Change.objects.count()]
    with peer(answering(http(b"no", "503 Busy"))) as server:
        typed = asked(server, **{"title": "Half a ti", "check-url": f"{server.url}?{{region.slug}}"})
        response = as_("teammate").post(URL, typed, headers=headers)
    found = response.context["trial"]
    assert (found.outcome.state, found.outcome.fact) == ("failed", "answered 503, expected 200")
    assert found.outcome.latency > 0
    assert dict(found.evidence)["status"] == "503"
    assert [leaf.value for leaf in found.resolved.leaves] == [f"{server.url}?europe"]
    form = response.context["form"]
    assert (form.errors, form["title"].value(), form.check["url"].value()) == (
        {},
        "Half a ti",
        f"{server.url}?{{region.slug}}",
    )
    assert ("<h1" in response.content.decode()) is not bool(headers)
    assert [*Item.objects.values(), Change.objects.count()] == before
    assert not Result.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"check-url": ""},
        {"check-url": "https://10.0.0.1/"},
        {"check-timeout": "soon"},
        {"region": "atlantis"},
        {"region": ""},
        {"probe": ""},
        {"probe": "carrier-pigeon"},
        {"parameters": "url: [unclosed"},
    ],
)
def test_what_is_wrong_is_not_tried(as_, world, typed):
    with peer(answering(http())) as server:
        response = as_("teammate").post(URL, {**asked(server), **typed})
        assert (response.status_code, response.context["trial"], server.accepted) == (422, None, 0)


def test_the_guard_is_the_real_one(as_, world, settings):
    """By a name, so that nothing is refused before the address is known."""
    settings.PROBE_ALLOWED_NETWORKS = []
    with peer(answering(http())) as server:
        url = f"http://ip6-localhost:{server.port}/"
        response = as_("teammate").post(URL, {**asked(server), "check-url": url})
        assert (response.context["trial"].outcome.state, server.accepted) == ("error", 0)


def test_yaml_can_be_tried_too(as_, world):
    with peer(answering(http())) as server:
        typed = {"probe": "http", "region": "europe", "parameters": f"url: {server.url}"}
        response = as_("teammate").post(NEW, typed, headers=HTMX)
    assert response.context["trial"].outcome.state == "passed"
    assert response.context["form"]["parameters"].value() == f"url: {server.url}"


KEY = {"check-send-0-name": "x-key", "check-send-0-value": "{secret.KEY}"}


@pytest.fixture
def vault(settings):
    """Answers whoever has the key; `sent` is what it was sent."""
    sent = []

    def serve(connection, number):
        sent.append(request(connection))
        connection.sendall(http(b'{"balance": "1,000,000"}', "503 Vault", X_Echo="nobody-may-see-this"))

    settings.PROBE_SECRETS = {"KEY": "nobody-may-see-this"}
    with peer(serve) as server:
        settings.PROBE_SECRET_ORIGINS = {"KEY": (server.url,)}
        server.sent = sent
        yield server


@pytest.mark.parametrize(("url", "about"), [(URL, "Health"), (NEW, "WhatsApp")])
def test_a_secret_that_is_sent_leaves_a_row_of_history(as_, people, world, vault, now, url, about):
    as_("teammate").post(url, asked(vault, **KEY))
    assert b"x-key: nobody-may-see-this" in vault.sent[0]
    told = {"secrets": ["KEY"], "origins": [vault.url[:-1]], "probe": "http"}
    (row,) = Change.objects.all()
    assert (row.author, row.verb, row.after, row.region) == (
        people.teammate,
        "secret tried",
        told,
        world.region,
    )
    assert row.subject == (world.health.requirement if url == URL else world.integration)


def test_and_what_was_got_is_not_shown(as_, world, vault):
    typed = asked(vault, **KEY)
    typed |= {"check-json-0-name": "balance", "check-json-0-sign": "=", "check-json-0-value": "1"}
    response = as_("teammate").post(URL, typed)
    found = response.context["trial"]
    assert (found.outcome.state, found.outcome.fact, found.evidence, found.sent) == (
        "failed",
        "Not shown, because a secret was sent. Once the check is saved, its runs tell.",
        [],
        ("KEY",),
    )
    for got in ("nobody-may-see-this", "1,000,000", "503", "Vault"):
        assert got not in response.content.decode()


@pytest.mark.parametrize("origins", [{}, {"KEY": ("https://a.example",)}])
def test_one_that_may_not_go_there_is_not_sent_and_leaves_no_row(as_, world, vault, settings, origins):
    settings.PROBE_SECRET_ORIGINS = origins
    response = as_("teammate").post(URL, asked(vault, **KEY))
    found = response.context["trial"]
    assert (response.status_code, found and found.outcome.state) in [(422, None), (200, "error")]
    assert (vault.accepted, Change.objects.count()) == (0, 0)


def test_who_looks_at_the_other_region_as_well_is_told_of_both(as_, world, vault):
    world.region.modelled_on = baker.make(Region, slug="us", name="US", domain="us.harbor.example")
    world.region.save()
    typed = asked(vault, **KEY, **{"check-json-0-name": "balance", "check-json-0-value": "equal"})
    found = as_("teammate").post(URL, typed | {"probe": "parity"}).context["trial"]
    assert (found.outcome.state, vault.accepted, Change.objects.count()) == ("failed", 2, 1)


def test_a_heartbeat_says_what_it_waits_for(as_, world, now):
    typed = {"probe": "heartbeat", "region": "europe", "check-period": "3600"}
    found = as_("teammate").post(URL, typed).context["trial"]
    due = now + timedelta(seconds=3900)
    assert (found.outcome, found.awaited) == (
        None,
        f"a ping; after one that came now, the next would count as missing from 2 Nov {due:%H:%M:%S} UTC on",
    )


def test_what_the_region_lacks_is_told(as_, world):
    Region.objects.update(domain="")
    typed = {"probe": "http", "region": "europe", "check-url": "https://{region.domain}/"}
    found = as_("teammate").post(URL, typed).context["trial"]
    assert (found.outcome.state, found.outcome.fact) == (
        "error",
        "Europe has no domain to put for {region.domain}",
    )


def test_parity_looks_at_the_reference_too(as_, world):
    world.region.modelled_on = baker.make(Region, slug="us", name="US", domain="us.harbor.example")
    world.region.save()
    with peer(answering(http(b'{"a": 1}'))) as server:
        typed = asked(server, **{"probe": "parity", "check-json-0-name": "a", "check-json-0-value": "equal"})
        found = as_("teammate").post(URL, typed).context["trial"]
        assert (found.outcome.fact, server.accepted) == ("as in the reference region: a 1", 2)


def test_residency_knows_the_networks(as_, world):
    world.region.networks.create(cidr="127.0.0.0/8", source="cidr")
    with peer(answering(http())) as server:
        found = as_("teammate").post(URL, asked(server, probe="residency")).context["trial"]
    assert found.outcome.fact == "1 address of 1 host, all inside"


@pytest.mark.parametrize(
    ("hurried", "longest", "fact"),
    [(0.2, 9, "no answer within 0.2 s"), (9, 0.2, "the try was stopped after 0.2 s")],
)
def test_it_ends_in_time(as_, world, monkeypatch, hurried, longest, fact):
    monkeypatch.setattr(trial, "HURRIED", hurried)
    monkeypatch.setattr(trial, "LONGEST", longest)
    over = threading.Event()
    with peer(lambda connection, number: over.wait(PATIENCE)) as server:
        found = as_("teammate").post(URL, asked(server, **{"check-timeout": "30"})).context["trial"]
        over.set()
    assert found.outcome.fact == fact


def test_one_at_a_time_for_each_person(as_, people, world, now):
    reached, over = threading.Event(), threading.Event()

    def slow(connection, number):
        if number == 1:
            reached.set()
            over.wait(PATIENCE)
        answering(http())(connection, number)

    with peer(slow) as server:
        first = threading.Thread(
            target=tried,
            args=("http", {"url": server.url}, world.region),
            kwargs={"subject": world.integration, "by": people.teammate, "now": now},
        )
        first.start()
        assert reached.wait(PATIENCE)
        refused = as_("teammate").post(URL, asked(server), headers=HTMX)
        assert (refused.status_code, server.accepted) == (409, 1)
        assert refused.context["told"].startswith("One try at a time")
        assert as_("admin").post(URL, asked(server)).context["trial"].outcome.state == "passed"
        over.set()
        first.join()
        assert as_("teammate").post(URL, asked(server)).context["trial"].outcome.state == "passed"


def test_it_is_offered_where_it_fails(as_, world):
    place = baker.make(Region, slug="au", name="Australia")
    cell = baker.make(Readiness, region=place, integration=world.integration)
    page = "/integrations/whatsapp/requirements/health/"
    assert as_("teammate").get(page).context["where"]["region"].value() == "europe"
    baker.make(Item, cell=cell, requirement=world.health.requirement, state="failed")
    assert as_("teammate").get(page).context["where"]["region"].value() == "au"

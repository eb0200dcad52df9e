"""A sign-off goes stale over what blocks, what it looks at, and what is confirmed; who accepts is told."""

from datetime import timedelta

import pytest
import time_machine
from model_bakery import baker

from launches.models import Blocker, Launch, SignOff
from launches.plan.dump import dump
from launches.plan.load import load
from launches.status import settle_changes, status_of
from launches.status.staleness import made_stale_by
from readiness.models import Item, Readiness, Requirement, User
from tests.launches.status.test_settle import FAILED, PASSED, ready, run


@pytest.fixture
def sales(europe, now):
    signer = baker.make(User)
    row = baker.make(SignOff, launch=europe.launch, slug="sales", function="Sales", signer=signer)
    row.decide("go", by=signer, now=now)
    return SignOff.objects.get()


def words(europe, now):
    launch = Launch.objects.select_related("region").get(pk=europe.launch.pk)
    return [gate.word for gate in status_of(launch, europe.lead, now).gates]


def propose(europe, now, **facts):
    facts = {"title": "Mail", "kind": "infrastructure"} | facts
    return Blocker.objects.raised(europe.launch, by=europe.lead, now=now, proposed=True, **facts)


def test_only_what_blocks_makes_it_stale(europe, sales, now):
    degrading, blocking = propose(europe, now, severity="degrades", title="Post"), propose(europe, now)
    assert (words(europe, now), made_stale_by([degrading])) == (["go"], [])
    degrading.accept(by=europe.lead, now=now)
    assert (words(europe, now), made_stale_by([blocking])) == (["go"], ["Sales"])
    blocking.accept(by=europe.lead, now=now)
    assert (words(europe, now), made_stale_by([propose(europe, now)])) == (["stale"], [])


def test_only_what_it_looks_at_makes_it_stale(europe, sales, now):
    looked_at = (
        ({"kinds": ["customer_facing"]}, ["go"]),
        ({"kinds": ["infrastructure"]}, ["stale"]),
        ({"teams": ["messaging"]}, ["stale"]),
        ({"teams": ["payments"], "integrations": ["mail"]}, ["go"]),
        ({"integrations": ["whatsapp"]}, ["stale"]),
        ({}, ["stale"]),
    )
    proposed = propose(europe, now, team=europe.team, cell=europe.cell)
    for concerns, seen in looked_at:
        SignOff.objects.update(concerns=concerns)
        told = ["Sales"] if seen == ["stale"] else []
        Blocker.objects.filter(pk=proposed.pk).update(state="proposed")
        proposed.refresh_from_db()
        assert made_stale_by([proposed]) == told, concerns
        Blocker.objects.filter(pk=proposed.pk).update(state="open")
        assert words(europe, now) == seen, concerns


def test_an_outage_makes_it_stale_once_it_is_confirmed_and_not_beyond_its_end(europe, sales, now):
    ready(europe, now)
    settle_changes(now)
    for runs, outcome, seen in ((2, FAILED, "go"), (1, FAILED, "stale"), (2, PASSED, "go")):
        now += timedelta(days=1)
        run(europe.items[0], outcome, now, times=runs)
        settle_changes(now)
        assert words(europe, now) == [seen], (runs, outcome)
    assert set(Item.objects.values_list("state", flat=True)) == {"passed"}
    assert Readiness.objects.get().state == "ready"


def test_who_accepts_is_told_before_in_the_panel_and_for_many(client, europe, sales, now):
    client.force_login(europe.lead)
    one = propose(europe, now)
    with time_machine.travel(now, tick=False):
        assert "To accept it makes 1 sign-off stale: Sales." in client.get(one.get_absolute_url()).text
        asked = client.post("/blockers/many/", {"action": "accept", "row": f"{one.pk}:{one.version}"})
        assert "That makes 1 sign-off stale: Sales." in asked.text
        assert Blocker.objects.get(pk=one.pk).state == "proposed"
        told = {"action": "accept", "row": f"{one.pk}:{one.version}", "confirmed": "1"}
        client.post("/blockers/many/", told)
    assert Blocker.objects.get(pk=one.pk).state == "open"


def test_who_reopens_raises_or_lets_one_block_is_told_before(client, europe, sales, now):
    client.force_login(europe.lead)
    one = propose(europe, now, severity="degrades")
    one.accept(by=europe.lead, now=now)
    if_blocks, url = "If it blocks, that makes 1 sign-off stale: Sales", one.get_absolute_url()
    with time_machine.travel(now, tick=False):
        for address in (url, f"{url}edit/severity/", "/launches/europe-ga/blockers/"):
            assert if_blocks in client.get(address).text, address
        asked = client.post("/blockers/many/", {"action": "severity", "row": f"{one.pk}:{one.version}"})
        assert "If they block, that makes 1 sign-off stale: Sales." in asked.text
        for state in ("rejected", "resolved", "waived"):
            Blocker.objects.filter(pk=one.pk).update(severity="blocks", state=state)
            page = client.get(url).text
            assert "To reopen it makes 1 sign-off stale: Sales." in page, state
            assert if_blocks not in page
        SignOff.objects.update(fingerprint={one.slug: "open"})
        assert "1 sign-off stale" not in client.get(url).text
        SignOff.objects.update(fingerprint={}, concerns={"teams": ["messaging"]})
        assert (
            f"{if_blocks}, where that is what it looks at."
            in client.get("/launches/europe-ga/blockers/").text
        )
        client.force_login(baker.make(User, teams=[europe.team]))
        assert if_blocks not in client.get("/launches/europe-ga/blockers/").text


def test_once_it_has_answered_only_an_admin_changes_what_it_looks_at(client, europe, sales, now):
    url = "/launches/europe-ga/sign-offs/sales/function/"
    values = {"version": sales.version, "signer": sales.signer_id, "lead_days": 2, "is_required": "on"}
    narrowed = values | {"concerns": ["teams:messaging"]}
    client.force_login(europe.lead)
    assert "only an admin changes what makes that stale" in client.post(url, narrowed).text
    client.force_login(baker.make(User, is_superuser=True))
    assert client.post(url, narrowed).status_code == 302
    assert SignOff.objects.get().concerns == {"teams": ["messaging"]}
    assert "goes stale only for Messaging" in client.get("/launches/europe-ga/sign-offs/").text


def test_a_plan_file_says_what_a_function_looks_at(europe, sales, now):
    Requirement.objects.update(parameters={"url": "https://whatsapp.example/"})
    concerns = {"integrations": ["whatsapp"], "kinds": ["customer_facing"], "teams": ["messaging"]}
    SignOff.objects.update(concerns=concerns)
    written = dump()
    SignOff.objects.update(concerns={})
    load(written, "plan.yaml", now, now.date())
    assert SignOff.objects.get().concerns == concerns
    assert load(written, "plan.yaml", now, now.date()).total.changed == 0

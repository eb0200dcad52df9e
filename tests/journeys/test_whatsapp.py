"""“Can we launch without WhatsApp?”: from off track to ready, each step seen in its own response."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from model_bakery import baker

from launches.models import Launch, SignOff
from launches.status import settle_launch
from readiness.models import Change, Integration, Item, Readiness, Region, Requirement, Team, User
from readiness.probes import Outcome

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HTMX = {"HX-Request": "true", "Shows-Launch": "true"}
LAUNCH = "/launches/europe-ga/"
CELL = f"{LAUNCH}cells/whatsapp/"


@pytest.fixture
def europe(db):
    """Six weeks before the target; WhatsApp takes a month longer, all else is done."""
    region = baker.make(Region, slug="europe", name="Europe", timezone="Europe/Dublin", holiday_calendar="IE")
    team = baker.make(Team, slug="messaging", name="Messaging")
    tomasz = baker.make(User, username="tomasz", first_name="Tomasz", last_name="Wieczorek")
    team.members.add(tomasz)
    launch = baker.make(
        Launch,
        slug="europe-ga",
        name="Europe",
        region=region,
        target=date(2026, 12, 14),
        baseline=date(2026, 12, 14),
        lead=baker.make(User, username="mara"),
    )
    whatsapp = baker.make(Integration, slug="whatsapp", name="WhatsApp", kind="customer_facing", team=team)
    cell = baker.make(Readiness, region=region, integration=whatsapp)
    letter = baker.make(Requirement, integration=whatsapp, slug="approved", title="Approved", level="must")
    item = baker.make(Item, cell=cell, requirement=letter)
    legal = baker.make(SignOff, launch=launch, slug="legal", function="Legal", signer=launch.lead)
    settle_launch(launch, NOW)
    Readiness.objects.update(best=50, likely=50, worst=50)
    return SimpleNamespace(launch=launch, cell=cell, item=item, legal=legal, tomasz=tomasz, mara=launch.lead)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def sentence(client):
    return client.get(LAUNCH).context["status"].sentence


def listed(response):
    return [row.blocker.slug for row in response.context["page"].rows]


def test_marking_whatsapp_ready_takes_it_off_the_list_and_turns_the_verdict(europe):
    tomasz, mara = signed_in(europe.tomasz), signed_in(europe.mara)
    assert sentence(mara) == (
        "Off track; 1 sign-off missing: under 1 % to make 14 Dec 2026. "
        "Launch without WhatsApp: P85 moves 68 days earlier and we are on track."
    )
    assert listed(mara.get(LAUNCH)) == ["whatsapp"]

    refused = tomasz.post(f"{CELL}declaration/", {"version": 1, "state": "ready"}, headers=HTMX)
    assert refused.status_code == 422
    assert listed(mara.get(LAUNCH)) == ["whatsapp"]

    signed = tomasz.post(
        f"{CELL}items/{europe.item.pk}/sign-off/",
        {"version": 1, "outcome": "passed", "url": "https://docs.harbor.example/approval"},
        headers=HTMX,
    )
    assert signed.status_code == 200
    assert [row.why for row in signed.context["page"].rows] == [
        "every required item done, not declared ready"
    ]

    europe.cell.refresh_from_db()
    ready = {"version": europe.cell.version, "state": "ready"}
    marked = tomasz.post(f"{CELL}declaration/", ready, headers=HTMX)
    assert marked.status_code == 200
    assert listed(marked) == []
    assert marked.context["status"].sentence == (
        "On track: nothing blocks the launch; Legal still must sign off."
    )
    assert "Nothing blocks this launch." in marked.text

    went = mara.post(f"{LAUNCH}sign-offs/legal/", {"version": 1, "decision": "go"}, headers=HTMX)
    assert went.context["status"].sentence == "Ready: nothing blocks the launch."


def test_the_failure_of_its_check_brings_it_back_and_makes_the_sign_off_stale(europe):
    europe.item.sign_off(Outcome("passed", "seen"), by=europe.tomasz, now=NOW)
    europe.cell.declare("ready", by=europe.tomasz, now=NOW)
    settle_launch(europe.launch, NOW)
    europe.legal.decide("go", by=europe.mara, now=NOW)
    mara = signed_in(europe.mara)
    assert sentence(mara) == "Ready: nothing blocks the launch."

    later = NOW + timedelta(hours=1)
    europe.item.sign_off(Outcome("failed", "approval withdrawn"), by=europe.tomasz, now=later)
    settle_launch(europe.launch, later)
    page = mara.get(LAUNCH).context["page"]
    assert [row.blocker.slug for row in page.rows] == ["whatsapp"]
    assert [gate.gate.word for gate in page.gates] == ["stale"]
    assert [worse.blocker.slug for worse in page.gates[0].differences] == ["whatsapp"]


def test_history_tells_who_did_what(europe):
    europe.item.sign_off(Outcome("passed", "seen"), by=europe.tomasz, now=NOW)
    signed_in(europe.tomasz).post(f"{CELL}declaration/", {"version": 1, "state": "ready"})
    told = [
        (change.label, change.verb, str(change.author or change.origin)) for change in Change.objects.all()
    ]
    assert told[:2] == [
        ("WhatsApp not ready in Europe", "resolved", "Tomasz Wieczorek"),
        ("WhatsApp in Europe", "declared", "Tomasz Wieczorek"),
    ]

"""A file asks for what takes two people, once; what is there stays as it is until somebody approves."""

import re
from datetime import date

import pytest
from model_bakery import baker

from launches.models import Blocker, SignOff
from launches.plan.load import load
from launches.plan.matrix_csv import load_matrix
from launches.plan.problems import LoadRefused
from launches.status import settle_launch
from readiness.models import (
    Change,
    ChangeRequest,
    Integration,
    Item,
    NotDecided,
    Readiness,
    Region,
    Requirement,
    User,
)

PASSES = "{kind: http, url: 'https://example.com/'}"
SOONER = "{kind: http, url: 'https://whatsapp.{region.domain}/', recovery: 1}"
# Each way as a file says it, and the verb it asks for.
WAYS = {
    "cells: {europe: {whatsapp: {importance: nice_to_have}}}": "set_importance",
    "cells: {europe: {whatsapp: {importance: not_needed}}}": "set_importance",
    "cells: {europe: {whatsapp: {state: ready}}}": "declare",
    "integrations: {whatsapp: {requirements: {health: {level: should}}}}": "amend",
    "integrations: {whatsapp: {requirements: {health: {check: null}}}}": "amend",
    f"integrations: {{whatsapp: {{requirements: {{health: {{check: {PASSES}}}}}}}}}": "amend",
    f"integrations: {{whatsapp: {{requirements: {{health: {{check: {SOONER}}}}}}}}}": "amend",
    "regions: {europe: {domain: example.com}}": "amend",
    "launches: {europe-ga: {scope: []}}": "set_scope",
    "launches: {europe-ga: {sign_offs: {sales: {required: false}}}}": "amend",
}


@pytest.fixture
def failing(europe, now):
    europe.items[0].requirement.parameters = {"url": "https://whatsapp.{region.domain}/"}
    europe.items[0].requirement.save()
    europe.region.domain = "harbor.example"
    europe.region.save()
    Item.objects.filter(pk=europe.items[0].pk).update(state="failed", outcome="failed")
    baker.make(SignOff, launch=europe.launch, slug="sales", function="Sales")
    settle_launch(europe.launch, now)
    return europe


def brought_in(text, now, **more):
    return load(text, "plan.yaml", now, date(2026, 11, 2), **more)


CUTS = {
    "source: person, state: resolved": "source: expected check, as it stands for a must-have, got person",
    "source: tracker, state: resolved": "source: expected check, as it stands for a must-have, got tracker",
    "integration: null": "integration: expected whatsapp, as it stands for a must-have, got none",
    "integration: email": "integration: expected whatsapp, as it stands for a must-have, got email",
    "integration: whatsapp, requirement: region": "requirement: expected health, as it stands for a",
    "integration: whatsapp, requirement: health, state: proposed": "state: expected one that blocks",
    "state: proposed": "state: expected one that blocks, as it stands for a must-have, got proposed",
    "state: rejected, reason: Why not": "state: expected one that blocks, as it stands for a must-have",
}


@pytest.mark.parametrize("cut", CUTS)
def test_no_blocker_is_cut_off_from_what_it_stands_for(failing, now, cut):
    email = baker.make(Integration, slug="email", name="Email", kind="infrastructure")
    baker.make(Readiness, region=failing.region, integration=email, state="ready")
    slug = Blocker.objects.live().get(source="check").slug
    with pytest.raises(LoadRefused, match=re.escape(CUTS[cut])):
        brought_in(f"launches: {{europe-ga: {{blockers: {{{slug}: {{{cut}}}}}}}}}", now)


@pytest.mark.parametrize("judged", ["proposed", "rejected, reason: Why not"])
def test_what_may_fail_later_is_not_judged_before(failing, now, judged):
    """A blocker that stands there already, and holds nothing back, would be all that ever comes of it."""
    stands = "integration: whatsapp, requirement: region"
    with pytest.raises(
        LoadRefused, match="state: expected one that blocks, as it stands for a must-have, got"
    ):
        brought_in(f"launches: {{europe-ga: {{blockers: {{later: {{{stands}, state: {judged}}}}}}}}}", now)


def test_nothing_is_made_over_while_it_is_live_and_then_taken_back(failing, now):
    brought_in("launches: {europe-ga: {launched: 2026-10-01}}", now)
    brought_in("launches: {europe-ga: {scope: []}}", now)
    brought_in("launches: {europe-ga: {launched: null}}", now)
    settle_launch(failing.launch, now)
    assert len(Blocker.objects.live()) == 2


@pytest.mark.parametrize("dry_run", [True, False])
def test_who_asks_has_a_name(failing, now, dry_run):
    """Or whoever loads a file could approve what it asks for."""
    before = state()
    for text in WAYS:
        with pytest.raises(LoadRefused, match=r"expected who asks for what takes two people \(--by NAME\)"):
            brought_in(text, now, dry_run=dry_run)
    assert (state(), ChangeRequest.objects.count()) == (before, 0)


def test_what_nobody_asked_for_by_name_is_only_refused(failing, now):
    brought_in(next(iter(WAYS)), now, by=failing.lead)
    ChangeRequest.objects.update(requested_by=None)
    with pytest.raises(NotDecided, match="Nobody said who asks"):
        ChangeRequest.objects.get().approve(by=failing.lead, now=now)
    ChangeRequest.objects.get().refuse(by=failing.lead, now=now, note="Nobody asked")


def state():
    cell = Readiness.objects.get()
    return (
        cell.importance,
        cell.state,
        [
            (row.requirement.level, row.requirement.probe, row.requirement.parameters)
            for row in cell.items.all()
        ],
        list(Requirement.objects.values_list("recovery", flat=True)),
        Region.objects.get().domain,
        list(SignOff.objects.values_list("slug", "is_required")),
        sorted(Blocker.objects.live().values_list("slug", "launch__scope_all")),
    )


@pytest.mark.parametrize("text", WAYS)
def test_what_takes_two_people_is_asked_for_once(failing, now, text):
    before = state()
    report = brought_in(text, now, by=failing.lead)
    assert (report.total.changed, report.total.created, len(report.notes)) == (0, 0, 1)
    assert report.notes[0].startswith("asked for: ")
    assert "; somebody else approves it, since WhatsApp" in report.notes[0]
    again = brought_in(text, now, by=failing.lead)
    assert [note.split(":")[0] for note in again.notes] == ["asked for on 2026-11-02, waits for an answer"]
    assert state() == before
    asked = ChangeRequest.objects.get()
    assert (asked.verb, asked.requested_by, asked.launches) == (
        WAYS[text],
        failing.lead,
        [failing.launch.pk],
    )

    asked.approve(by=baker.make(User, is_superuser=True), now=now)
    assert state() != before
    third = brought_in(text, now, by=failing.lead)
    assert (third.notes, third.total.changed) == ([], 0)


@pytest.mark.parametrize("text", WAYS)
def test_without_a_live_blocker_the_file_changes_it(failing, now, text):
    before = state()
    Blocker.objects.update(state="resolved", closed_at=now)
    report = brought_in(text, now)
    assert (report.total.changed, report.notes, ChangeRequest.objects.count()) == (1, [], 0)
    assert state() != before


def test_what_was_refused_is_not_asked_again(failing, now):
    text = next(iter(WAYS))
    brought_in(text, now, by=failing.lead)
    admin = baker.make(User, is_superuser=True)
    ChangeRequest.objects.get().refuse(by=admin, now=now, note="Customers there use nothing else")
    assert [note.split(":")[0] for note in brought_in(text, now).notes] == [
        "refused on 2026-11-02, not asked again"
    ]
    assert ChangeRequest.objects.count() == 1


def test_a_dry_run_asks_for_nothing(failing, now):
    report = brought_in(next(iter(WAYS)), now, by=failing.lead, dry_run=True)
    assert report.notes[0].startswith("asked for: ")
    assert not ChangeRequest.objects.exists()


def test_a_list_of_what_is_ready_asks_over_open_items(failing, now):
    lines = ["region,integration,state\n", "europe,whatsapp,ready\n"]
    report = load_matrix(lines, "list.csv", now, by=failing.lead)
    assert any(note.startswith("asked for: WhatsApp in Europe") for note in report.notes)
    assert Readiness.objects.get().state == "not_started"
    assert ChangeRequest.objects.get().verb == "declare"


def test_rejecting_a_proposal_asks_why(failing, now):
    baker.make(Blocker, launch=failing.launch, slug="fax", title="Fax", state="proposed", opened_at=now)
    text = "launches: {europe-ga: {blockers: {fax: {state: rejected%s}}}}"
    for reason in ("", ", reason: ''", ", reason: ' '"):
        with pytest.raises(LoadRefused, match="expected why the proposal is rejected"):
            brought_in(text % reason, now)
    brought_in(text % ", reason: No customer there sends any", now)
    fax = Blocker.objects.get(slug="fax")
    told = Change.objects.about(fax).latest("pk")
    assert (fax.state, told.verb, told.note) == ("rejected", "rejected", "No customer there sends any")


def test_no_must_have_is_made_light_of(failing, now):
    with pytest.raises(LoadRefused, match="as it stands for a must-have"):
        brought_in("launches: {europe-ga: {blockers: {whatsapp: {severity: degrades}}}}", now)

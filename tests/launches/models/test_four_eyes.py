"""Whatever would take a blocker out of the way is asked for by one person and approved by another."""

import threading

import pytest
from django.db import connection, transaction
from model_bakery import baker

from launches.models import Blocker, SignOff
from launches.status import settle_launch
from readiness.models import (
    Change,
    ChangeRequest,
    Conflict,
    NeedsApproval,
    NotDecided,
    OpenMusts,
    Requirement,
    User,
)
from readiness.models.history import serialize
from tests.fixtures.waiting import PATIENCE, until

# Each way, the row it happens to, and what then is different.
WAYS = {
    "nice to have": ("set_importance", {"importance": "nice_to_have"}),
    "not needed": ("set_importance", {"importance": "not_needed"}),
    "ready by override": ("declare", {"state": "ready", "override_reason": "Beta customers know."}),
    "should": ("amend", {"values": {"level": "should"}}),
    "by hand": ("amend", {"values": {"probe": "", "parameters": {}}}),
    "another kind": ("amend", {"values": {"probe": "heartbeat", "parameters": {"period": 3600}}}),
    "passes always": ("amend", {"values": {"parameters": {"url": "https://example.com/"}}}),
    "recovers at once": ("amend", {"values": {"recovery": 1}}),
    "elsewhere": ("amend", {"values": {"domain": "example.com"}}),
    "removed": ("remove", {}),
    "out of scope": ("set_scope", {"scope": []}),
    "no function": ("remove", {}),
    "advisory": ("amend", {"is_required": False}),
}


@pytest.fixture
def failing(europe, now):
    """WhatsApp is not ready, and its first check fails: two blockers."""
    europe.items[0].requirement.parameters = {"url": "https://whatsapp.{region.domain}/"}
    europe.items[0].requirement.save()
    europe.region.domain = "harbor.example"
    europe.region.save()
    type(europe.items[0]).objects.filter(pk=europe.items[0].pk).update(state="failed", outcome="failed")
    settle_launch(europe.launch, now)
    europe.sales = baker.make(SignOff, launch=europe.launch, slug="sales", function="Sales")
    europe.admin = baker.make(User, username="admin", is_superuser=True)
    return europe


def subject_of(world, way):
    if way in ("nice to have", "not needed", "ready by override"):
        return world.cell
    if way == "out of scope":
        return world.launch
    if way == "elsewhere":
        return world.region
    return world.sales if way in ("no function", "advisory") else world.items[0].requirement


def is_there(world, way):
    """Whether it was done; the way undone leaves everything as it was."""
    subject = subject_of(world, way)
    fresh = type(subject)._base_manager.filter(pk=subject.pk).first()
    if way == "removed" or way == "no function":
        return fresh is None
    if way == "out of scope":
        return not fresh.scope_all
    return {
        "nice to have": lambda: fresh.importance == "nice_to_have",
        "not needed": lambda: fresh.importance == "not_needed",
        "ready by override": lambda: fresh.state == "ready",
        "should": lambda: fresh.level == "should",
        "by hand": lambda: not fresh.probe,
        "another kind": lambda: fresh.probe == "heartbeat",
        "recovers at once": lambda: fresh.recovery == 1,
        "elsewhere": lambda: fresh.domain == "example.com",
        "passes always": lambda: fresh.parameters == {"url": "https://example.com/"},
        "advisory": lambda: not fresh.is_required,
    }[way]()


def act(world, way, by, now):
    verb, arguments = WAYS[way]
    return getattr(subject_of(world, way), verb)(**arguments, by=by, now=now)


def asked(world, way, by, now, reason="Nobody there uses it"):
    with pytest.raises(NeedsApproval) as needed:
        act(world, way, by, now)
    return ChangeRequest.objects.ask(needed.value, by=by, now=now, reason=reason)


@pytest.mark.parametrize("way", WAYS)
def test_with_a_live_blocker_one_person_asks_and_another_approves(failing, now, way):
    for by in (failing.lead, failing.admin):
        with pytest.raises(NeedsApproval, match="Somebody else has to approve it, since WhatsApp"):
            act(failing, way, by, now)
    assert not is_there(failing, way)

    row = asked(failing, way, failing.lead, now)
    assert row.launches == [failing.launch.pk]
    with pytest.raises(NotDecided, match="The person who asks never decides"):
        row.approve(by=failing.lead, now=now)
    with pytest.raises(NotDecided, match="has asked for it already"):
        asked(failing, way, failing.admin, now)
    assert not is_there(failing, way)

    row.approve(by=failing.admin, now=now, note="Fine")
    row.refresh_from_db()
    assert is_there(failing, way)
    assert row.state == "approved"
    with pytest.raises(Conflict):
        row.approve(by=failing.admin, now=now)
    told = Change.objects.about(row).order_by("pk")
    assert [(change.verb, change.author) for change in told] == [
        ("approval requested", failing.lead),
        ("request approved", failing.admin),
    ]
    assert told[1].after["requested_by"] == serialize(failing.lead)


@pytest.mark.parametrize("way", WAYS)
def test_without_a_live_blocker_it_happens_at_once(failing, now, way):
    Blocker.objects.update(state="resolved", closed_at=now)
    assert act(failing, way, failing.lead, now)
    assert is_there(failing, way)
    assert not ChangeRequest.objects.exists()


def test_what_asks_for_more_or_for_something_else_happens_at_once(failing, now):
    """A title, a requirement more, a should that is a must now; and a check that never failed."""
    first, second = (item.requirement for item in failing.items)
    first.amend({"title": "Answers", "failures": 5}, by=failing.lead, now=now)
    second.amend({"parameters": {"url": "https://example.com/"}}, by=failing.lead, now=now)
    failing.integration.add_requirement(
        {"title": "Templates approved", "level": "should"}, by=failing.lead, now=now
    ).amend({"level": "must"}, by=failing.lead, now=now)
    failing.cell.declare("in_progress", by=failing.lead, now=now)
    failing.sales.amend(by=failing.lead, now=now, lead_days=5)
    assert not ChangeRequest.objects.exists()


def test_what_no_failing_check_names_of_a_region_may_change(failing, now):
    """Neither a fact that it does not name, nor what one names that has not failed; nor a slower recovery."""
    failing.region.amend({"provider_code": "eu-west-3"}, by=failing.lead, now=now)
    failing.items[0].requirement.amend({"recovery": 5}, by=failing.lead, now=now)
    type(failing.items[0]).objects.update(state="unknown", outcome="")
    Blocker.objects.filter(source="check").update(state="resolved", closed_at=now)
    failing.region.amend({"domain": "example.com"}, by=failing.lead, now=now)
    failing.items[0].requirement.amend({"recovery": 1}, by=failing.lead, now=now)
    assert not ChangeRequest.objects.exists()


def test_a_gap_is_filled_over_open_items_by_two(failing, now):
    gap = Blocker.objects.get(source="cell")
    Blocker.objects.filter(pk=gap.pk).update(state="deferred")
    failing.launch.launched_at = now
    failing.launch.save()
    gap = Blocker.objects.get(pk=gap.pk)
    with pytest.raises(OpenMusts):
        gap.fill(by=failing.admin, now=now)
    with pytest.raises(NeedsApproval, match="since WhatsApp blocks Europe") as needed:
        gap.fill(by=failing.admin, now=now, override_reason="They write letters.")
    row = ChangeRequest.objects.ask(needed.value, by=failing.admin, now=now, reason="They write letters.")
    with pytest.raises(NotDecided, match="The person who asks never decides"):
        row.approve(by=failing.admin, now=now)
    row.approve(by=failing.lead, now=now)
    gap.refresh_from_db()
    told = Change.objects.about(gap).first()
    assert (gap.state, told.verb, told.author) == ("resolved", "filled", failing.lead)
    assert told.note == "Filled while open: Health, Region. They write letters."
    assert told.after["requested_by"] == serialize(failing.admin)


def test_who_asks_about_what_is_just_removed_is_told(failing, now):
    """It goes between the refusal and the request."""
    with pytest.raises(NeedsApproval) as needed:
        act(failing, "should", failing.lead, now)
    Requirement.objects.filter(pk=failing.items[0].requirement_id).delete()
    with pytest.raises(NotDecided, match="It is not there any more"):
        ChangeRequest.objects.ask(needed.value, by=failing.lead, now=now, reason="Nobody uses it")


def test_a_requirement_that_is_fulfilled_everywhere_holds_nothing_back(failing, now):
    type(failing.items[1]).objects.filter(pk=failing.items[1].pk).update(state="passed", outcome="passed")
    failing.items[1].requirement.remove(by=failing.lead, now=now)
    assert Requirement.objects.count() == 1


def test_it_may_be_refused_and_withdrawn_and_asked_anew(failing, now):
    asked(failing, "removed", failing.lead, now).refuse(by=failing.admin, now=now, note="They do")
    asked(failing, "removed", failing.lead, now).withdraw(by=failing.lead, now=now)
    asked(failing, "removed", failing.lead, now)
    assert [row.state for row in ChangeRequest.objects.all()] == ["refused", "withdrawn", "open"]
    assert not is_there(failing, "removed")


def test_it_asks_for_a_reason(failing, now):
    for reason in ("", "  \n"):
        with pytest.raises(NotDecided, match="Say why"):
            asked(failing, "removed", failing.lead, now, reason=reason)


def test_what_changed_since_it_was_seen_is_looked_at_again(failing, now):
    row = asked(failing, "nice to have", failing.lead, now)
    seen = failing.cell.version
    failing.cell.set_estimate(None, by=failing.lead, now=now)
    failing.cell.declare("in_progress", by=failing.lead, now=now)
    with pytest.raises(Conflict):
        row.approve(by=failing.admin, now=now, seen=seen)
    row.refresh_from_db()
    assert row.is_open
    assert not is_there(failing, "nice to have")
    row.approve(by=failing.admin, now=now, seen=seen + 1)
    assert is_there(failing, "nice to have")


def test_a_closed_account_asks_for_nothing_any_more(failing, now):
    row = asked(failing, "removed", failing.lead, now)
    User.objects.filter(pk=failing.lead.pk).update(is_active=False)
    row = ChangeRequest.objects.get(pk=row.pk)
    with pytest.raises(NotDecided, match="is closed"):
        row.approve(by=failing.admin, now=now)
    row.refuse(by=failing.admin, now=now, note="Gone")
    assert not is_there(failing, "removed")


def test_once_nothing_stands_on_it_who_asked_does_it(failing, now):
    row = asked(failing, "nice to have", failing.lead, now)
    with pytest.raises(NeedsApproval):
        row.apply(by=failing.lead, now=now)
    assert ChangeRequest.objects.get(pk=row.pk).is_open
    Blocker.objects.update(state="resolved", closed_at=now)
    with pytest.raises(NotDecided):
        row.apply(by=failing.admin, now=now)
    row.apply(by=failing.lead, now=now)
    assert is_there(failing, "nice to have")
    assert ChangeRequest.objects.get(pk=row.pk).state == "applied"


def test_a_request_about_what_goes_is_closed(failing, now):
    first = asked(failing, "should", failing.lead, now)
    asked(failing, "removed", failing.lead, now).approve(by=failing.admin, now=now)
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("closed", failing.admin)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_do_it_once(failing, now):
    for way in WAYS:
        _race(failing, now, way)


def _race(world, now, way):
    subject = subject_of(world, way)
    if not type(subject)._base_manager.filter(pk=subject.pk).exists():
        return
    with_blockers(world, now)
    row = asked(world, way, world.lead, now)
    people = [baker.make(User, is_superuser=True) for _ in range(2)]
    start, ends = threading.Barrier(2), []

    def approve(by):
        try:
            mine = ChangeRequest.objects.get(pk=row.pk)
            start.wait(30)
            mine.approve(by=by, now=now)
            ends.append("approved")
        except Conflict:
            ends.append("conflict")
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (way, sorted(ends)) == (way, ["approved", "conflict"])
    assert Change.objects.about(row).filter(verb="request approved").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_removal_and_another_change_that_are_approved_at_once_take_turns(failing, now):
    amended, removed = (asked(failing, way, failing.lead, now) for way in ("should", "removed"))
    by, ends = baker.make(User, is_superuser=True), []

    def remove():
        try:
            ends.append(ChangeRequest.objects.get(pk=removed.pk).approve(by=by, now=now).verb)
        finally:
            connection.close()

    thread = threading.Thread(target=remove)
    with transaction.atomic():
        held = ChangeRequest.objects.select_for_update().get(pk=amended.pk)
        thread.start()
        until(somebody_waits)
        held.approve(by=failing.admin, now=now)
    thread.join(PATIENCE)
    assert ends == ["requirement removed"]
    assert set(ChangeRequest.objects.values_list("state", flat=True)) == {"approved"}


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def with_blockers(world, now):
    """All as it was at first, but for what is gone."""
    type(world.cell).objects.filter(pk=world.cell.pk).update(
        importance="must_have", state="in_progress", accepted=[]
    )
    Requirement.objects.update(
        level="must", probe="http", parameters={"url": "https://whatsapp.{region.domain}/"}, recovery=2
    )
    type(world.items[0]).objects.update(state="failed", outcome="failed")
    world.launch.scope_all = True
    world.launch.save()
    SignOff.objects.update(is_required=True)
    settle_launch(world.launch, now)
    type(world.region).objects.update(domain="harbor.example")
    for row in (world.cell, world.launch, world.region, *SignOff.objects.all(), *Requirement.objects.all()):
        row.refresh_from_db()

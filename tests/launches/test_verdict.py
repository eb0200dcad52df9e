"""The verdict is the worst required gate, and comes with the sentence that would change it."""

from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.blocking import reopen_expired, settle_launch, standing, standings
from launches.models import Blocker, Deferral, Launch, SignOff, Waiver
from readiness.models import Change, Item, Region, User
from readiness.state import CellState


def judge(europe, now):
    return standing(Launch.objects.select_related("region").get(pk=europe.launch.pk), europe.lead, now)


def block(europe, now, name="Invoices", **facts):
    facts.setdefault("kind", "internal_process")
    return baker.make(
        Blocker, launch=europe.launch, slug=name.lower(), title=name, source="person", opened_at=now, **facts
    )


@pytest.fixture
def clear(europe):
    """Everything on the checklist is ready."""
    Item.objects.update(state="passed")
    type(europe.cell).objects.update(state=CellState.READY)
    return europe


def test_an_empty_checklist_is_unknown_never_ready(europe, now):
    europe.cell.items.all().delete()
    europe.cell.delete()
    assert judge(europe, now).sentence == (
        "Unknown: nothing is on its checklist yet. Add what the region must have."
    )


def test_nothing_blocks_and_nobody_has_to_sign(clear, now):
    assert judge(clear, now).sentence == "Ready: nothing blocks the launch."


def test_a_cell_that_is_not_ready_and_has_no_date_makes_it_unknown(europe, now):
    settle_launch(europe.launch, now)
    view = judge(europe, now)
    assert view.sentence == "Unknown: WhatsApp has neither a due date nor an estimate."
    assert [(b.title, b.open_musts, b.all_musts) for b in view.blocking] == [
        ("WhatsApp not ready in Europe", 2, 2)
    ]


def test_the_estimate_of_the_cell_is_the_one_of_its_blocker(europe, now):
    settle_launch(europe.launch, now)
    europe.cell.set_estimate((1, 2, 3), by=europe.lead, now=now)
    assert judge(europe, now).sentence == (
        "On track: the last blocker, WhatsApp, is due 3 Nov 2026; target 14 Dec 2026."
    )


def test_off_track_says_what_would_change_it(europe, now):
    settle_launch(europe.launch, now)
    Blocker.objects.update(due=date(2027, 1, 8))
    block(europe, now, due=date(2026, 12, 13))
    assert judge(europe, now).sentence == (
        "Off track: WhatsApp is due 8 Jan 2027, 17 working days after the target 14 Dec 2026. "
        "Launch without WhatsApp: 26 days earlier, on track for 14 Dec 2026."
    )


def test_what_only_degrades_holds_nothing_back(clear, now):
    block(clear, now, severity="degrades", due=date(2027, 5, 1))
    assert judge(clear, now).verdict == "ready"


@pytest.mark.parametrize("state", ["waived", "deferred", "proposed"])
def test_what_was_decided_or_only_proposed_holds_nothing_back(clear, now, state):
    block(clear, now, state=state, due=date(2027, 5, 1))
    view = judge(clear, now)
    assert (view.verdict, view.blocking, len(view.in_state(state))) == ("ready", [], 1)


def test_a_waived_cell_stays_out_of_the_ready_count(europe, now):
    settle_launch(europe.launch, now)
    Blocker.objects.update(state="waived")
    checklist = judge(europe, now).checklist
    assert (checklist.needed, checklist.ready, checklist.decided) == (1, 0, 1)


def test_a_no_go_is_a_red_gate(clear, now):
    baker.make(SignOff, launch=clear.launch, slug="legal", function="Legal", decision="no_go")
    assert judge(clear, now).sentence == "Off track: Legal said no-go."


def test_missing_sign_offs_are_named(clear, now):
    baker.make(SignOff, launch=clear.launch, slug="legal", function="Legal")
    baker.make(SignOff, launch=clear.launch, slug="sales", function="Sales")
    assert judge(clear, now).sentence == (
        "On track: nothing blocks the launch; Legal and Sales still must sign off."
    )


def test_a_sign_off_goes_stale_when_a_blocker_comes_up_and_not_when_one_goes(clear, now):
    old = block(clear, now, "Old", due=date(2026, 11, 9))
    sign_off = baker.make(SignOff, launch=clear.launch, slug="legal", function="Legal")
    sign_off.decide("go", by=clear.lead, now=now)
    assert [gate.word for gate in judge(clear, now).gates] == ["go"]
    old.resolve(by=clear.lead, now=now)
    assert [gate.word for gate in judge(clear, now).gates] == ["go"]
    block(clear, now, "New", due=date(2026, 11, 9))
    gate = judge(clear, now).gates[0]
    assert (gate.word, gate.is_valid, gate.differences) == ("stale", False, ["new"])


def test_a_waiver_that_runs_out_makes_the_sign_off_stale_and_says_so(clear, now):
    blocker = block(clear, now, state="waived")
    baker.make(Waiver, blocker=blocker, reason="small", requested_at=now, expires_on=date(2026, 11, 4))
    sign_off = baker.make(SignOff, launch=clear.launch, slug="legal", function="Legal")
    sign_off.decide("go", by=clear.lead, now=now)
    assert reopen_expired(now + timedelta(days=2)) == 0
    assert reopen_expired(now + timedelta(days=3)) == 1
    assert reopen_expired(now + timedelta(days=3)) == 0
    blocker.refresh_from_db()
    assert blocker.state == "open"
    assert Change.objects.about(blocker).get().note == "What was agreed ran out on 2026-11-04."
    assert [gate.word for gate in judge(clear, now).gates] == ["stale"]


def test_a_deferral_runs_out_too(clear, now):
    blocker = block(clear, now, state="deferred")
    baker.make(
        Deferral,
        blocker=blocker,
        reason="later",
        requested_at=now,
        expires_on=date(2026, 11, 1),
        fill_by=date(2027, 1, 1),
    )
    assert reopen_expired(now) == 1


def test_a_launch_that_is_over_says_since_when(europe, now):
    Launch.objects.update(launched_at=now)
    assert judge(europe, now).sentence == "Launched: live since 2 Nov 2026."


def test_the_blocking_list_begins_with_what_buys_most_days(clear, now):
    block(clear, now, "Soon", due=date(2026, 11, 9))
    block(clear, now, "Late", due=date(2027, 1, 8))
    block(clear, now, "Undated")
    block(clear, now, "Cosmetic", severity="degrades", due=date(2026, 11, 3))
    assert [b.title for b in judge(clear, now).blocking] == ["Late", "Soon", "Undated", "Cosmetic"]


def test_the_scope_counts_only_what_is_in_it(europe, now):
    Launch.objects.update(scope_all=False)
    assert judge(europe, now).checklist.needed == 0
    europe.launch.scope.add(europe.integration)
    assert judge(europe, now).checklist.needed == 1


def test_queries_do_not_grow_with_launches_or_blockers(europe, now, django_assert_num_queries):
    settle_launch(europe.launch, now)
    user = User.objects.get(pk=europe.lead.pk)
    with django_assert_num_queries(6):
        standings(list(Launch.objects.select_related("region")), user, now)
    for number in range(20):
        region = baker.make(Region, slug=f"r{number}", timezone="UTC")
        launch = baker.make(Launch, region=region, slug=f"l{number}", target=now.date(), baseline=now.date())
        baker.make(Blocker, launch=launch, slug="x", kind="infrastructure", opened_at=now, _quantity=1)
        baker.make(SignOff, launch=launch, slug="legal")
    with django_assert_num_queries(6):
        assert len(standings(list(Launch.objects.select_related("region")), user, now)) == 21

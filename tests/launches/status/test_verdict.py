"""The verdict is the worst required gate, and comes with the sentence that would change it."""

from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker, Deferral, Launch, SignOff, Waiver
from launches.percentages import percent
from launches.status import launch_statuses, reopen_expired, settle_launch, status_of
from launches.status.verdict import track
from readiness.models import Change, Integration, Item, Readiness, Region, Requirement, User
from readiness.state import CellState


def judge(europe, now):
    return status_of(Launch.objects.select_related("region").get(pk=europe.launch.pk), europe.lead, now)


def block(europe, now, name="Invoices", **facts):
    facts = {"kind": "internal_process", "owner": europe.lead} | facts
    return baker.make(
        Blocker, launch=europe.launch, slug=name.lower(), title=name, source="person", opened_at=now, **facts
    )


@pytest.fixture(autouse=True)
def staffed(europe):
    """Somebody is in the team: what nobody owns has tests of its own."""
    europe.team.members.add(baker.make(User, username="tomasz"))


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


def test_what_nobody_settled_yet_is_unknown_never_ready(europe, now):
    assert judge(europe, now).sentence == "Unknown: 1 of its must-haves is neither ready nor a blocker yet."
    settle_launch(europe.launch, now)
    assert judge(europe, now).checklist.unsettled == 0


def test_nothing_blocks_and_nobody_has_to_sign(clear, now):
    assert judge(clear, now).sentence == "Ready: nothing blocks the launch."


def waived(europe, now, until, **facts):
    """WhatsApp, by two people, until that day."""
    row = block(europe, now, "WhatsApp", state="waived", **facts)
    people = {"requested_by": europe.lead, "approved_by": baker.make(User), "approved_at": now}
    baker.make(Waiver, blocker=row, reason="Few", requested_at=now, expires_on=until, **people)
    return row


def test_a_waiver_that_ends_before_the_launch_blocks_it_from_that_day(clear, now):
    """The target is 14 December; ten days of work cannot be done from the 8th on."""
    row = waived(clear, now, date(2026, 12, 7), best=10, likely=10, worst=10)
    view = judge(clear, now)
    assert view.why.endswith("The waiver of WhatsApp ends on 7 Dec 2026, before the launch.")
    assert view.change == "If that held until the launch, P85 would be 49 days earlier."
    assert view.verdict == "off_track"
    assert view.outlook.chance == 0
    assert view.outlook.p85 == date(2026, 12, 21)
    # As it will be forecast on the day after it has ended.
    after = now + timedelta(days=36)
    assert reopen_expired(after) == 1
    assert judge(clear, after).outlook.p85 == date(2026, 12, 21)
    row.refresh_from_db()
    assert row.state == "open"


def test_what_ends_before_the_launch_and_nobody_estimated_is_no_better_beside_missing_sign_offs(clear, now):
    waived(clear, now, date(2026, 11, 20))
    Launch.objects.update(target=date(2027, 6, 1))
    on_paper = (
        "nobody has confirmed 1 of 1 estimate. The waiver of WhatsApp ends on 20 Nov 2026, "
        "before the launch. Estimate WhatsApp first."
    )
    assert judge(clear, now).sentence == f"Unknown, on paper: {on_paper}"
    SignOff.objects.create(launch=clear.launch, slug="sales", function="Sales")
    assert judge(clear, now).sentence == f"Unknown, on paper; 1 sign-off missing: {on_paper}"


def test_what_holds_until_the_launch_or_only_degrades_it_blocks_nothing(clear, now):
    row = waived(clear, now, date(2026, 12, 14), best=10, likely=10, worst=10)
    assert judge(clear, now).sentence == "Ready: nothing blocks the launch."
    Waiver.objects.update(expires_on=date(2026, 12, 13))
    assert judge(clear, now).verdict == "off_track"
    Blocker.objects.filter(pk=row.pk).update(severity="degrades")
    assert judge(clear, now).sentence == "Ready: nothing blocks the launch."


def test_a_deferral_that_ends_before_the_launch_is_told_like_a_waiver(clear, now):
    row = block(clear, now, "Export", state="deferred", best=1, likely=1, worst=1)
    days = {"fill_by": date(2027, 3, 1), "expires_on": date(2026, 11, 20)}
    baker.make(Deferral, blocker=row, reason="Later", requested_at=now, approved_at=now, **days)
    waived(clear, now, date(2026, 12, 1), best=1, likely=1, worst=1)
    assert judge(clear, now).why.endswith(
        "The deferral of Export ends on 20 Nov 2026, before the launch. So does 1 more."
    )


def test_evidence_that_runs_out_before_the_launch_blocks_it_from_that_day(clear, now):
    item = clear.items[0]
    Requirement.objects.filter(pk=item.requirement_id).update(probe="")
    Item.objects.filter(pk=item.pk).update(
        expires_on=(last := date(2026, 12, 11)), stale_at=clear.region.end_of(last)
    )
    type(clear.cell).objects.update(best=5, likely=5, worst=5)
    view = judge(clear, now)
    assert view.verdict == "off_track"
    assert "The evidence for WhatsApp ends on 11 Dec 2026, before the launch." in view.sentence
    (lapse,) = view.lapses
    assert (lapse.slug, lapse.day, view.outlook.p85) == ("whatsapp", last, date(2026, 12, 18))
    # As it will be forecast on the day after.
    after = now + timedelta(days=40)
    item.refresh_from_db()
    item.go_stale(after)
    settle_launch(clear.launch, after)
    assert (judge(clear, after).lapses, judge(clear, after).outlook.p85) == ([], date(2026, 12, 18))


def test_each_launch_of_a_region_has_the_checklist_and_the_evidence_of_its_own_scope_and_target(clear, now):
    other = baker.make(Integration, slug="mail", name="Mail", kind="infrastructure")
    baker.make(Readiness, region=clear.region, integration=other)
    later = {"target": date(2027, 2, 1), "baseline": date(2027, 2, 1), "scope_all": False}
    beta = baker.make(Launch, slug="beta", region=clear.region, **later)
    beta.scope.add(clear.integration)
    Item.objects.update(expires_on=date(2027, 1, 15))
    views = launch_statuses(list(Launch.objects.select_related("region").order_by("slug")), clear.lead, now)
    assert [(view.checklist.needed, view.checklist.ready) for view in views] == [(1, 1), (2, 1)]
    assert [[lapse.short_name for lapse in view.lapses] for view in views] == [["WhatsApp"], []]


def test_what_ends_before_the_launch_costs_a_query_only_where_evidence_does(
    clear, now, django_assert_num_queries
):
    """Those of before, whatever is agreed."""
    waived(clear, now, date(2026, 12, 7))
    launches = [Launch.objects.select_related("region").get()]
    launch_statuses(launches, clear.lead, now)
    with django_assert_num_queries(4):
        launch_statuses(launches, clear.lead, now)


def test_what_nobody_estimated_is_taken_as_its_kind_usually_goes_and_counted(europe, now):
    settle_launch(europe.launch, now)
    view = judge(europe, now)
    assert (view.verdict, view.outlook.assumed) == ("unknown", ("whatsapp",))
    assert [(b.title, b.open_musts, b.all_musts) for b in view.blocking] == [
        ("WhatsApp not ready in Europe", 2, 2)
    ]


def test_the_estimate_of_the_cell_is_the_one_of_its_blocker(europe, now):
    settle_launch(europe.launch, now)
    europe.cell.set_estimate((3, 3, 3), by=europe.lead, now=now)
    view = judge(europe, now)
    assert view.sentence == "On track: over 99 % to make 14 Dec 2026."
    assert (view.outlook.dates, view.outlook.assumed) == (
        {50: date(2026, 11, 4), 85: date(2026, 11, 4), 95: date(2026, 11, 4)},
        (),
    )


def test_a_due_date_is_shown_and_decides_nothing(europe, now):
    settle_launch(europe.launch, now)
    before = judge(europe, now).sentence
    Blocker.objects.update(due=date(2027, 5, 7))
    assert judge(europe, now).sentence == before


def test_off_track_says_what_would_change_it(europe, now):
    settle_launch(europe.launch, now)
    europe.cell.set_estimate((45, 45, 45), by=europe.lead, now=now)
    block(europe, now, best=3, likely=3, worst=3)
    assert judge(europe, now).sentence == (
        "Off track: under 1 % to make 14 Dec 2026. "
        "Launch without WhatsApp: P85 moves 62 days earlier and we are on track."
    )


def test_a_cut_that_is_not_enough_says_how_far_it_leads(clear, now):
    team = clear.team
    block(clear, now, "Ledger", team=team, best=32, likely=32, worst=32)
    block(clear, now, "Invoices", team=team, best=35, likely=35, worst=35)
    assert judge(clear, now).sentence == (
        "Off track: under 1 % to make 14 Dec 2026. "
        "Launch without Invoices: P85 moves 52 days earlier, to 15 Dec 2026, still off track with under 1 %."
    )


def test_what_must_be_there_is_nothing_to_launch_without(clear, now):
    block(clear, now, "Database", kind="infrastructure", best=60, likely=60, worst=60)
    assert judge(clear, now).sentence == "Off track: under 1 % to make 14 Dec 2026."


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [(0.85, "on_track"), (0.8499, "at_risk"), (0.5, "at_risk"), (0.4999, "off_track"), (0, "off_track")],
)
def test_the_goal_and_even_odds_part_the_verdicts(chance, verdict):
    assert track(chance, 85) == verdict


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0, "under 1 %"),
        (0.0099, "under 1 %"),
        (0.01, "1 %"),
        (0.29, "29 %"),
        (0.8499, "84 %"),
        (0.99, "99 %"),
        (0.9901, "over 99 %"),
        (1, "over 99 %"),
    ],
)
def test_a_chance_is_rounded_down_and_never_certain(chance, words):
    assert percent(chance) == words


def test_what_waits_for_itself_cannot_be_forecast(clear, now):
    first, second = block(clear, now, "Ledger"), block(clear, now, "Invoices")
    first.depends_on.add(second)
    second.depends_on.add(first)
    view = judge(clear, now)
    assert (view.verdict, view.outlook.dates) == ("unknown", {})
    assert view.why.startswith("there is no forecast. These wait for each other: ")


def test_a_target_that_has_passed(clear, now):
    block(clear, now, best=3, likely=3, worst=3)
    Launch.objects.update(target=date(2026, 10, 30))
    assert judge(clear, now).sentence == (
        "Off track: the target 30 Oct 2026 has passed; P85 is 4 Nov 2026. "
        "Launch without Invoices: P85 moves 2 days earlier, to 2 Nov 2026."
    )


def test_a_target_that_has_passed_without_a_checklist(europe, now):
    europe.cell.items.all().delete()
    europe.cell.delete()
    Launch.objects.update(target=date(2020, 11, 3))
    view = judge(europe, now)
    assert view.sentence == (
        "Unknown: nothing is on its checklist yet; it was planned for 3 Nov 2020. "
        "Add what the region must have."
    )
    assert (view.working_days_left, view.was_planned, view.chance) == (
        0,
        "was planned for 3 Nov 2020",
        "it has passed",
    )
    Launch.objects.update(target=date(2026, 12, 14))
    later = judge(europe, now)
    assert [(seen.outlook.dates, seen.is_on_paper) for seen in (view, later)] == [({}, False)] * 2


def test_a_target_today_has_not_passed(clear, now):
    block(clear, now, best=3, likely=3, worst=3)
    Launch.objects.update(target=now.date())
    view = judge(clear, now)
    assert view.sentence.startswith("Off track: under 1 % to make 2 Nov 2026.")
    assert (view.working_days_left, view.was_planned) == (0, "")


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


def test_missing_sign_offs_are_said_beside_the_verdict(clear, now):
    block(clear, now, best=3, likely=3, worst=3)
    sign_off = baker.make(SignOff, launch=clear.launch, slug="legal", function="Legal")
    baker.make(SignOff, launch=clear.launch, slug="press", function="Press", is_required=False)
    view = judge(clear, now)
    assert view.sentence == "On track; 1 sign-off missing: over 99 % to make 14 Dec 2026."
    assert (view.word, view.why) == (
        "On track",
        "1 sign-off missing; over 99 % to make 14 Dec 2026.",
    )
    sign_off.decide("go", by=clear.lead, now=now)
    assert judge(clear, now).sentence == "On track: over 99 % to make 14 Dec 2026."
    block(clear, now, "Ledger", best=3, likely=3, worst=3)
    assert judge(clear, now).sentence.startswith("On track; 1 sign-off missing: ")
    baker.make(SignOff, launch=clear.launch, slug="sales", function="Sales", decision="no_go")
    assert judge(clear, now).sentence == "Off track; 1 sign-off missing: Sales said no-go."


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
    block(clear, now, "Soon", best=1, likely=1, worst=1)
    block(clear, now, "Late", best=9, likely=9, worst=9)
    block(clear, now, "Later", due=date(2026, 11, 9), best=1, likely=1, worst=1)
    block(clear, now, "Cosmetic", severity="degrades", due=date(2026, 11, 3))
    assert [b.title for b in judge(clear, now).blocking] == ["Late", "Later", "Soon", "Cosmetic"]


def test_the_scope_counts_only_what_is_in_it(europe, now):
    Launch.objects.update(scope_all=False)
    assert judge(europe, now).checklist.needed == 0
    europe.launch.scope.add(europe.integration)
    assert judge(europe, now).checklist.needed == 1


def test_queries_do_not_grow_with_launches_or_blockers(europe, now, django_assert_num_queries):
    settle_launch(europe.launch, now)
    user = User.objects.get(pk=europe.lead.pk)
    # Six more for a new state: what the past teaches, what others computed, and one that keeps it for them.
    with django_assert_num_queries(11):
        launch_statuses(list(Launch.objects.select_related("region")), user, now)
    with django_assert_num_queries(5):
        launch_statuses(list(Launch.objects.select_related("region")), user, now)
    for number in range(20):
        region = baker.make(Region, slug=f"r{number}", timezone="UTC")
        launch = baker.make(Launch, region=region, slug=f"l{number}", target=now.date(), baseline=now.date())
        baker.make(Blocker, launch=launch, slug="x", kind="infrastructure", opened_at=now, _quantity=1)
        baker.make(SignOff, launch=launch, slug="legal")
    with django_assert_num_queries(7):
        assert len(launch_statuses(list(Launch.objects.select_related("region")), user, now)) == 21
    with django_assert_num_queries(5):
        assert len(launch_statuses(list(Launch.objects.select_related("region")), user, now)) == 21

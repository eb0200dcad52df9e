"""Checks and cells propose blockers; the set follows the current state, in any order, any number of times."""

import threading
from datetime import timedelta
from functools import partial
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import translation
from model_bakery import baker

from launches.models import Blocker, Launch
from launches.plan.load import load
from launches.status import settle_cells, settle_changes, settle_launch
from readiness.models import Change, ChangeRequest, Integration, Item, Origin, Readiness, Requirement
from readiness.models.history import change
from readiness.probes import Outcome
from readiness.state import CellState, Importance
from tests.launches.approving import approved, by_two
from tests.launches.models.replaying import replayed, stored

FAILED = Outcome("failed", "expected region eu-west-1, got us-east-1")
PASSED = Outcome("passed", "answered 200")


def run(item, outcome, now, times=1):
    """The item's probe says `outcome`, that many times in a row, as the dispatcher and a worker would."""
    for number in range(times):
        at = now + timedelta(hours=number)
        Item.objects.filter(pk=item.pk).update(next_run_at=at, lease_until=None)
        claim = next(claim for claim in Item.objects.claim_due(at) if claim.item == item.pk)
        item.record(outcome, at, claim.run)


def states():
    return sorted(Blocker.objects.values_list("slug", "source", "state"))


def ready(europe, now):
    for item in europe.items:
        run(item, PASSED, now)
    europe.cell.declare("ready", by=europe.lead, now=now)


def test_a_cell_that_is_not_ready_blocks_once_however_often_it_is_settled(europe, now):
    assert settle_cells([europe.cell.pk], now) == 1
    assert settle_cells([europe.cell.pk], now) == 0
    assert states() == [("whatsapp", "cell", "open")]
    blocker = Blocker.objects.get()
    assert blocker.title == "WhatsApp not ready in Europe"
    assert blocker.team == europe.team
    assert blocker.kind == "customer_facing"


def test_history_keeps_the_same_words_whoever_settles(europe, now):
    with translation.override("fr"):
        settle_cells([europe.cell.pk], now)
    assert Change.objects.get(verb="opened").note == "not started"
    assert Blocker.objects.get().title == "WhatsApp not ready in Europe"


def test_nothing_blocks_an_empty_region(europe, now):
    europe.cell.items.all().delete()
    assert settle_cells([], now) == 0
    assert settle_changes(now) == 0


def test_ready_resolves_and_the_history_says_why(europe, now):
    settle_cells([europe.cell.pk], now)
    ready(europe, now)
    assert settle_changes(now) == 3
    assert states() == [("whatsapp", "cell", "resolved")]
    blocker = Blocker.objects.get()
    assert blocker.closed_at == now
    said = Change.objects.about(blocker).first()
    assert (said.verb, said.before, said.after, said.origin) == (
        "resolved",
        {"state": "open", "closed_at": None},
        {"state": "resolved", "closed_at": now.isoformat()},
        "person",
    )
    assert (said.author, said.note) == (europe.lead, "Declared ready.")


def test_failing_must_items_of_a_ready_cell_block_each_instead_of_the_cell(europe, now):
    ready(europe, now)
    for item in europe.items:
        run(item, FAILED, now + timedelta(days=1), times=3)
    europe.cell.refresh_from_db()
    assert europe.cell.state == CellState.REGRESSED
    settle_changes(now)
    assert states() == [("whatsapp-health", "check", "open"), ("whatsapp-region", "check", "open")]


def test_two_failures_in_a_row_are_not_yet_three(europe, now):
    ready(europe, now)
    run(europe.items[0], FAILED, now + timedelta(days=1), times=2)
    settle_changes(now)
    assert states() == []


def test_recovery_needs_two_passes_and_resolves_what_only_the_check_opened(europe, now):
    ready(europe, now)
    run(europe.items[0], FAILED, now + timedelta(days=1), times=3)
    settle_changes(now)
    run(europe.items[0], PASSED, now + timedelta(days=2))
    settle_changes(now)
    assert states() == [("whatsapp-health", "check", "open")]
    run(europe.items[0], PASSED, now + timedelta(days=3))
    settle_changes(now)
    assert states() == [("whatsapp-health", "check", "resolved")]
    europe.cell.refresh_from_db()
    assert europe.cell.state == CellState.READY


def test_a_cause_that_comes_back_reopens_its_blocker(europe, now):
    ready(europe, now)
    for day, outcome in enumerate([FAILED, PASSED, FAILED], start=1):
        run(europe.items[0], outcome, now + timedelta(days=day), times=3)
        settle_changes(now + timedelta(days=day))
    assert states() == [("whatsapp-health", "check", "open")]
    verbs = list(Change.objects.about(Blocker.objects.get()).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["opened", "resolved", "reopened"]


def test_what_a_person_rejected_stays_rejected(europe, now):
    settle_cells([europe.cell.pk], now)
    Blocker.objects.update(state="rejected", closed_at=now)
    assert settle_cells([europe.cell.pk], now) == 0
    assert states() == [("whatsapp", "cell", "rejected")]


def test_a_waived_blocker_stays_waived_while_its_cause_lasts(europe, now):
    settle_cells([europe.cell.pk], now)
    Blocker.objects.update(state="waived")
    assert settle_cells([europe.cell.pk], now) == 0
    ready(europe, now)
    settle_changes(now)
    assert states() == [("whatsapp", "cell", "resolved")]


def test_failing_items_that_were_knowingly_overridden_do_not_block(europe, now):
    run(europe.items[0], FAILED, now, times=3)
    europe.cell.declare("ready", by=europe.lead, now=now, override_reason="Beta customers know.")
    settle_changes(now)
    assert states() == []


@pytest.mark.parametrize("importance", [Importance.NICE, Importance.NOT_NEEDED])
def test_only_must_haves_block(europe, now, importance):
    settle_cells([europe.cell.pk], now)
    by_two(partial(europe.cell.set_importance, importance), by=europe.lead, now=now)
    settle_changes(now)
    assert states() == [("whatsapp", "cell", "resolved")]


def test_only_what_is_in_scope_blocks(europe, now):
    Launch.objects.update(scope_all=False)
    europe.launch.refresh_from_db()
    settle_launch(europe.launch, now)
    assert states() == []
    europe.launch.scope.add(europe.integration)
    settle_launch(europe.launch, now)
    assert states() == [("whatsapp", "cell", "open")]


def test_a_launch_that_is_over_gets_no_blockers(europe, now):
    Launch.objects.update(launched_at=now)
    settle_launch(europe.launch, now)
    assert states() == []


def test_a_slug_that_a_person_took_gets_a_number(europe, now):
    baker.make(
        Blocker, launch=europe.launch, slug="whatsapp", title="By hand", opened_at=now, source="person"
    )
    settle_cells([europe.cell.pk], now)
    assert states() == [("whatsapp", "person", "open"), ("whatsapp-2", "cell", "open")]


def test_a_requirement_taken_off_the_checklist_resolves_its_blocker(europe, now):
    ready(europe, now)
    run(europe.items[0], FAILED, now + timedelta(days=1), times=3)
    settle_changes(now)
    europe.items[0].requirement.delete()
    settle_cells([europe.cell.pk], now)
    assert ("whatsapp-health", "check", "resolved") in states()


def test_the_number_of_queries_does_not_grow_with_the_cells(europe, now, django_assert_num_queries):
    ContentType.objects.get_for_model(Blocker)
    with django_assert_num_queries(11):
        assert settle_launch(europe.launch, now) == 1
    # As many as SQLite takes in one insert.
    for number in range(30):
        other = baker.make(Integration, slug=f"other-{number}", name=f"Other {number}", kind="infrastructure")
        baker.make(Readiness, region=europe.region, integration=other)
    with django_assert_num_queries(11):
        assert settle_launch(europe.launch, now) == 30


def blocked_by_a_check(europe, now):
    """Ready once; one of its checks has failed since, and blocks."""
    ready(europe, now)
    run(europe.items[0], FAILED, now + timedelta(days=1), times=3)
    settle_changes(now + timedelta(days=1))
    assert states() == [("whatsapp-health", "check", "open")]
    return europe.items[0]


def last_word(slug="whatsapp-health"):
    said = Change.objects.about(Blocker.objects.get(slug=slug)).order_by("pk").last()
    return said.verb, said.origin, said.author, said.note


def test_a_check_that_falls_silent_resolves_nothing(europe, now):
    """Whatever makes it say nothing certain; only a pass does."""
    later = now + timedelta(days=5)
    for state in ("stale", "error", "unknown"):
        item = blocked_by_a_check(europe, now)
        Item.objects.filter(pk=item.pk).update(state=state)
        assert settle_cells([europe.cell.pk], later) == 0, state
        assert states() == [("whatsapp-health", "check", "open")]
        run(item, PASSED, later, times=2)
        settle_changes(later)
        assert states() == [("whatsapp-health", "check", "resolved")]
        assert last_word() == ("resolved", "check", None, "Its check has passed.")
        now, later = later, later + timedelta(days=9)


def test_a_paused_check_keeps_its_blocker_and_the_cell_opens_no_second(europe, now):
    item = blocked_by_a_check(europe, now)
    item.refresh_from_db()
    item.pause(True, by=europe.lead, now=now + timedelta(days=1))
    item.refresh_from_db()
    item.go_stale(later := now + timedelta(days=9))
    assert settle_changes(later) == 1
    assert states() == [("whatsapp-health", "check", "open")]


def test_a_check_that_becomes_a_sign_off_keeps_its_blocker_until_a_person_signs(europe, now):
    item = blocked_by_a_check(europe, now)
    by_hand = {"probe": "", "parameters": {}}
    by_two(partial(item.requirement.amend, by_hand), by=europe.lead, now=now + timedelta(days=2))
    settle_changes(now + timedelta(days=2))
    assert states() == [("whatsapp-health", "check", "open")]
    item.sign_off(Outcome("passed", "Seen"), by=europe.lead, now=now + timedelta(days=3))
    settle_changes(now + timedelta(days=3))
    assert last_word() == ("resolved", "person", europe.lead, "It is signed off.")


def test_a_cell_that_blocks_goes_on_when_a_check_fails_beside_it(europe, now):
    """It fell back as one check went stale; another that fails says nothing good of that."""
    ready(europe, now)
    Item.objects.filter(pk=europe.items[1].pk).update(stale_at=now)
    europe.items[1].go_stale(now + timedelta(days=1))
    settle_changes(now + timedelta(days=1))
    assert states() == [("whatsapp", "cell", "open")]
    run(europe.items[0], FAILED, now + timedelta(days=2), times=3)
    settle_changes(now + timedelta(days=2))
    assert states() == [("whatsapp", "cell", "open"), ("whatsapp-health", "check", "open")]
    for item in europe.items:
        run(item, PASSED, now + timedelta(days=3), times=2)
    settle_changes(now + timedelta(days=3))
    assert last_word("whatsapp") == ("resolved", "rule", None, "It is ready again. Region: passed")


def _less_important(europe, item, now):
    admin = by_two(partial(europe.cell.set_importance, "nice_to_have"), by=europe.lead, now=now)
    return admin, "It is a nice-to-have now."


def _not_needed(europe, item, now):
    admin = by_two(partial(europe.cell.set_importance, "not_needed"), by=europe.lead, now=now)
    return admin, "It is not needed in the region any more."


def _only_recommended(europe, item, now):
    Requirement.objects.update(parameters={"url": "https://whatsapp.example/"})
    admin = by_two(partial(item.requirement.amend, {"level": "should"}), by=europe.lead, now=now)
    return admin, "Its requirement is only recommended now."


def _removed(europe, item, now):
    admin = by_two(item.requirement.remove, by=europe.lead, now=now)
    return admin, "Its requirement is off the list."


def _overridden(europe, item, now):
    declare = partial(europe.cell.declare, "ready", override_reason="They know.")
    admin = by_two(declare, by=europe.lead, now=now)
    return admin, "Declared ready while it was open: They know."


def test_what_a_person_took_away_resolves_under_their_name(europe, now):
    """Never as if a check had seen that it is there."""
    item = blocked_by_a_check(europe, now)
    for act in (_less_important, _not_needed, _only_recommended, _removed, _overridden):
        with transaction.atomic():
            admin, words = act(europe, item, now + timedelta(days=2))
            settle_changes(now + timedelta(days=2))
            told = f"{words} Asked for by lead."
            assert last_word() == ("resolved", "person", admin, told), act.__name__
            transaction.set_rollback(True)


def test_out_of_scope_resolves_under_the_name_of_who_said_so(europe, now):
    settle_cells([europe.cell.pk], now)
    plan = "launches:\n  europe-ga:\n    scope: []\n"
    load(plan, "plan.yaml", now, now.date(), by=europe.lead)
    admin = approved(ChangeRequest.objects.get(), now)
    words = "It is out of the scope of the launch. Asked for by lead."
    assert last_word("whatsapp") == ("resolved", "person", admin, words)


def test_its_age_counts_from_the_first_time_it_came_up(europe, now):
    settle_cells([europe.cell.pk], now)
    for day in (10, 20):
        ready(europe, now + timedelta(days=day))
        settle_changes(now + timedelta(days=day))
        europe.cell.declare("in_progress", by=europe.lead, now=(back := now + timedelta(days=day + 1)))
        settle_changes(back)
    blocker = Blocker.objects.get()
    assert (blocker.opened_at, blocker.reopened_at, blocker.reopenings) == (now, back, 2)


def test_a_stop_does_not_begin_the_work_anew_but_coming_back_does(europe, now):
    blocker = Blocker.objects.raised(
        europe.launch, title="Mail", kind="infrastructure", by=europe.lead, now=now, proposed=False
    )
    days = [now + timedelta(days=number) for number in range(6)]
    for verb, at in zip(("start", "reopen", "start", "resolve", "reopen"), days, strict=False):
        getattr(blocker, verb)(by=europe.lead, now=at)
    blocker.refresh_from_db()
    assert (blocker.started_at, blocker.reopened_at, blocker.reopenings) == (days[0], days[4], 1)
    blocker.start(by=europe.lead, now=days[5])
    blocker.refresh_from_db()
    assert (blocker.started_at, blocker.opened_at) == (days[5], now)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_settlers_at_once_open_one_blocker(europe, now):
    def settle():
        try:
            settle_cells([europe.cell.pk], now)
        finally:
            connection.close()

    threads = [threading.Thread(target=settle) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states() == [("whatsapp", "cell", "open")]
    assert Change.objects.about(Blocker.objects.get()).count() == 1


def test_what_it_is_called_is_in_the_language_of_the_site(settings, europe, now):
    """Whoever's request it came up in: one reader's French is not another's."""
    settings.LANGUAGE_CODE = "fr"
    with translation.override("en"):
        settle_cells([europe.cell.pk], now)
    assert Blocker.objects.get(source="cell").title == "WhatsApp pas prêt\u00a0: Europe"


def test_what_came_back_before_ages_were_kept_counts_from_the_first_time_too(europe, now):
    """As rows and history were then: coming back moved the day it came up."""
    settle_cells([europe.cell.pk], now)
    blocker = Blocker.objects.get()
    first, again = now.isoformat(), now + timedelta(days=9)
    back = change(
        blocker, "reopened", at=again, origin=Origin.RULE, before={"state": "resolved", "opened_at": first}
    )
    back.after = {"state": "open", "opened_at": again.isoformat()}
    back.save()
    Blocker.objects.update(opened_at=again)
    import_module("launches.migrations.0018_age_from_the_first_opening").count_from_the_first(apps, None)
    blocker.refresh_from_db()
    assert (blocker.opened_at, blocker.reopened_at, blocker.reopenings) == (now, again, 1)
    assert replayed(blocker) == stored(blocker)

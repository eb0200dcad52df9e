"""Checks and cells propose blockers; the set follows the current state, in any order, any number of times."""

import threading
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import translation
from model_bakery import baker

from launches.blocking import settle_cells, settle_changes, settle_launch
from launches.models import Blocker, Launch
from readiness.models import Change, Integration, Item, Readiness
from readiness.probes import Outcome
from readiness.state import CellState, Importance

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
    change = Change.objects.about(blocker).first()
    assert (change.verb, change.before, change.after, change.origin) == (
        "resolved",
        {"state": "open", "closed_at": None},
        {"state": "resolved", "closed_at": now.isoformat()},
        "rule",
    )


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
    europe.cell.set_importance(importance, by=europe.lead, now=now)
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

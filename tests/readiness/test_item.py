"""The item's doors: late, doubled and silent runs before the happy path."""

from datetime import UTC, date, datetime, timedelta

import pytest

from readiness.models import Change, Conflict, Item
from readiness.models.claiming import LEASE
from tests.readiness.items import FAILED, MINUTE, NOW, PASSED, facts, run

# --- Recording ----------------------------------------------------------------------------------------


def test_a_doubled_result_counts_once(item):
    (claim,) = Item.objects.claim_due(NOW)
    assert item.record(PASSED, NOW, claim.run).after == {"state": "passed"}
    assert item.record(FAILED, NOW, claim.run) is None
    item.refresh_from_db()
    assert (item.state, item.streak, item.results.count()) == ("passed", 1, 1)


def test_a_late_result_of_an_older_run_is_dropped(item):
    (old,) = Item.objects.claim_due(NOW)
    (new,) = Item.objects.claim_due(NOW + LEASE)
    assert item.record(FAILED, NOW + LEASE, old.run) is None
    assert item.record(PASSED, NOW + LEASE, new.run).after == {"state": "passed"}
    assert item.record(FAILED, NOW + LEASE, old.run) is None
    assert [result.state for result in item.results.all()] == ["passed"]


def test_a_result_nobody_claimed_is_dropped(item):
    assert item.record(PASSED, NOW, 0) is None
    assert item.record(PASSED, NOW, 1) is None
    assert (item.results.count(), facts("verb")) == (0, [])


@pytest.mark.parametrize(
    ("outcomes", "states"),
    [
        ("ffpff", "unknown unknown passed passed passed"),
        ("fff", "unknown unknown failed"),
        ("pffpfff", "passed passed passed passed passed passed failed"),
        ("fffpfpp", "unknown unknown failed failed failed failed passed"),
        ("eee", "unknown unknown error"),
        ("pfef", "passed passed passed error"),
        ("pfefef", "passed passed passed error error error"),
        ("pfeff", "passed passed passed error error"),
        ("pfefff", "passed passed passed error error failed"),
        ("fffefe", "unknown unknown failed failed failed failed"),
        ("fffeee", "unknown unknown failed failed failed error"),
    ],
)
def test_states_follow_outcomes_in_a_row(item, outcomes, states):
    assert run(item, outcomes) == states.split()


def test_every_run_leaves_a_result_and_only_news_a_change(item):
    run(item, "pppfff")
    assert [result.state for result in item.results.all()] == ["failed"] * 3 + ["passed"] * 3
    assert facts("verb", "origin", "before", "after", "note", "at") == [
        ("passed", "check", {"state": "unknown"}, {"state": "passed"}, PASSED.fact, NOW),
        ("failed", "check", {"state": "passed"}, {"state": "failed"}, FAILED.fact, NOW + 5 * MINUTE),
    ]
    assert Change.objects.unhandled().count() == 2


def test_what_waits_for_confirmation_runs_sooner(item):
    run(item, "p")
    assert timedelta(seconds=54) <= item.next_run_at - NOW <= timedelta(seconds=60)
    run(item, "f")
    assert timedelta(seconds=27) <= item.next_run_at - NOW <= timedelta(seconds=30)


def test_a_ready_cell_regresses_and_comes_back_with_its_must_item(item, cell, person):
    run(item, "p")
    cell.declare("ready", by=person, now=NOW)
    run(item, "fff")
    cell.refresh_from_db()
    assert cell.state == "regressed"
    run(item, "pp")
    cell.refresh_from_db()
    assert cell.state == "ready"


def test_a_failing_should_leaves_the_cell_ready(make_item, cell, person):
    item = make_item(level="should")
    cell.declare("ready", by=person, now=NOW)
    run(item, "fff")
    cell.refresh_from_db()
    assert (item.state, cell.state) == ("failed", "ready")


# --- Silence ------------------------------------------------------------------------------------------


def test_silence_makes_it_stale_once(item):
    run(item, "p")
    soon, late = item.stale_at - timedelta(seconds=1), item.stale_at
    assert item.stale_at == NOW + 3 * MINUTE + LEASE
    assert (item.go_stale(soon), list(Item.objects.late(soon))) == (None, [])
    assert list(Item.objects.late(late)) == [item]
    assert item.go_stale(late).after == {"state": "stale"}
    assert (item.go_stale(late), list(Item.objects.late(late))) == (None, [])
    assert facts("verb", "origin") == [("passed", "check"), ("stale", "clock")]


def test_after_silence_the_first_pass_counts_and_old_failures_do_not(item):
    run(item, "pff")
    item.go_stale(item.stale_at)
    assert run(item, "ffp", item.stale_at) == ["stale", "stale", "passed"]


def test_what_never_ran_stays_unknown(item):
    later = NOW + timedelta(days=1)
    Item.objects.claim_due(later)
    item.refresh_from_db()
    assert (item.stale_at, item.state, list(Item.objects.late(later + MINUTE))) == (None, "unknown", [])


def test_after_an_outage_a_claimed_run_may_report_first(item):
    run(item, "p")
    later = NOW + timedelta(hours=1)
    Item.objects.claim_due(later)
    assert list(Item.objects.late(later + LEASE)) == []


def test_runs_that_never_report_do_not_keep_an_old_pass_alive(item):
    run(item, "p")
    for tick in range(1, 60):
        Item.objects.claim_due(NOW + tick * LEASE / 6)
    assert list(Item.objects.late(NOW + 59 * LEASE / 6)) == [item]


def test_a_paused_check_goes_stale_and_resumes(item, person):
    run(item, "p")
    item.pause(True, by=person, now=NOW)
    later = NOW + timedelta(hours=1)
    assert Item.objects.claim_due(later) == []
    assert list(Item.objects.late(later)) == [item]
    item.pause(False, by=person, now=later)
    assert len(Item.objects.claim_due(later)) == 1


# --- People -------------------------------------------------------------------------------------------


def test_a_sign_off_lasts_to_the_end_of_its_last_day_in_the_region(make_item, person):
    item = make_item(probe="", next_run_at=None)
    item.sign_off(PASSED, by=person, now=NOW, expires_on=date(2026, 11, 10))
    item.refresh_from_db()
    assert (item.state, item.stale_at) == ("passed", datetime(2026, 11, 10, 13, tzinfo=UTC))
    assert item.go_stale(item.stale_at).verb == "stale"


def test_two_people_sign_off_one_item(make_item, person):
    item = make_item(probe="", next_run_at=None)
    item.sign_off(PASSED, by=person, now=NOW, version=1)
    with pytest.raises(Conflict):
        item.sign_off(FAILED, by=person, now=NOW, version=1)
    item.refresh_from_db()
    assert (item.state, item.signed_by) == ("passed", person)


def test_who_withdraws_a_sign_off_is_who_made_the_cell_regress(make_item, cell, person):
    item = make_item(probe="", next_run_at=None)
    item.sign_off(PASSED, by=person, now=NOW)
    cell.declare("ready", by=person, now=NOW)
    item.withdraw(by=person, now=NOW)
    assert facts("verb", "author", "origin")[2:] == [
        ("withdrawn", person.pk, "person"),
        ("regressed", person.pk, "person"),
    ]
    item.refresh_from_db()
    assert (item.state, item.last_at, item.signed_by, item.fact) == ("unknown", None, None, "")


def test_people_and_probes_keep_to_their_own_items(make_item, person):
    with pytest.raises(ValueError, match="A probe decides"):
        make_item().sign_off(PASSED, by=person, now=NOW)
    with pytest.raises(ValueError, match="A person decides"):
        make_item(probe="", next_run_at=None).pause(True, by=person, now=NOW)
    assert facts("verb") == []

"""The item's doors: late, doubled and silent runs before the happy path."""

import itertools
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from model_bakery import baker

from readiness.models import Change, Claim, Conflict, Integration, Item, Readiness, Region, Requirement, User
from readiness.models.item import LEASE
from readiness.probes import Outcome

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PASSED, FAILED = Outcome("passed", "answered 200"), Outcome("failed", "answered 503, expected 200")
ERROR = Outcome("error", "DNS has no address")
OUTCOMES = {"p": PASSED, "f": FAILED, "e": ERROR}


@pytest.fixture
def cell(db):
    region = baker.make(Region, name="Australia", slug="australia", timezone="Australia/Sydney")
    return baker.make(Readiness, region=region, integration=baker.make(Integration, name="WhatsApp"))


@pytest.fixture
def make_item(cell):
    def make(probe="http", level="must", **facts):
        requirement = baker.make(
            Requirement, integration=cell.integration, probe=probe, level=level, title="Answers", interval=60
        )
        return baker.make(Item, cell=cell, requirement=requirement, **{"next_run_at": NOW, **facts})

    return make


@pytest.fixture
def item(make_item):
    return make_item()


@pytest.fixture
def person(db):
    return baker.make(User, username="ada")


def run(item, outcomes, start=NOW):
    """Claim and record, one outcome a minute; `pfe` are passed, failed, error. Returns the states."""
    states = []
    for minute, letter in enumerate(outcomes):
        at = start + minute * MINUTE
        Item.objects.filter(pk=item.pk).update(next_run_at=at)
        (claim,) = Item.objects.filter(pk=item.pk).claim_due(at)
        item.record(OUTCOMES[letter], at, claim.run)
        item.refresh_from_db()
        states.append(item.state)
    return states


def facts(*names):
    return list(Change.objects.order_by("pk").values_list(*names))


# --- Claiming -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hindrance",
    [
        {"next_run_at": None},
        {"next_run_at": NOW + timedelta(seconds=1)},
        {"paused": True},
        {"lease_until": NOW + timedelta(seconds=1)},
        {"probe": ""},
    ],
)
def test_what_is_not_due_is_not_claimed(make_item, hindrance):
    make_item(**hindrance)
    assert Item.objects.claim_due(NOW) == []


def test_what_nobody_needs_is_not_run_and_not_missed(item, cell):
    run(item, "p")
    Readiness.objects.filter(pk=cell.pk).update(importance="not_needed")
    later = NOW + timedelta(days=1)
    assert (Item.objects.claim_due(later), list(Item.objects.late(later))) == ([], [])


def test_a_claim_is_given_once_and_again_when_its_lease_is_over(item):
    assert Item.objects.claim_due(NOW) == [Claim(item.pk, 1)]
    assert Item.objects.claim_due(NOW + LEASE - timedelta(seconds=1)) == []
    assert Item.objects.claim_due(NOW + LEASE) == [Claim(item.pk, 2)]


def test_the_longest_due_come_first_and_no_more_than_asked_for(make_item):
    late = [make_item(next_run_at=NOW - minutes * MINUTE).pk for minutes in (1, 3, 2)]
    assert [claim.item for claim in Item.objects.claim_due(NOW, limit=2)] == [late[1], late[2]]
    assert [claim.item for claim in Item.objects.claim_due(NOW, limit=2)] == [late[0]]


def test_only_a_claim_that_still_holds_gives_the_right_to_run(item, make_item):
    other = make_item()
    (first, second) = Item.objects.claim_due(NOW)
    again = Item.objects.filter(pk=item.pk).claim_due(NOW + LEASE)
    other.record(PASSED, NOW, second.run)
    assert list(Item.objects.claimed([first, second])) == []
    assert list(Item.objects.claimed([Claim(*pair) for pair in map(list, again)])) == [item]
    assert list(Item.objects.claimed([])) == []


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


# --- Two at once --------------------------------------------------------------------------------------


def at_once(*jobs):
    """Run `jobs` in threads of their own; their results in order."""
    start, results = threading.Barrier(len(jobs)), {}

    def work(number, job):
        start.wait()
        try:
            results[number] = job()
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(jobs))]


def drain():
    return list(itertools.chain.from_iterable(iter(lambda: Item.objects.claim_due(NOW, 7), [])))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_share_out_the_work(make_item):
    items = {make_item().pk for _ in range(100)}
    claims = [claim for share in at_once(drain, drain, drain) for claim in share]
    assert len(claims) == 100
    assert {claim.item for claim in claims} == items
    assert {claim.run for claim in claims} == {1}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_claiming_locks_the_items_and_not_their_cells(make_item, django_assert_num_queries):
    make_item()
    with django_assert_num_queries(4) as queries:
        Item.objects.claim_due(NOW)
    assert queries.captured_queries[1]["sql"].endswith('LIMIT 500 FOR UPDATE OF "readiness_item" SKIP LOCKED')


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_run_reported_twice_at_once_counts_once(item):
    (claim,) = Item.objects.claim_due(NOW)
    said = at_once(*[lambda: item.record(PASSED, NOW, claim.run)] * 4)
    assert sum(change is not None for change in said) == 1
    assert item.results.count() == 1

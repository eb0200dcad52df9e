"""Claims: given once, run out, shared between dispatchers; what is not due first."""

import itertools
import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from readiness.models import Claim, Integration, Item, Readiness
from readiness.models.claiming import LEASE
from readiness.site.liveness import vital_signs
from readiness.state import Importance
from tests.readiness.items import MINUTE, NOW, PASSED, run

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


# --- A clock that is set ------------------------------------------------------------------------------


def test_what_was_planned_by_a_clock_an_hour_ahead_is_due_at_once(item, make_item):
    ahead = NOW + timedelta(hours=1)
    make_item(next_run_at=ahead + item.requirement.every)
    held = make_item(next_run_at=ahead, lease_until=ahead + LEASE)
    assert Item.objects.plan_anew(NOW) == 2
    assert [claim.run for claim in Item.objects.claim_due(NOW)] == [1, 1]
    assert Item.objects.plan_anew(NOW) == 0
    held.refresh_from_db()
    assert (held.next_run_at, held.lease_until) == (NOW, NOW + LEASE)
    assert (held.pk, 1) in Item.objects.claim_due(NOW + LEASE)


def test_what_any_clock_would_have_planned_stays_as_it_is(make_item):
    soon = NOW + timedelta(seconds=60)
    make_item(next_run_at=soon, lease_until=NOW + LEASE)
    make_item(next_run_at=soon + LEASE)
    make_item(next_run_at=None, paused=True)
    make_item(next_run_at=None, probe="")
    make_item(next_run_at=NOW + timedelta(days=1), probe="")
    assert Item.objects.plan_anew(NOW) == 0


def test_what_does_not_run_is_not_planned_and_what_runs_again_is_due(item, make_item, cell):
    """Nor looked through by each dispatcher, nor late from its first second on when it runs again."""
    paused = make_item(paused=True)

    def planned():
        return [each.next_run_at for each in Item.objects.filter(pk__in=[item.pk, paused.pk]).order_by("pk")]

    assert (Item.objects.plan_anew(NOW + MINUTE), planned()) == (1, [NOW, None])
    cell.importance = Importance.NOT_NEEDED
    cell.save()
    assert (Item.objects.plan_anew(NOW + MINUTE), planned()) == (1, [None, None])
    cell.importance = Importance.NICE
    cell.save()
    assert (Item.objects.plan_anew(NOW + 2 * MINUTE), planned()) == (1, [NOW + 2 * MINUTE, None])
    assert vital_signs(NOW + 3 * MINUTE).overdue == 1
    assert Item.objects.plan_anew(NOW + 3 * MINUTE) == 0


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


@pytest.mark.postgresql
def test_what_is_due_is_found_by_its_index(item):
    things = Integration.objects.bulk_create(
        Integration(slug=f"thing-{number}", team=item.cell.integration.team) for number in range(3000)
    )
    cells = Readiness.objects.bulk_create(
        Readiness(region=item.cell.region, integration=thing) for thing in things
    )
    later = NOW + timedelta(hours=1)
    Item.objects.bulk_create(
        Item(cell=cell, requirement=item.requirement, next_run_at=later) for cell in cells
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as queries:
            assert Item.objects.claim_due(NOW, 100) == [Claim(item.pk, 1)]
        (claim,) = (query["sql"] for query in queries if "SKIP LOCKED" in query["sql"])
        cursor.execute(f"EXPLAIN {claim}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert re.findall(r"\w+ Scan(?: using \w+)? on readiness_item\b", plan) == [
        "Index Scan using item_due on readiness_item"
    ]

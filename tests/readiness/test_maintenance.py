"""Windows: what is over or elsewhere first."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from model_bakery import baker

from readiness.models import Finding, Item, Maintenance, Readiness
from tests.readiness.items import FAILED, MINUTE, NOW, facts, run

HOUR = timedelta(hours=1)


@pytest.fixture
def plan(person):
    def plan(subject, starts_at=NOW, ends_at=NOW + HOUR):
        return Maintenance.plan(subject, starts_at, ends_at, "moving", by=person, now=NOW)

    return plan


def excused(item, at):
    return Maintenance.objects.excuses(assigned(item), at) == {item.pk}


def assigned(*items):
    Item.objects.update(lease_until=None, next_run_at=NOW)
    claims = [claim for claim in Item.objects.claim_due(NOW) if claim.item in {item.pk for item in items}]
    return Item.objects.assignments(claims)


def quiet_until(item, at):
    return Item.objects.with_maintenance(at).get(pk=item.pk).quiet_until


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (timedelta(), timedelta()),
        (HOUR, HOUR / 2),
        (-2 * HOUR, -HOUR),
        (-HOUR, timedelta()),
        (timedelta(), timedelta(days=30, seconds=1)),
        (timedelta(days=2), timedelta(days=33)),
    ],
)
def test_a_window_that_makes_no_sense(item, plan, starts, ends):
    with pytest.raises(ValueError, match="Maintenance ends after it begins, and within 30 days"):
        plan(item, NOW + starts, NOW + ends)
    assert (Maintenance.objects.count(), facts("verb")) == (0, [])


@pytest.mark.parametrize("over", ["item", "integration", "region"])
def test_it_covers_what_it_is_over_while_it_is_open(item, cell, plan, over, django_assert_num_queries):
    neighbour = baker.make(Item, cell=baker.make(Readiness), requirement=item.requirement)
    plan(
        {"item": item, "integration": cell.integration, "region": cell.region}[over],
        NOW + HOUR,
        NOW + 2 * HOUR,
    )
    moments = [NOW, NOW + HOUR, NOW + 2 * HOUR - MINUTE, NOW + 2 * HOUR]
    assert [excused(item, at) for at in moments] == [False, True, True, False]
    assert [quiet_until(item, at) for at in moments] == [None, NOW + 2 * HOUR, NOW + 2 * HOUR, None]
    assert (excused(neighbour, NOW + HOUR), quiet_until(neighbour, NOW + HOUR)) == (False, None)
    assert list(Maintenance.objects.over(item)) == list(Maintenance.objects.all())
    both = assigned(item, neighbour)
    with django_assert_num_queries(1):
        assert Maintenance.objects.excuses(both, NOW + HOUR) == {item.pk}


def test_of_two_windows_the_later_end_counts(item, cell, plan):
    plan(item, ends_at=NOW + 3 * HOUR)
    plan(cell.region)
    assert quiet_until(item, NOW) == NOW + 3 * HOUR


def test_runs_are_kept_and_change_nothing(item, plan):
    run(item, "p")
    for minute in range(1, 6):
        at = NOW + minute * MINUTE
        Item.objects.filter(pk=item.pk).update(next_run_at=at)
        (claim,) = Item.objects.claim_due(at)
        assert Item.objects.record([Finding(*claim, FAILED, excused=True)], at) == []
    item.refresh_from_db()
    assert (item.state, item.outcome, item.latest, item.fact) == ("passed", "failed", "failed", FAILED.fact)
    assert item.results.filter(state="failed", excused=True).count() == 5
    assert item.results.filter(excused=False).count() == 1
    assert item.next_run_at - item.last_at > timedelta(seconds=53)
    assert facts("verb") == [("passed",)]
    assert run(item, "fff", NOW + HOUR) == ["passed", "passed", "failed"]


def test_silence_goes_stale_also_in_maintenance(item, plan):
    run(item, "p")
    plan(item, ends_at=NOW + 24 * HOUR)
    assert item.go_stale(item.stale_at).verb == "stale"


def test_planning_and_ending_it_are_told(item, cell, plan, person):
    snooze, later = plan(item), plan(cell.region, NOW + HOUR, NOW + 2 * HOUR)
    assert snooze.end(by=person, now=NOW + MINUTE).after == {"until": NOW + MINUTE}
    assert later.end(by=person, now=NOW + MINUTE).after == {"until": NOW + HOUR}
    assert [row.end(by=person, now=NOW + 2 * MINUTE) for row in (snooze, later)] == [None, None]
    assert [excused(item, at) for at in (NOW + MINUTE, NOW + HOUR)] == [False, False]
    assert facts("verb", "object_id", "cell", "region", "author", "note") == [
        ("in maintenance", item.pk, cell.pk, cell.region_id, person.pk, "moving"),
        ("maintenance planned", cell.region_id, None, cell.region_id, person.pk, "moving"),
        ("maintenance ended", item.pk, cell.pk, cell.region_id, person.pk, "moving"),
        ("maintenance called off", cell.region_id, None, cell.region_id, person.pk, "moving"),
    ]
    assert list(Maintenance.objects.ahead(NOW + MINUTE)) == []


@pytest.mark.parametrize("subjects", [{}, {"item": True, "region": True}])
def test_the_database_knows_only_windows_over_one_thing(item, cell, person, subjects):
    rows = {"item": item, "region": cell.region}
    over = {name: rows[name] for name in subjects}
    with pytest.raises(IntegrityError), transaction.atomic():
        Maintenance.objects.create(starts_at=NOW, ends_at=NOW + HOUR, by=person, **over)

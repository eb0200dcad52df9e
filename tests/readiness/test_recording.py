"""Many results at once: what is late, doubled or cannot be written first; then what it costs."""

from datetime import timedelta

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from model_bakery import baker

from readiness.models import Change, Finding, Integration, Item, Readiness, Requirement, Result
from readiness.models.claiming import LEASE
from readiness.probes import Outcome
from tests.readiness.items import FAILED, MINUTE, NOW, PASSED, facts, run
from tests.readiness.test_claiming import at_once

STATEMENTS = 20


@pytest.fixture
def make_items(cell):
    """Items of a requirement each, ten to a cell of the same region."""

    def make(count):
        for _ in range(count // 10):
            integration = baker.make(Integration, slug=baker.random_gen.gen_string(20))
            baker.make(Readiness, region=cell.region, integration=integration)
            for requirement in baker.make(
                Requirement, 10, integration=integration, probe="http", interval=60, level="must"
            ):
                requirement.open_everywhere(NOW)
        return list(Item.objects.order_by("pk"))

    return make


def found(claims, *outcomes):
    return [
        Finding(claim.item, claim.run, outcomes[number % len(outcomes)])
        for number, claim in enumerate(claims)
    ]


def states():
    return list(Item.objects.order_by("pk").values_list("state", flat=True))


def test_nothing_found():
    assert Item.objects.record([], NOW) == []


def test_late_doubled_and_unclaimed_results_of_a_batch_are_dropped(make_item):
    late, doubled, gone, unclaimed = (make_item() for _ in range(4))
    old, first, lost = Item.objects.exclude(pk=unclaimed.pk).order_by("pk").claim_due(NOW)
    Item.objects.filter(pk=late.pk).claim_due(NOW + LEASE)
    gone.delete()
    batch = [
        *found([old, first], FAILED, PASSED),
        *found([first, lost], FAILED),
        Finding(unclaimed.pk, 0, PASSED),
    ]
    assert [change.object_id for change in Item.objects.record(batch, NOW)] == [doubled.pk]
    assert Item.objects.record(batch, NOW) == []
    assert states() == ["unknown", "passed", "unknown"]
    assert list(Result.objects.values_list("item", "state")) == [(doubled.pk, "passed")]


def test_a_batch_says_what_its_runs_one_by_one_would_have_said(make_item):
    alone, together = make_item(), make_item()
    letters = {"p": PASSED, "f": FAILED, "e": Outcome("error", "DNS has no address")}
    run(alone, "pfefpfffpp")
    for minute, letter in enumerate("pfefpfffpp"):
        at = NOW + minute * MINUTE
        Item.objects.filter(pk=together.pk).update(next_run_at=at)
        Item.objects.record(found(Item.objects.filter(pk=together.pk).claim_due(at), letters[letter]), at)
    assert told(alone) == told(together) != []


def told(item):
    rows = Change.objects.filter(object_id=item.pk).order_by("pk")
    return list(rows.values_list("verb", "before", "after", "note", "at"))


def test_cells_follow_their_items_once(cell, make_item, person):
    items = [make_item() for _ in range(3)]
    Item.objects.record(found(Item.objects.claim_due(NOW), PASSED), NOW)
    cell.declare("ready", by=person, now=NOW)
    for minute in (1, 2, 3):
        Item.objects.update(next_run_at=NOW)
        claims = sorted(Item.objects.claim_due(NOW + minute * MINUTE))
        Item.objects.record(found(claims, FAILED, FAILED, PASSED), NOW + minute * MINUTE)
    cell.refresh_from_db()
    assert (cell.state, cell.version) == ("regressed", 3)
    assert states() == ["failed", "failed", "passed"]
    assert facts("verb", "object_id", "note")[-3:] == [
        ("failed", items[0].pk, FAILED.fact),
        ("failed", items[1].pk, FAILED.fact),
        ("regressed", cell.pk, "Answers: failed; Answers: failed"),
    ]


def test_a_hundred_results_cost_twenty_statements_whatever_they_change(make_items, person):
    make_items(100)
    Item.objects.record(found(Item.objects.claim_due(NOW), PASSED), NOW)
    for cell in Readiness.objects.filter(items__isnull=False).distinct():
        cell.declare("ready", by=person, now=NOW)
    Requirement.objects.update(failures=1)
    later = NOW + timedelta(hours=1)
    batch = found(sorted(Item.objects.claim_due(later)), FAILED, PASSED)
    with CaptureQueriesContext(connection) as queries:
        changes = Item.objects.record(batch, later)
    assert len(queries) <= STATEMENTS
    assert (len(changes), Result.objects.count()) == (50, 200)
    assert set(Readiness.objects.filter(items__isnull=False).values_list("state", flat=True)) == {"regressed"}
    assert sum(verb == "regressed" for (verb,) in facts("verb")) == 10


@pytest.mark.postgresql
def test_what_the_database_refuses_does_not_take_the_others_along(make_item):
    for _ in range(3):
        make_item()
    claims = sorted(Item.objects.claim_due(NOW))
    changes = Item.objects.record(found(claims, PASSED, Outcome("passed", "NUL \0"), PASSED), NOW)
    assert ([change.verb for change in changes], states()) == (
        ["passed"] * 2,
        ["passed", "unknown", "passed"],
    )
    with pytest.raises(DataError, match="NUL"):
        Item.objects.record(found(claims[1:2], Outcome("passed", "NUL \0")), NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_batches_that_cross_neither_wait_for_ever_nor_count_twice(make_items, person):
    make_items(40)
    claims = sorted(Item.objects.claim_due(NOW))
    for cell in Readiness.objects.filter(items__isnull=False).distinct():
        cell.declare("ready", by=person, now=NOW, override_reason="to see it follow")
    batches = [found(claims, PASSED), found(claims[::-1], PASSED), found(claims[::2] + claims[1::2], PASSED)]
    said = at_once(*[lambda batch=batch: Item.objects.record(batch, NOW) for batch in batches])
    assert sum(map(len, said)) == 40
    assert (Result.objects.count(), states()) == (40, ["passed"] * 40)

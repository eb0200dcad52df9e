"""When checks run: after an outage, behind too many others, and after a silence."""

import asyncio
import itertools
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from model_bakery import baker

from readiness import probes, tasks
from readiness.models import Beat, Item, Requirement, Result
from readiness.models.claiming import LEASE
from readiness.probes import Outcome, batch
from readiness.tasks import dispatch_due, expire, run_probes
from tests.readiness.items import MINUTE, NOW, PASSED, run

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def at_once(monkeypatch):
    """A kind of check that passes without looking."""

    async def probe(parameters, facts, context):
        return PASSED

    monkeypatch.setattr(probes, "find", lambda name: SimpleNamespace(run=probe, host=lambda *_: ""))


@pytest.fixture
def handed_out(monkeypatch):
    """Nobody works: what is handed out stays with the broker."""
    sent = []
    monkeypatch.setattr(run_probes, "delay", sent.append)
    return sent


def many(cell, count, **facts):
    requirements = baker.make(
        Requirement, count, integration=cell.integration, probe="http", level="should", interval=60
    )
    rows = [Item(cell=cell, requirement=requirement, **facts) for requirement in requirements]
    return Item.objects.bulk_create(rows)


def test_after_an_hours_stop_each_runs_once_and_then_at_its_interval(cell, at_once):
    stopped = NOW - HOUR
    for number, item in enumerate(many(cell, 200, state="passed", stale_at=stopped + 3 * MINUTE)):
        Item.objects.filter(pk=item.pk).update(next_run_at=stopped + number * MINUTE / 200)
    with time_machine.travel(NOW, tick=False) as clock:
        assert (dispatch_due(), expire(), dispatch_due()) == (200, 0, 0)
        assert Result.objects.count() == 200
        assert set(Item.objects.values_list("state", flat=True)) == {"passed"}
        pauses = {due - NOW for due in Item.objects.values_list("next_run_at", flat=True)}
        assert timedelta(seconds=54) <= min(pauses) < max(pauses) <= MINUTE
        assert len(pauses) > 190
        clock.shift(timedelta(seconds=57))
        some = dispatch_due()
        assert 60 < some < 140
        clock.shift(timedelta(seconds=3))
        assert some + dispatch_due() == 200
    runs = Item.objects.values_list("results__at", flat=True)
    assert (len(runs), Item.objects.exclude(run_number=2).count()) == (400, 0)


def test_no_more_is_handed_out_than_workers_can_do_in_time(cell, settings, handed_out):
    settings.DISPATCH_AHEAD = 150
    items = many(cell, 200)
    for number, item in enumerate(items):
        Item.objects.filter(pk=item.pk).update(next_run_at=NOW - number * MINUTE)
    longest_due_first = [item.pk for item in reversed(items)]
    with time_machine.travel(NOW, tick=False) as clock:
        assert (dispatch_due(), dispatch_due()) == (150, 0)
        assert [claim.item for claim in itertools.chain(*handed_out)] == longest_due_first[:150]
        Item.objects.record([tasks.Finding(*claim, PASSED) for claim in handed_out[0]], NOW)
        assert dispatch_due() == min(tasks.BATCH, 50)
        clock.shift(LEASE)
        assert dispatch_due() == 150


def test_who_found_the_host_too_busy_is_due_again_and_not_late_by_its_own_fault(
    make_item, settings, monkeypatch
):
    """Also not fresher than before: what never gets its turn goes stale."""
    settings.PROBE_PER_HOST = 1
    monkeypatch.setattr(batch, "PATIENCE", 0)

    async def probe(parameters, facts, context):
        for _ in range(5):
            await asyncio.sleep(0)
        return PASSED

    monkeypatch.setattr(probes, "find", lambda name: SimpleNamespace(run=probe, host=lambda *_: "host"))
    first, second = (make_item(state="passed", stale_at=NOW + 3 * MINUTE) for _ in range(2))
    with time_machine.travel(NOW, tick=False):
        assert run_probes(Item.objects.claim_due(NOW)) == 0
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.last_at, first.lease_until) == (NOW, None)
    assert (second.last_at, second.outcome, second.next_run_at, second.lease_until) == (None, "", NOW, NOW)
    assert [claim.item for claim in Item.objects.claim_due(NOW)] == [second.pk]
    second.refresh_from_db()
    assert second.stale_at == NOW + 3 * MINUTE


@pytest.mark.parametrize("interval", [10, 300, 7 * 24 * 3600])
def test_three_missed_runs_make_it_stale_also_while_it_is_paused(make_item, person, interval):
    item = make_item()
    Requirement.objects.update(interval=interval)
    run(item, "p")
    item.pause(True, by=person, now=NOW)
    third = NOW + 3 * timedelta(seconds=interval) + LEASE
    with time_machine.travel(third - timedelta(seconds=1), tick=False) as clock:
        assert expire() == 0
        clock.shift(1)
        assert (expire(), expire()) == (1, 0)
    item.refresh_from_db()
    assert (item.state, item.since) == ("stale", third)


def test_a_dispatcher_leaves_a_sign_of_life_and_a_worker_only_with_a_result(make_item, at_once):
    item = make_item()
    with time_machine.travel(NOW, tick=False):
        (claim,) = Item.objects.claim_due(NOW)
        Item.objects.claim_due(NOW + LEASE)
        run_probes([claim])
        assert list(Beat.objects.all()) == []
        Item.objects.filter(pk=item.pk).update(lease_until=None)
        dispatch_due()
    assert set(Beat.objects.values_list("name", "at", "since")) == {
        ("dispatch", NOW, NOW),
        ("completed", NOW, NOW),
    }


def test_a_beat_begins_anew_after_an_outage_and_where_the_clock_is_set_back():
    began = []
    for minutes in (0, 1, 3, 6, 7, 2, 3):
        Beat.objects.told("dispatch", NOW + minutes * MINUTE)
        began += [(at - NOW, since - NOW) for at, since in Beat.objects.values_list("at", "since")]
    assert began == [
        (at * MINUTE, since * MINUTE)
        for at, since in [(0, 0), (1, 0), (3, 0), (6, 6), (7, 6), (2, 2), (3, 2)]
    ]


def test_a_late_a_doubled_and_a_disordered_result_change_nothing(item):
    failed = Outcome("failed", "late")
    (old,) = Item.objects.claim_due(NOW)
    (new,) = Item.objects.claim_due(NOW + LEASE)
    for at, claim, outcome in [
        (NOW + 2 * LEASE, new, PASSED),
        (NOW + LEASE, old, failed),  # out of order: an older run, told later
        (NOW + 3 * LEASE, new, failed),  # the same run again, saying otherwise
        (NOW + 3 * LEASE, new, PASSED),
    ]:
        item.record(outcome, at, claim.run)
    item.refresh_from_db()
    assert (item.state, item.last_at, item.streak, item.recent) == ("passed", NOW + 2 * LEASE, 1, "p")
    assert list(item.results.values_list("state", "at")) == [("passed", NOW + 2 * LEASE)]

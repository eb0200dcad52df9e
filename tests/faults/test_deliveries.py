"""Results that come again and again, late, early, and by two workers at once."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import connection

from launches.models import Blocker
from readiness.models import Change, Finding, Item, Result
from readiness.signals import cells_changed
from tests.faults.world import company
from tests.readiness.items import FAILED, NOW

pytestmark = pytest.mark.postgresql

RUNS, DELIVERIES, AT_A_TIME = 20, 10_000, 25


def test_a_result_delivered_ten_thousand_times_and_in_no_order_counts_once(transactional_db):
    company(checks=1)
    item = Item.objects.get()
    chance = random.Random(7)
    for run in range(1, RUNS + 1):
        at = NOW + run * timedelta(hours=1)
        Item.objects.filter(pk=item.pk).update(next_run_at=at)
        assert (item.pk, run) in Item.objects.claim_due(at)
        # Of this run and of any other, also of some that are only claimed later.
        runs = [run, *(chance.randint(1, RUNS + 5) for _ in range(DELIVERIES // RUNS - 1))]
        chance.shuffle(runs)
        deliver([Finding(item.pk, number, FAILED) for number in runs], at)
    assert list(item.results.order_by("at").values_list("at", flat=True)) == [
        NOW + run * timedelta(hours=1) for run in range(1, RUNS + 1)
    ]
    assert Result.objects.count() == RUNS
    assert [change.after for change in Change.objects.about(item)] == [{"state": "failed"}]
    (blocker,) = Blocker.objects.filter(item=item)
    assert [change.verb for change in Change.objects.about(blocker)] == ["opened"]


def deliver(findings, at):
    """By two workers, each of which tells of what changed."""

    def work(own):
        try:
            for start in range(0, len(own), AT_A_TIME):
                changes = Item.objects.record(own[start : start + AT_A_TIME], at)
                if changes:
                    cells_changed.send(sender=None, cells=[change.cell_id for change in changes], now=at)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(findings[half::2],)) for half in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

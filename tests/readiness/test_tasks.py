"""The background's three tasks, with what spoils them first."""

import json
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone
from model_bakery import baker

from readiness import probes
from readiness.models import Change, Claim, Item, Readiness, Region, Requirement
from readiness.models.claiming import LEASE
from readiness.probes import Outcome
from readiness.signals import cells_changed
from readiness.tasks import dispatch_due, expire, run_probes
from tests.readiness.probes.peers import answering, http, peer

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell(settings):
    settings.PROBE_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    return baker.make(Readiness, region=baker.make(Region, provider_code="eu-west-1"))


@pytest.fixture
def server():
    with peer(answering(http(x_region="eu-west-1"))) as server:
        yield server


@pytest.fixture
def make_item(cell):
    def make(url, **facts):
        parameters = {"url": url, "headers": {"x-region": "{region.provider_code}"}, "timeout": 20}
        requirement = baker.make(
            Requirement, integration=cell.integration, level="must", probe="http", parameters=parameters
        )
        due = {"next_run_at": timezone.now() - timedelta(seconds=1), **facts}
        return baker.make(Item, cell=cell, requirement=requirement, **due)

    return make


@contextmanager
def listening():
    heard = []

    def hear(*, cells, now, **_):
        heard.append(cells)

    cells_changed.connect(hear)
    try:
        yield heard
    finally:
        cells_changed.disconnect(hear)


def states():
    return list(Item.objects.order_by("pk").values_list("state", flat=True))


def test_nothing_due():
    with listening() as heard:
        assert (dispatch_due(), run_probes([]), expire(), heard) == (0, 0, 0, [])


def test_a_claim_that_no_longer_holds_is_not_run(make_item, server):
    item = make_item(server.url)
    (old,) = Item.objects.claim_due(timezone.now())
    (new,) = Item.objects.claim_due(timezone.now() + LEASE)
    assert run_probes([old]) == 0
    assert server.accepted == 0
    # As a broker delivers it: through JSON, and twice.
    message = json.loads(json.dumps([new]))
    assert [run_probes(message), run_probes(message)] == [1, 0]
    assert (server.accepted, item.results.count()) == (1, 1)


def test_everything_due_runs_in_batches_and_is_told_once_per_batch(make_item, server, cell):
    for _ in range(203):
        make_item(server.url)
    with listening() as heard:
        assert dispatch_due() == 203
    assert states() == ["passed"] * 203
    assert heard == [[cell.pk], [cell.pk]]
    assert dispatch_due() == 0


def test_only_news_is_told(make_item, server):
    item = make_item(server.url)
    dispatch_due()
    Item.objects.update(next_run_at=timezone.now())
    with listening() as heard:
        assert dispatch_due() == 1
    assert (heard, item.results.count(), Change.objects.count()) == ([], 2, 1)


def test_a_row_that_cannot_be_written_does_not_stop_the_others(make_item, server):
    make_item(server.url)
    broken = make_item(server.url)
    make_item(server.url)
    claims = Item.objects.claim_due(timezone.now())

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT INTO readiness_result") and broken.pk in params:
            raise OSError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        assert run_probes(claims) == 2
    assert states() == ["passed", "unknown", "passed"]
    assert run_probes([Claim(broken.pk, 1)]) == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_probes_run(make_item, monkeypatch):
    seen = []

    async def probe(parameters, facts, context):
        seen.append(connection.in_atomic_block)
        return Outcome("passed", "seen")

    make_item("https://unused.example/")
    monkeypatch.setattr(probes, "find", lambda name: SimpleNamespace(run=probe, host=lambda *_: ""))
    assert dispatch_due() == 1
    assert (seen, states()) == ([False], ["passed"])


def test_a_batch_costs_as_much_as_one(make_item, server, django_assert_num_queries):
    for _ in range(20):
        make_item(server.url)
    dispatch_due()
    Item.objects.update(next_run_at=timezone.now())
    claims = Item.objects.claim_due(timezone.now())
    # What was claimed, the maintenance, and the sign of life; and where nothing is news: savepoint,
    # lock, results, update, release.
    with django_assert_num_queries(3 + 5):
        run_probes(claims)


def test_silence_is_told(make_item, server, cell):
    make_item(server.url, state="passed", stale_at=timezone.now() - LEASE, paused=True)
    with listening() as heard:
        assert (expire(), expire()) == (1, 0)
    assert (states(), heard) == (["stale"], [[cell.pk]])


def test_after_an_outage_what_can_run_again_is_run_and_not_called_stale(make_item, server):
    make_item(server.url, state="passed", stale_at=timezone.now() - timedelta(hours=1))
    assert expire() == 0
    assert (states(), server.accepted, Change.objects.count()) == (["passed"], 1, 0)

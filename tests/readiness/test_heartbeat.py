"""Pings: what jobs tell, and the check that hears it."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from readiness.checks.runs import runs_of
from readiness.models import Heartbeat, Item
from readiness.models.heartbeat import MAX_BODY, Signal
from tests.readiness.items import NOW

PERIOD = {"period": 3600}


@pytest.fixture
def heartbeat(make_item):
    item = make_item(probe="heartbeat")
    Item.objects.filter(pk=item.pk).update(next_run_at=NOW + timedelta(hours=1))
    return Heartbeat.objects.for_items([item.pk], NOW)[item.pk]


@pytest.fixture
def call():
    """An answer to somebody without an account, or any token against forgery."""
    client = Client(enforce_csrf_checks=True)

    def call(heartbeat, end="", method="get", **body):
        response = getattr(client, method)(f"/ping/{heartbeat.ping}{end}", **body)
        heartbeat.refresh_from_db()
        return response.status_code

    return call


def tell(heartbeat, signal, seconds=0, **said):
    news = Heartbeat.objects.told(heartbeat.ping, signal, now=NOW + timedelta(seconds=seconds), **said)
    heartbeat.refresh_from_db()
    return news


@pytest.mark.django_db
def test_an_address_nobody_has():
    assert Client().get(f"/ping/{uuid.uuid4()}/").status_code == 404
    assert Client().get("/ping/" + "-" * 36 + "/").status_code == 404


@pytest.mark.parametrize("end", ["/256", "/-1", "/later"])
def test_what_cannot_be_told(heartbeat, call, end):
    assert call(heartbeat, end) in (400, 404)
    assert heartbeat.latest == ""


def test_another_method(heartbeat, call):
    assert call(heartbeat, method="delete") == 405
    assert heartbeat.latest == ""


@pytest.mark.parametrize("method", ["get", "head", "post", "put"])
@pytest.mark.parametrize(
    ("end", "latest", "code"),
    [
        ("", "success", None),
        ("/", "success", None),
        ("/start", "start", None),
        ("/fail/", "failure", None),
        ("/0", "success", 0),
        ("/137/", "failure", 137),
    ],
)
def test_each_thing_a_job_can_tell(heartbeat, call, end, method, latest, code):
    assert call(heartbeat, end, method) == 200
    assert (heartbeat.latest, heartbeat.exit_code) == (latest, code)


def test_a_long_body_is_kept_to_its_limit(heartbeat, call):
    body = b"x" * 9_999 + "é".encode() + b"y" * 3_000_000
    assert call(heartbeat, "/fail", "post", data=body, content_type="text/plain") == 200
    assert len(heartbeat.body) <= MAX_BODY
    assert heartbeat.body.startswith("x" * 9_999)


def test_a_body_that_no_database_takes(heartbeat, call):
    assert call(heartbeat, "/fail", "post", data=b"a\0\xff", content_type="text/plain") == 200
    assert heartbeat.body == "a��"


def test_a_job_in_a_loop_costs_one_write_a_second(heartbeat):
    assert [tell(heartbeat, Signal.SUCCESS, seconds) for seconds in (0, 0.1, 0.9, 1)] == [
        True,
        False,
        False,
        True,
    ]
    assert heartbeat.succeeded_at == NOW + timedelta(seconds=1)


def test_other_news_is_not_held_back(heartbeat):
    said = [Signal.START, Signal.SUCCESS, Signal.FAILURE]
    assert [tell(heartbeat, signal, number / 10) for number, signal in enumerate(said)] == [True, True, True]
    assert heartbeat.latest == "failure"
    assert heartbeat.succeeded_at == NOW + timedelta(seconds=0.1)


def test_a_start_leaves_the_last_success_alone(heartbeat):
    tell(heartbeat, Signal.SUCCESS, body="all copied")
    tell(heartbeat, Signal.START, 60)
    assert (heartbeat.succeeded_at, heartbeat.body) == (NOW, "all copied")


@pytest.mark.parametrize(
    ("signal", "due"), [(Signal.START, False), (Signal.SUCCESS, True), (Signal.FAILURE, True)]
)
def test_the_check_is_due_once_a_job_ended(heartbeat, signal, due):
    tell(heartbeat, signal)
    assert (Item.objects.get(pk=heartbeat.item_id).next_run_at == NOW) is due


def test_an_address_is_made_once(heartbeat):
    again = Heartbeat.objects.for_items([heartbeat.item_id], NOW + timedelta(days=1))
    assert again == {heartbeat.item_id: heartbeat}
    assert again[heartbeat.item_id].since == NOW


def test_the_run_knows_the_pulse(heartbeat):
    tell(heartbeat, Signal.FAILURE, exit_code=3, body="disk full")
    (run,) = runs_of(Item.objects.assignments(Item.objects.claim_due(NOW)), NOW)
    assert (run.place.pulse.latest, run.place.pulse.exit_code) == ("failure", 3)

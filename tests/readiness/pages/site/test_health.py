"""GET /healthz and /readyz; the notice on the pages of checks."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from readiness.models import Beat, Item

MINUTE = timedelta(minutes=1)
GONE = "the database cannot be reached"
NO_BEAT = "Nobody looked for due checks {}: the scheduler or the worker is down, or stuck."


@pytest.fixture
def working(now, db, settings, tmp_path):
    """A scheduler that beat just now, and a broker."""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}
    Beat.objects.create(name="dispatch", at=now, since=now - timedelta(hours=1))


@pytest.fixture
def stalled(world, working, now):
    """A worker that lives and completes nothing."""
    Beat.objects.create(name="completed", at=now - 7 * MINUTE, since=now - timedelta(hours=1))
    Item.objects.filter(pk=world.health.pk).update(
        next_run_at=now - 6 * MINUTE, lease_until=now + MINUTE, run_number=9
    )
    return "No check has completed for 7 minutes though 1 is due: the worker is not running, or is stuck."


def refuse(*_):
    raise OperationalError("password of postgres at 10.0.0.7 refused")


def ready(client, **query):
    response = client.get("/readyz", query)
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.json()


def test_all_is_well(client, working):
    parts = {"database": "ok", "broker": "ok", "checks": "ok"}
    assert ready(client) == (200, {"ready": True, "parts": parts})


def test_a_worker_that_lives_and_completes_nothing(client, stalled):
    parts = {"database": "ok", "broker": "ok", "checks": stalled}
    assert ready(client) == (503, {"ready": False, "parts": parts})
    assert client.get("/healthz").status_code == 200


def test_a_part_that_is_none_of_the_callers_business(client, stalled):
    assert ready(client, exclude="checks") == (
        200,
        {"ready": True, "parts": {"database": "ok", "broker": "ok"}},
    )
    assert ready(client, exclude=["broker", "checks"]) == (
        200,
        {"ready": True, "parts": {"database": "ok"}},
    )


def test_no_beat_no_broker(client, now, db, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    parts = {
        "database": "ok",
        "broker": "its folder cannot be written to",
        "checks": NO_BEAT.format("yet"),
    }
    assert ready(client) == (503, {"ready": False, "parts": parts})


def test_without_a_database_the_process_still_lives_and_no_secret_is_told(client, working):
    tries = []
    with connection.execute_wrapper(lambda *query: refuse(tries.append(query))):
        assert ready(client) == (
            503,
            {"ready": False, "parts": {"database": GONE, "broker": "ok", "checks": GONE}},
        )
        # Each waits for as long as the pool of connections does.
        assert len(tries) == 1
        assert ready(client, exclude="database")[1]["parts"]["checks"] == GONE
        assert client.get("/healthz").content == b"ok"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_neither_is_written_to_nor_sent_to_https(client, working, settings, address):
    assert client.post(address).status_code == 405
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("page", ["/checks/", "CHECK"])
def test_the_pages_of_checks_say_so(as_, world, working, page, request):
    page = page.replace("CHECK", f"/checks/{world.health.pk}/")
    assert b'role="alert"' not in as_("viewer").get(page).content
    told = request.getfixturevalue("stalled")
    assert f"<b>{told}</b>" in as_("viewer").get(page).content.decode()

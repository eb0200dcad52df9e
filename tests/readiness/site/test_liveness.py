"""What the background's signs of life add up to: none at all first."""

from datetime import timedelta

import pytest

from readiness.models import Beat, Item
from readiness.site.liveness import LATE, in_time, vital_signs
from readiness.tasks import dispatch_due, run_probes
from tests.readiness.items import MINUTE, NOW, PASSED

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
NO_BEAT = "Nobody looked for due checks {}: the scheduler or the worker is down, or stuck."


def beating(name="dispatch", at=NOW, since=NOW - timedelta(hours=1)):
    Beat.objects.update_or_create(name=name, defaults={"at": at, "since": since})


def test_without_a_beat_nothing_is_started():
    signs = vital_signs(NOW)
    assert signs.trouble == NO_BEAT.format("yet")


@pytest.mark.parametrize(
    ("ago", "trouble"),
    [
        (LATE, ""),
        (LATE + SECOND, NO_BEAT.format("for 2 minutes")),
        (timedelta(hours=30), NO_BEAT.format("for 30 hours")),
    ],
)
def test_the_last_beat(ago, trouble):
    beating(at=NOW - ago)
    assert vital_signs(NOW).trouble == trouble


@pytest.mark.parametrize(
    "facts",
    [
        {"next_run_at": NOW - LATE},
        {"next_run_at": None},
        {"next_run_at": NOW - timedelta(hours=1), "paused": True},
        {"next_run_at": NOW - timedelta(hours=1), "probe": ""},
    ],
)
def test_what_is_not_late(make_item, facts):
    beating()
    make_item(**facts)
    assert vital_signs(NOW).trouble == ""


@pytest.mark.parametrize("claimed", [None, NOW + MINUTE / 2])
def test_a_worker_that_completes_nothing(make_item, claimed, django_assert_num_queries):
    """Also while it holds the claims: it lives, and does nothing."""
    beating()
    beating("completed", NOW - 7 * MINUTE)
    for _ in range(43):
        make_item(next_run_at=NOW - 6 * MINUTE, lease_until=claimed)
    with django_assert_num_queries(2):
        signs = vital_signs(NOW)
    assert signs.trouble == (
        "No check has completed for 7 minutes though 43 are due: the worker is not running, or is stuck."
    )
    assert signs.remedy.startswith("Start it, or end it and start it again:")


def test_a_worker_that_never_completed_anything(make_item):
    beating()
    make_item(next_run_at=NOW - 6 * MINUTE)
    assert vital_signs(NOW).trouble == (
        "No check has completed yet though 1 is due: the worker is not running, or is stuck."
    )


def test_workers_that_do_not_keep_up(make_item):
    beating()
    beating("completed", NOW - SECOND)
    make_item(next_run_at=NOW - 6 * MINUTE)
    assert (
        vital_signs(NOW).trouble == "1 check is late, the longest by 6 minutes: the workers do not keep up."
    )
    assert vital_signs(NOW).remedy == "Start more workers, or run the checks less often."


def test_after_an_outage_the_worker_has_as_long_as_ever(make_item):
    beating(since=NOW - LATE)
    make_item(next_run_at=NOW - timedelta(hours=9))
    assert vital_signs(NOW).trouble == ""
    beating(at=NOW + SECOND, since=NOW - LATE)
    assert vital_signs(NOW + SECOND).is_late


def test_a_stalled_worker_is_told_and_one_that_works_again_is_not(make_item, time_machine, monkeypatch):
    """Its process lives and takes what it is given; nothing comes of it."""
    make_item()
    given = []
    monkeypatch.setattr(run_probes, "delay", given.append)
    for tick in range(20):
        time_machine.move_to(NOW + tick * 10 * SECOND, tick=False)
        dispatch_due()
    now = NOW + 190 * SECOND
    assert [len(given), vital_signs(now).trouble != "", vital_signs(now).overdue] == [4, True, 1]
    (claim,) = given[-1]
    item = Item.objects.get()
    item.record(PASSED, now, claim.run)
    Beat.objects.told("completed", now)
    assert vital_signs(now).trouble == ""


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "0 s"),
        (119, "119 s"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (172_800, "2 days"),
    ],
)
def test_a_time_in_words(length, words):
    assert in_time(timedelta(seconds=length)) == words

"""Forecasts are computed once for all processes; until then pages show the last, and say so."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from model_bakery import baker

from launches.models import Blocker, CurrentOutlook
from launches.status import launch_statuses, status_of
from launches.tasks import compute_outlooks
from readiness.models import Beat, User

MARK = "Forecasts as of 09:00, updating"
PAGES = ("/", "/my/", "/teams/messaging/")


@pytest.fixture
def seen(sign_in, people, spam, now):
    """The pages; a worker is there, and what is forecast has been computed."""
    client = sign_in(people.lead)
    Beat.objects.told(Beat.Name.DISPATCH, now)

    def looked(address="/"):
        return client.get(address)

    assert MARK not in looked().text
    return looked


def elsewhere(europe, worst=9):
    """In another process: nobody shows the consequences."""
    cache.clear()
    Blocker.objects.filter(slug="spam").update(best=1, likely=2, worst=worst)
    return europe.launch


def dates(europe, person):
    (status,) = launch_statuses([europe.launch], person, timezone.now(), at_once=True)
    return status.outlook.dates, status.outlook.outdated_since


def test_pages_show_the_last_with_a_mark_until_a_worker_has_computed_the_next(seen, europe, people, now):
    before, _ = dates(europe, people.lead)
    elsewhere(europe, worst=90)
    assert [MARK in seen(page).text for page in PAGES] == [True] * 3
    assert dates(europe, people.lead) == (before, now)
    assert (compute_outlooks(), compute_outlooks()) == (1, 0)
    assert [MARK in seen(page).text for page in PAGES] == [False] * 3
    after, outdated = dates(europe, people.lead)
    assert (after == before, outdated) == (False, None)


def test_the_launch_itself_is_always_computed_at_once(seen, europe, people, now):
    launch = elsewhere(europe)
    assert status_of(launch, people.lead, now).outlook.outdated_since is None
    assert MARK not in seen().text


def test_without_a_worker_pages_compute(seen, europe):
    Beat.objects.all().delete()
    elsewhere(europe)
    assert MARK not in seen().text


def test_who_waits_in_vain_computes_after_ten_seconds(seen, europe, now):
    elsewhere(europe)
    assert MARK in seen().text
    for seconds, marked in ((9, True), (10, False), (11, False)):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            assert (MARK in seen().text) == marked


def test_what_was_computed_long_ago_is_not_shown(seen, europe, now):
    CurrentOutlook.objects.update(seen_at=now - timedelta(hours=12))
    elsewhere(europe)
    assert "updating" not in seen().text


def test_what_cannot_be_forecast_is_not_waited_for(seen, europe, spam, people, now):
    launch = elsewhere(europe)
    facts = {"launch": launch, "slug": "dns", "title": "DNS", "kind": "infrastructure", "opened_at": now}
    dns = baker.make(Blocker, **facts)
    dns.depends_on.set([spam])
    spam.depends_on.set([dns])
    assert MARK in seen().text
    assert compute_outlooks() == 1
    cache.clear()
    assert MARK not in seen().text
    assert status_of(launch, people.lead, now).outlook.problem


def test_one_that_is_taken_is_another_ones_until_its_lease_ends(seen, europe, now):
    elsewhere(europe)
    seen()
    later = now + timedelta(seconds=61)
    assert [bool(CurrentOutlook.objects.take(at)) for at in (now, now, later)] == [True, False, True]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_compute_it_once(europe, spam, people, now):
    launch_statuses([europe.launch], people.lead, now)
    CurrentOutlook.objects.want([europe.launch.pk], now)
    start = threading.Barrier(2)

    def work(_):
        try:
            start.wait()
            return compute_outlooks()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [0, 1]
    assert CurrentOutlook.objects.get().wanted_at is None


def test_it_says_so_in_french(seen, europe, people):
    User.objects.filter(pk=people.lead.pk).update(language="fr")
    elsewhere(europe)
    assert "Prévisions établies à 09:00, mise à jour en cours" in seen().text

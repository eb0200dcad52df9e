"""From changes to notices: none lost, none doubled."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from model_bakery import baker

from launches.models import Blocker, ChannelChoice, Comment, Delivery, Notice
from launches.models.postponed import WAITS
from launches.notifications import queue_notices
from launches.notifications.queue import BATCH
from readiness.models import Change
from readiness.models.history import Author


def test_nothing_to_tell(db, now):
    assert queue_notices(now) == 0


def test_twice_is_once(blocker, people, now):
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now)
    assert (queue_notices(now), queue_notices(now)) == (3, 0)
    assert Change.objects.untold().count() == 0


def test_what_tells_nobody_is_looked_at_once_too(blocker, people, now):
    blocker.start(by=people.owner, now=now)
    assert queue_notices(now) == 0
    assert Change.objects.untold().count() == 0


def test_old_history_is_no_news(blocker, people, now):
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now - timedelta(days=3))
    assert queue_notices(now) == 0
    assert Change.objects.untold().count() == 0


def test_what_is_gone_by_then_tells_nobody(blocker, people, now):
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now)
    Blocker.objects.all().delete()
    assert queue_notices(now) == 0


def test_a_batch_that_fails_is_looked_at_again(blocker, people, now, monkeypatch):
    """The tick and the notices stand or fall together."""
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now)
    with monkeypatch.context() as broken:
        broken.setattr("launches.notifications.queue._deliveries", lambda *_: 1 / 0)
        assert queue_notices(now) == 0
    assert not Notice.objects.exists()
    assert queue_notices(now + WAITS[0]) == 3


def test_more_than_one_batch(blocker, people, now):
    for _ in range(BATCH + 1):
        blocker.noted("reopened", Author(now, people.owner))
    assert queue_notices(now) == 2 * (BATCH + 1)


def test_it_takes_the_same_queries_for_ten_times_as_much(europe, people, now):
    def grow(count):
        for number in range(count):
            blocker = baker.make(
                Blocker, launch=europe.launch, slug=f"b-{count}-{number}", owner=people.owner, opened_at=now
            )
            Comment.objects.written(blocker, "@watcher", by=people.other, now=now)
            blocker.resolve(by=people.other, now=now)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            queue_notices(now)
        return len(captured)

    grow(2)
    before = queries()
    grow(20)
    assert queries() == before


def test_whoever_can_be_reached_gets_a_letter_unless_they_turned_it_off(blocker, people, now, settings):
    settings.EMAIL_URL = "smtp://mail.harbor.example"
    ChannelChoice.objects.create(person=people.owner, channel="email", wanted=False)
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now)
    assert queue_notices(now) == 3
    assert list(Delivery.objects.values_list("notice__person__username", "channel", "next_try_at")) == [
        ("raiser", "email", now)
    ]


def test_without_a_mail_server_notices_stay_on_the_site(blocker, people, now):
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now)
    assert queue_notices(now) == 3
    assert not Delivery.objects.exists()


def test_what_a_person_does_is_told_at_once(blocker, people, now, django_capture_on_commit_callbacks):
    """Many changes of one transaction are told together."""
    with (
        time_machine.travel(now, tick=False),
        django_capture_on_commit_callbacks(execute=True) as callbacks,
        transaction.atomic(),
    ):
        Comment.objects.written(blocker, "One.", by=people.other, now=now)
        Comment.objects.written(blocker, "Two.", by=people.other, now=now)
    assert len(callbacks) == 1
    assert Notice.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_everybody_once(blocker, people, now):
    for _ in range(60):
        blocker.noted("reopened", Author(now - timedelta(seconds=1), people.owner))
    Notice.objects.all().delete()
    Change.objects.all().mark_told(None)
    together = Barrier(4)

    def look(_):
        together.wait()
        try:
            return queue_notices(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(look, range(4)))
    assert sum(counts) == 120
    assert Notice.objects.count() == 120
    assert Change.objects.untold().count() == 0

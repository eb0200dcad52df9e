"""From notices to letters, through a real mail server."""

from datetime import timedelta

import pytest
from django.utils import translation
from model_bakery import baker

from launches.models import ChannelChoice, Comment, Delivery, Notice
from launches.models.notice import LEASE, WAITS
from launches.notifications import deliver_notices, queue_notices
from launches.notifications.deliver import AT_ONCE, NOT_WANTED
from readiness.models import Change, User
from readiness.models.history import Author

SETTINGS = "Notices by e-mail: https://readiness.harbor.example/settings/notices/"


@pytest.fixture
def comment(blocker, people, now, mail_server):
    """One that is to be told to its blocker’s owner alone."""
    User.objects.exclude(username="owner").update(email="")
    made = Comment.objects.written(blocker, "Is *anybody* there?", by=people.other, now=now)
    queue_notices(now)
    return made


def only():
    return Delivery.objects.get()


def test_a_letter_says_all_there_is_to_say(comment, mail_server, now):
    assert deliver_notices(now) == 1
    (message,) = mail_server.received
    assert message["Subject"] == "Other commented on Mail lands in spam"
    assert message.get_content().split("\n\n") == [
        "Other commented on Mail lands in spam.",
        "Is *anybody* there?",
        f"https://readiness.harbor.example/launches/europe-ga/blockers/spam/#comment-{comment.pk}",
        f"You are told because you watch it. {SETTINGS}\n",
    ]
    assert (only().sent_at, only().next_try_at, only().tries) == (now, None, 1)


def test_a_letter_speaks_the_language_of_whom_it_is_for(comment, people, mail_server, now):
    User.objects.filter(pk=people.owner.pk).update(language="fr")
    with translation.override("en"):
        deliver_notices(now)
    (message,) = mail_server.received
    assert message["Subject"] == "Other a commenté « Mail lands in spam »"
    first, said, _, last = message.get_content().split("\n\n")
    assert (first, said) == ("Other a commenté «\u00a0Mail lands in spam\u00a0».", "Is *anybody* there?")
    assert last.startswith("Pourquoi ce message\u00a0: vous le suivez. Notifications par e-mail")


def test_who_chose_no_language_is_written_to_in_that_of_the_site(comment, mail_server, now):
    """Whatever who caused it speaks, and even if what was chosen once is no longer spoken."""
    User.objects.update(language="eo")
    with translation.override("fr"):
        deliver_notices(now)
        assert translation.get_language() == "fr"
    (message,) = mail_server.received
    assert message["Subject"] == "Other commented on Mail lands in spam"


def test_nothing_is_sent_twice(comment, mail_server, now):
    assert (deliver_notices(now), deliver_notices(now + timedelta(days=2))) == (1, 0)
    assert len(mail_server.received) == 1


def test_what_fails_is_tried_again_later_and_later_until_it_is_given_up(comment, mail_server, now):
    mail_server.answers = ["451 come back later"] * 99
    at = now
    for wait in WAITS:
        assert deliver_notices(at) == 1
        assert deliver_notices(at + wait - timedelta(seconds=1)) == 0
        at += wait
    assert deliver_notices(at) == 1
    assert (only().next_try_at, only().sent_at, only().tries) == (None, None, len(WAITS) + 1)
    assert "come back later" in only().problem
    assert deliver_notices(at + timedelta(days=30)) == 0


def test_what_failed_goes_out_once_the_server_is_back(comment, mail_server, now):
    mail_server.answers = ["451 come back later"]
    deliver_notices(now)
    deliver_notices(now + WAITS[0])
    assert (only().sent_at, only().problem) == (now + WAITS[0], "")
    assert len(mail_server.received) == 1


def test_what_is_refused_for_good_is_given_up_at_once(comment, mail_server, now):
    mail_server.answers = ["550 no such person"]
    deliver_notices(now)
    assert (only().next_try_at, only().sent_at) == (None, None)
    assert "no such person" in only().problem


def test_a_sender_that_died_holds_it_no_longer_than_its_lease(comment, mail_server, now):
    """It may go out twice then, with the same message id."""
    (lost,) = Delivery.objects.claim_due(now, AT_ONCE)
    assert deliver_notices(now + LEASE - timedelta(seconds=1)) == 0
    assert deliver_notices(now + LEASE) == 1
    late = Delivery.objects.get(pk=lost.delivery)
    late.tries = lost.tries
    assert late.sent(now + LEASE) is False
    assert only().sent_at == now + LEASE


@pytest.mark.parametrize("why", ["turned off", "left", "no address", "taken back"])
def test_what_is_not_wanted_any_more_is_not_sent(comment, people, mail_server, now, why):
    if why == "turned off":
        ChannelChoice.objects.create(person=people.owner, channel="email", wanted=False)
    elif why == "left":
        User.objects.update(is_active=False)
    elif why == "no address":
        User.objects.update(email="")
    else:
        comment.erase(by=people.other, now=now)
    deliver_notices(now)
    assert mail_server.received == []
    assert (only().next_try_at, only().sent_at, only().problem) == (None, None, NOT_WANTED)


def test_a_round_takes_no_more_than_it_can_finish(blocker, people, mail_server, now):
    for _ in range(AT_ONCE + 1):
        change = blocker.noted("resolved", Author(now, people.owner))
        notice = baker.make(Notice, person=people.other, change=change, reason="watching", queued_at=now)
        baker.make(Delivery, notice=notice, channel="email", next_try_at=now)
    assert [deliver_notices(now) for _ in range(3)] == [AT_ONCE, 1, 0]
    assert len(mail_server.received) == AT_ONCE + 1
    assert Change.objects.count() == AT_ONCE + 1

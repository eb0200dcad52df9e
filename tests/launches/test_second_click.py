"""Four clicks on one button are one act."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from model_bakery import baker

from launches.models import Blocker, Comment, Scenario
from readiness.models import Change
from tests.launches.conftest import a_region

RAISED = {
    "title": "Mail lands in spam",
    "kind": "internal_process",
    "severity": "blocks",
    "certainty": "",
    "description": "Two providers.",
    "best": "1",
    "likely": "2",
    "worst": "3",
    "labels": "mail",
}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_four_at_once_make_one():
    europe = a_region()
    spam = baker.make(
        Blocker,
        launch=europe.launch,
        slug="spam",
        title="Spam",
        kind="internal_process",
        opened_at="2026-11-01T09:00Z",
    )
    base = "/launches/europe-ga/"
    forms = {
        f"{base}blockers/": RAISED,
        f"{base}blockers/spam/comments/": {"text": "Who knows?"},
        f"{base}scenarios/": {"name": "Later", "query": "target=2027-01-11"},
    }

    def click(address):
        try:
            client = Client()
            client.force_login(europe.lead)
            return client.post(address, forms[address]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for address in forms:
            assert max(pool.map(click, [address] * 4)) < 500
    assert Blocker.objects.filter(title=RAISED["title"]).count() == 1
    assert (Comment.objects.filter(blocker=spam).count(), Scenario.objects.count()) == (1, 1)
    assert Change.objects.filter(verb__in=["opened", "commented"]).count() == 2


def test_the_same_words_are_another_act_later_by_others_or_with_other_facts(europe, now):
    def raised(seconds=0, by=europe.lead, **facts):
        facts = {"kind": "internal_process", **facts}
        return Blocker.objects.raised(
            europe.launch, title="Spam", by=by, now=now + timedelta(seconds=seconds), proposed=False, **facts
        )

    other = baker.make("readiness.User")
    first = raised()
    assert [raised(9) == first, raised(11) == first, raised(1, by=other) == first] == [True, False, False]
    # The one that came later had the lock first.
    assert raised(-1) == first
    assert raised(2, severity="degrades") != first
    said = Comment.objects.written(first, "Hm.", by=other, now=now)
    again = [
        Comment.objects.written(first, "Hm.", by=other, now=now + timedelta(seconds=s)) for s in (-1, 5, 20)
    ]
    assert [comment == said for comment in again] == [True, True, False]

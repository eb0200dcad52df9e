"""Four clicks on one button are one act."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count
from django.test import Client
from model_bakery import baker

from launches.models import Blocker, Comment, Scenario, SignOff, Waiver
from readiness.models import Change, Invitation, User
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
    legal = baker.make(
        SignOff, launch=europe.launch, slug="legal", function="Legal", signer=baker.make("readiness.User")
    )
    User.objects.filter(pk=europe.lead.pk).update(is_superuser=True)
    base = "/launches/europe-ga/"
    forms = {
        f"{base}blockers/": RAISED,
        f"{base}blockers/spam/comments/": {"text": "Who knows?"},
        f"{base}scenarios/": {"name": "Later", "query": "target=2027-01-11"},
        f"{base}blockers/spam/waiver/": {"version": 1, "reason": "Few read it.", "expires_on": "2090-01-02"},
        f"{base}sign-offs/legal/request/": {"version": 1},
        "/people/": {"emails": "ada@harbor.example, tom@harbor.example", "teams": [europe.team.slug]},
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
            answers = sorted(pool.map(click, [address] * 4))
            assert (answers[0] < 400, answers[-1] < 500) == (True, True), (address, answers)
    assert Blocker.objects.filter(title=RAISED["title"]).count() == 1
    assert (Comment.objects.filter(blocker=spam).count(), Scenario.objects.count()) == (1, 1)
    verbs = ["opened", "commented", "waiver requested", "sign-off requested", "invited"]
    told = Change.objects.filter(verb__in=verbs).values_list("verb").annotate(Count("pk"))
    assert dict(told) == {**dict.fromkeys(verbs, 1), "invited": 2}
    assert (Waiver.objects.get().blocker, SignOff.objects.get(asked_by=europe.lead)) == (spam, legal)
    assert Invitation.objects.filter(person__teams=europe.team).count() == 2


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

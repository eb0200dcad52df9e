"""Trackers send again when an answer is late: the same delivery at the same moment counts once."""

import threading
from collections import Counter

import pytest
from django.db import connection

from launches.models import Hook, HookDelivery
from readiness.models import Change
from tests.fixtures.waiting import PATIENCE
from tests.launches.trackers.deliveries import GITHUB, github_issue

AT_ONCE = 50


def answers(post, plans):
    """What comes back for deliveries that start together."""
    start, found = threading.Barrier(len(plans)), []

    def send(plan):
        try:
            start.wait(PATIENCE)
            found.append(post(*plan[0], **plan[1]))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(found)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_times_the_same_delivery_is_taken_in_once(hooks, raise_from):
    blockers = [raise_from(GITHUB, title=title) for title in ("Media", "Stickers")]
    closing = github_issue("closed", "closed", "2026-11-02T08:01:00Z")
    plan = (("github", closing, "d-1"), {})
    assert answers(hooks, [plan] * AT_ONCE) == {(200, "taken in"): 1, (200, "seen already"): AT_ONCE - 1}
    assert HookDelivery.objects.count() == 1
    for blocker in blockers:
        blocker.refresh_from_db()
        assert (blocker.state, blocker.version) == ("resolved", 2)
        assert Change.objects.about(blocker).filter(verb="resolved").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_deliveries_at_once_the_newest_counts_and_each_forged_one_is_counted(hooks, raise_from):
    blockers = [raise_from(GITHUB, title=title) for title in ("Media", "Stickers", "Voice")]
    plans = [
        (("github", github_issue("closed" if odd else "reopened", "closed" if odd else "open",
                                 f"2026-11-02T08:{number:02}:00Z"), f"d-{number}"), {})
        for number in range(20)
        for odd in (number % 2,)
    ]  # fmt: skip
    forged = (("github", github_issue("closed", "closed", "2026-11-02T08:59:00Z"), "f"),
              {"X-Hub-Signature-256": "sha256=0"})  # fmt: skip
    found = answers(hooks, [*plans, *[forged] * 10])
    assert found[401, "refused"] == Hook.objects.get().refused == 10
    assert {blocker.tracker_links.get().state for blocker in blockers} == {"closed"}
    for blocker in blockers:
        blocker.refresh_from_db()
        assert blocker.state == "resolved"

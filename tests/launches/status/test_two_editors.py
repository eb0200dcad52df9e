"""Two people edit one blocker at the same moment: nothing is lost, and who came second sees both versions."""

import random
import threading

import pytest
from django.db import connection
from django.test import Client
from model_bakery import baker

from launches.models import Blocker
from readiness.models import Change, User
from tests.fixtures.waiting import PATIENCE

ROUNDS, EDITORS = 200, 2
FACTS = {"kind": "internal_process", "severity": "blocks", "certainty": "known_known"}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_200_interleavings_no_edit_is_lost_and_every_conflict_is_shown(europe, now):
    blocker = baker.make(
        Blocker, launch=europe.launch, slug="mail", title="Mail", kind="internal_process", opened_at=now
    )
    people = [baker.make(User, username=f"editor-{n}", is_superuser=True) for n in range(EDITORS)]
    start, seed = threading.Barrier(EDITORS), random.Random(1)
    plans = [[seed.random() < 0.5 for _ in range(ROUNDS)] for _ in people]
    answers = [[] for _ in people]

    def edit(number):
        client = Client()
        client.force_login(people[number])
        try:
            for turn, is_step in enumerate(plans[number]):
                start.wait(PATIENCE)
                row = Blocker.objects.get(pk=blocker.pk)
                answers[number].append(_write(client, row, number, turn, start, is_step))
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(EDITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    _nothing_is_lost(blocker, [answer for each in answers for answer in each])


def _write(client, row, number, turn, start, is_step):
    """Both have read the same version before one of them writes."""
    typed = f"Mail by {number} in turn {turn}"
    start.wait(PATIENCE)
    if is_step:
        verb = "start" if row.state == "open" else "reopening"
        address, data = f"{row.get_absolute_url()}{verb}/", {"note": typed}
    else:
        address, data = row.get_absolute_url(), FACTS | {"title": typed}
    answer = client.post(address, data | {"version": row.version})
    return typed, row.version, answer.status_code, answer.text


def _nothing_is_lost(blocker, answers):
    row = Blocker.objects.get(pk=blocker.pk)
    kept = [answer for answer in answers if answer[2] == 302]
    refused = [answer for answer in answers if answer[2] != 302]
    changes = list(Change.objects.about(blocker).order_by("pk"))
    assert len(answers) == ROUNDS * EDITORS
    # Each write that was taken is one version and one row of history, of the version that it was made from.
    assert row.version == 1 + len(kept) == 1 + len(changes)
    assert sorted(version for _, version, _, _ in kept) == list(range(1, row.version))
    said = {change.note or change.after["title"] for change in changes}
    assert said == {typed for typed, _, _, _ in kept}
    assert len(kept) >= ROUNDS
    for typed, _, status, text in refused:
        assert (status, typed in text) == (409, True)
        assert "Somebody else was faster" in text or "changed by somebody else" in text

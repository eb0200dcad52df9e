"""From what is written to what can be found: nothing is lost, and nothing stops the rest."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from model_bakery import baker

from launches import tasks
from launches.models import SearchDocument, Unindexed
from launches.search import SearchQuery, found_by, index
from launches.search.words import LONGEST_WORD, MOST_WORDS
from readiness.models import Integration, Team, User


@pytest.fixture
def reader(db):
    return baker.make(User, username="reader", is_active=True)


def test_a_text_that_is_more_than_a_database_takes_is_in_nobody_s_way(reader):
    """PostgreSQL takes a megabyte of words for a row; these are four."""
    words = (f"{number:\U00010330>{LONGEST_WORD}}" for number in range(MOST_WORDS))
    baker.make(Integration, name="Hoard", description=" ".join(words))
    baker.make(Integration, name="Beside it")
    found = [
        [
            hit.name
            for group in found_by(reader, SearchQuery(typed), now=timezone.now(), each=5)
            for hit in group.hits
        ]
        for typed in ("hoard", "beside")
        for groups in [found_by(reader, SearchQuery(typed), now=timezone.now(), each=5)]
    ]
    assert (found, Unindexed.objects.count()) == ([["Hoard"], ["Beside it"]], 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_who_index_at_once_leave_one_document_each():
    Team.objects.bulk_create(Team(slug=f"t{number}", name=f"Team {number}") for number in range(1_200))

    def indexed():
        try:
            return index(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = [future.result() for future in [pool.submit(indexed), pool.submit(indexed)]]
    assert (sum(done), SearchDocument.objects.filter(kind="team").count(), Unindexed.objects.count()) == (
        1_200,
        1_200,
        0,
    )
    assert index(timezone.now()) == 0


def test_who_asks_waits_for_some_and_the_next_round_does_the_rest(reader):
    index(timezone.now())
    Team.objects.bulk_create(Team(slug=f"t{number}", name=f"Team {number}") for number in range(1_600))
    (group,) = found_by(reader, SearchQuery("team"), now=timezone.now(), each=1)
    assert (group.total, Unindexed.objects.exists()) == (1_000, True)
    tasks.index()
    (group,) = found_by(reader, SearchQuery("team"), now=timezone.now(), each=1)
    assert (group.total, Unindexed.objects.exists()) == (1_600, False)

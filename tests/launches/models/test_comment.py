from datetime import timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker, Comment, NotPossible, Wording
from launches.models.comment import MENTIONED_AT_MOST
from readiness.models import Change, Conflict, User


@pytest.fixture
def blocker(europe, now):
    return baker.make(Blocker, launch=europe.launch, title="Mail lands in spam", opened_at=now)


@pytest.fixture
def ann(db):
    return baker.make(User, username="ann")


@pytest.fixture
def bo(db):
    return baker.make(User, username="bo")


@pytest.fixture
def comment(blocker, ann, bo, now):
    return Comment.objects.written(blocker, "Ask @bo.", by=ann, now=now)


def history(comment):
    rows = Change.objects.about(comment).order_by("pk")
    return [(row.verb, row.author.username, row.label, row.before, row.after, row.note) for row in rows]


def test_history_says_that_there_was_one_but_never_its_words(comment, ann, bo, now, europe):
    assert history(comment) == [
        ("commented", "ann", "Mail lands in spam", {}, {"mentioned": ["bo"]}, ""),
    ]
    assert Change.objects.about(comment).get().region == europe.region


def test_rewording_keeps_what_it_said(comment, ann, now):
    later, latest = now + timedelta(hours=1), now + timedelta(hours=2)
    comment.reword("Ask somebody.", by=ann, now=later, version=1)
    comment.reword("Ask nobody.", by=ann, now=latest, version=2)
    assert list(Wording.objects.values_list("text", "since", "until")) == [
        ("Ask @bo.", now, later),
        ("Ask somebody.", later, latest),
    ]
    comment.refresh_from_db()
    assert (comment.text, comment.edited_at, comment.version) == ("Ask nobody.", latest, 3)
    assert list(comment.mentioned.all()) == []


def test_the_same_words_again_are_no_edit(comment, ann, now):
    assert comment.reword("Ask @bo.", by=ann, now=now, version=1) is None
    assert not Wording.objects.exists()


def test_only_who_is_mentioned_anew_stands_in_the_history(comment, ann, bo, now):
    baker.make(User, username="cy")
    comment.reword("Ask @bo and @cy.", by=ann, now=now)
    assert history(comment)[1] == ("edited", "ann", "Mail lands in spam", {}, {"mentioned": ["cy"]}, "")


def test_of_two_who_reword_it_the_second_is_told(comment, ann, now):
    comment.reword("First.", by=ann, now=now, version=1)
    with pytest.raises(Conflict) as conflict:
        comment.reword("Second.", by=ann, now=now, version=1)
    assert conflict.value.current.text == "First."


def test_deleting_leaves_no_word_of_it(comment, ann, bo, now):
    comment.reword("Ask @bo, he is slow.", by=ann, now=now)
    comment.erase(by=ann, now=now)
    comment.refresh_from_db()
    assert (comment.text, comment.deleted_at, comment.deleted_by) == ("", now, ann)
    assert not Wording.objects.exists()
    assert not comment.mentioned.exists()
    assert [row.verb for row in Change.objects.about(comment).order_by("pk")] == [
        "commented",
        "edited",
        "deleted",
    ]


def test_what_is_deleted_stays_so(comment, ann, now):
    comment.erase(by=ann, now=now)
    with pytest.raises(NotPossible):
        comment.reword("Back again.", by=ann, now=now)
    with pytest.raises(NotPossible):
        comment.erase(by=ann, now=now)


def test_one_comment_mentions_no_more_than_so_many(blocker, ann, now):
    people = [baker.make(User, username=f"p{number}") for number in range(MENTIONED_AT_MOST + 5)]
    text = " ".join(f"@{person.username}" for person in people)
    comment = Comment.objects.written(blocker, text, by=ann, now=now)
    assert set(comment.mentioned.all()) == set(people[:MENTIONED_AT_MOST])


def test_who_left_and_who_never_was_are_not_mentioned(blocker, ann, now):
    baker.make(User, username="gone", is_active=False)
    comment = Comment.objects.written(blocker, "@gone @nobody @ANN", by=ann, now=now)
    assert list(comment.mentioned.all()) == [ann]

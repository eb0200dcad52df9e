from datetime import timedelta

import pytest
from django.core.cache import cache
from model_bakery import baker

from launches.models import Comment, Wording
from launches.models.comment import LONGEST
from readiness.models import User

BLOCKER = "/launches/europe-ga/blockers/spam/"
URL = f"{BLOCKER}comments/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def comment(spam, people, now):
    return Comment.objects.written(spam, "Ask **Tomasz**.", by=people.stranger, now=now)


def said(response):
    return [(row.comment.author.username, row.comment.text) for row in response.context["talk"].rows]


def test_the_first_comment_is_asked_for(sign_in, people, spam):
    response = sign_in(people.stranger).get(BLOCKER)
    assert "Nobody has said anything yet." in response.text
    assert f'action="{URL}"' in response.text


def test_saying_something_leads_back_to_it(sign_in, people, spam, now):
    response = sign_in(people.stranger).post(URL, {"text": "One\r\ntwo"})
    comment = Comment.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{BLOCKER}#comment-{comment.pk}")
    assert (comment.text, comment.author, comment.written_at) == ("One\ntwo", people.stranger, now)
    assert "<p>One<br>\ntwo</p>" in sign_in(people.viewer).get(BLOCKER).text


def test_htmx_gets_the_talk_alone_with_an_empty_form(sign_in, people, spam):
    response = sign_in(people.stranger).post(URL, {"text": "One"}, headers=HTMX)
    assert (response.status_code, response["Vary"].split(", ")[0]) == (200, "HX-Request")
    assert response.text.strip().startswith('<section class="panel-section talk"')
    assert said(response) == [("stranger", "One")]
    assert 'id="say-' in response.text
    assert "hx-preserve" not in response.text


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "Write something first."),
        (" \r\n ", "Write something first."),
        ("x" * 100_000, "This is 100000 characters long; a comment has at most 10000."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_said_stays_in_the_form(sign_in, people, spam, text, error, headers):
    response = sign_in(people.stranger).post(URL, {"text": text}, headers=headers)
    assert response.status_code == 422
    assert error in response.text
    assert text.strip() in response.text
    assert not Comment.objects.exists()


def test_the_longest_is_taken(sign_in, people, spam):
    assert sign_in(people.stranger).post(URL, {"text": "x" * LONGEST}).status_code == 302


def test_what_was_typed_outlives_a_write_elsewhere_in_the_panel(sign_in, people, spam, comment):
    """The answer holds the place of the talk, which the panel keeps."""
    client = sign_in(people.teammate)
    headers = HTMX | {"Shows-Launch": "true"}
    response = client.post(f"{BLOCKER}start/", {"version": 1}, headers=headers)
    assert f'<section id="talk-{spam.pk}" hx-preserve="true" hx-get="{URL}"' in response.text
    assert "Ask" not in response.text
    assert "Ask <strong>Tomasz</strong>" in client.get(URL, headers=HTMX).text


def test_opening_ones_own_comment_gives_a_form_and_another_persons_does_not(sign_in, people, comment, now):
    comment.reword("Ask *Tomasz*.", by=people.stranger, now=now + timedelta(hours=1))
    mine = sign_in(people.stranger).get(f"{URL}{comment.pk}/", headers=HTMX)
    assert mine.context["talk"].rewording.initial == {"text": "Ask *Tomasz*.", "version": 2}
    theirs = sign_in(people.admin).get(f"{URL}{comment.pk}/")
    assert theirs.context["talk"].rewording is None
    for response in (mine, theirs):
        assert '<pre dir="auto">Ask **Tomasz**.</pre>' in response.text


def test_rewording_keeps_what_it_said(sign_in, people, comment, now):
    data = {"text": "Ask Ann.", "version": 1}
    response = sign_in(people.stranger).post(f"{URL}{comment.pk}/", data, headers=HTMX)
    assert (response.status_code, said(response)) == (200, [("stranger", "Ask Ann.")])
    assert "hx-preserve" in response.text
    assert list(Wording.objects.values_list("text", flat=True)) == ["Ask **Tomasz**."]


def test_a_second_editor_sees_both_versions(sign_in, people, comment, now):
    comment.reword("Theirs.", by=people.stranger, now=now)
    response = sign_in(people.stranger).post(f"{URL}{comment.pk}/", {"text": "Mine.", "version": 1})
    assert response.status_code == 409
    assert [(side.typed, side.now) for side in response.context["talk"].clash.sides] == [("Mine.", "Theirs.")]
    assert response.context["talk"].rewording["text"].value() == "Mine."
    assert response.context["talk"].rewording["version"].value() == "2"


@pytest.mark.parametrize(
    "data", [{"text": "", "version": 1}, {"text": "Hm."}, {"text": "x" * 10_001, "version": 1}]
)
def test_an_edit_that_is_wrong_changes_nothing(sign_in, people, comment, data):
    response = sign_in(people.stranger).post(f"{URL}{comment.pk}/", data)
    assert response.status_code == 422
    comment.refresh_from_db()
    assert (comment.text, comment.version) == ("Ask **Tomasz**.", 1)


def test_deleting_takes_the_words_off_the_page(sign_in, people, comment, now):
    comment.reword("Ask Ann.", by=people.stranger, now=now)
    response = sign_in(people.stranger).delete(f"{URL}{comment.pk}/?version=2", headers=HTMX)
    assert (response.status_code, said(response)) == (200, [("stranger", "")])
    page = sign_in(people.admin).get(f"{URL}{comment.pk}/").text
    assert "Deleted by stranger" in page
    assert ("Ask" in page, "Edit your comment" in page) == (False, False)


def test_deleting_without_a_script(sign_in, people, comment):
    data = {"_method": "DELETE", "version": 1, "text": "half an edit"}
    assert sign_in(people.admin).post(f"{URL}{comment.pk}/", data).status_code == 302
    comment.refresh_from_db()
    assert (comment.text, comment.deleted_by) == ("", people.admin)


def test_deleting_what_was_edited_meanwhile_is_a_conflict(sign_in, people, comment, now):
    comment.reword("Ask Ann.", by=people.stranger, now=now)
    assert sign_in(people.stranger).delete(f"{URL}{comment.pk}/?version=1").status_code == 409
    assert sign_in(people.stranger).delete(f"{URL}{comment.pk}/").status_code == 422
    comment.refresh_from_db()
    assert comment.deleted_at is None


def test_an_edit_of_what_is_deleted_says_so_and_keeps_what_was_typed(sign_in, people, comment, now):
    comment.erase(by=people.admin, now=now)
    response = sign_in(people.stranger).post(f"{URL}{comment.pk}/", {"text": "Mine <b>", "version": 2})
    assert response.status_code == 409
    assert "This comment has been deleted. You wrote: “Mine &lt;b&gt;”" in response.text


@pytest.mark.parametrize(
    ("role", "says", "rewords", "deletes"),
    [
        ("stranger", 302, 302, 302),
        ("teammate", 302, 403, 403),
        ("lead", 302, 403, 403),
        ("admin", 302, 403, 302),
        ("viewer", 403, 403, 403),
    ],
)
def test_who_may(sign_in, people, comment, role, says, rewords, deletes):
    client, url = sign_in(getattr(people, role)), f"{URL}{comment.pk}/"
    statuses = [
        client.post(URL, {"text": "Me too."}).status_code,
        client.post(url, {"text": "Other words.", "version": 1}).status_code,
        client.delete(f"{url}?version={Comment.objects.get(pk=comment.pk).version}").status_code,
    ]
    assert statuses == [says, rewords, deletes]


def test_a_comment_of_another_blocker_is_not_there(sign_in, people, comment, europe, now):
    baker.make("launches.Blocker", launch=europe.launch, slug="other", opened_at=now)
    elsewhere = f"/launches/europe-ga/blockers/other/comments/{comment.pk}/"
    assert sign_in(people.stranger).get(elsewhere).status_code == 404
    assert sign_in(people.stranger).delete(f"{elsewhere}?version=1").status_code == 404


def test_it_takes_the_same_queries_for_a_hundred_comments(sign_in, people, spam, comment, queries, now):
    client = sign_in(people.stranger)
    before = queries(client, URL)
    others = [baker.make(User, username=f"p{number}") for number in range(10)]
    for number in range(100):
        Comment.objects.written(spam, f"@p{number % 10} {number}", by=others[number % 10], now=now)
    assert queries(client, URL) == before
    cache.clear()
    assert queries(client, URL) == before

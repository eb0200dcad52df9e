import pytest

from launches.models import Comment, Watch

BLOCKER = "/launches/europe-ga/blockers/spam/"
LAUNCH = "/launches/europe-ga/"
HTMX = {"HX-Request": "true"}


def is_on(client, url=BLOCKER):
    return "Unwatch<" in client.get(url).text


@pytest.mark.parametrize(("url", "there"), [(BLOCKER, "Mail lands in spam"), (LAUNCH, "Europe")])
def test_watching_and_no_longer(sign_in, people, spam, url, there):
    client = sign_in(people.viewer)
    assert is_on(client, url) is False
    response = client.post(f"{url}watch/", {"wanted": "yes"}, follow=True)
    assert response.redirect_chain == [(url, 302)]
    assert f"You watch {there}." in response.text
    assert is_on(client, url) is True
    client.post(f"{url}watch/", {"wanted": "no"})
    assert is_on(client, url) is False


def test_pressed_twice_it_is_the_same(sign_in, people, spam, now):
    client = sign_in(people.viewer)
    for _ in range(2):
        response = client.post(f"{BLOCKER}watch/", {"wanted": "yes"}, headers=HTMX)
    assert response.text.strip().startswith('<form class="watch"')
    assert 'name="wanted" value="no"' in response.text
    assert list(Watch.objects.values_list("person__username", "blocker", "launch", "wanted", "since")) == [
        ("viewer", spam.pk, None, True, now)
    ]


@pytest.mark.parametrize("wanted", ["", "maybe"])
def test_what_makes_no_sense_is_refused(sign_in, people, spam, wanted):
    assert sign_in(people.viewer).post(f"{BLOCKER}watch/", {"wanted": wanted}).status_code == 400
    assert not Watch.objects.exists()


def test_some_watch_without_a_word(sign_in, people, spam, now):
    spam.owner, spam.raised_by = people.teammate, people.stranger
    spam.save()
    Comment.objects.written(spam, "Hm.", by=people.admin, now=now)
    everybody = (people.lead, people.teammate, people.stranger, people.admin, people.viewer)
    assert [is_on(sign_in(person)) for person in everybody] == [True, True, True, True, False]
    assert [is_on(sign_in(person), LAUNCH) for person in everybody] == [True, False, False, False, False]
    Comment.objects.written(spam, "@viewer?", by=people.admin, now=now)
    assert is_on(sign_in(people.viewer)) is True
    sign_in(people.viewer).post(f"{BLOCKER}watch/", {"wanted": "no"})
    assert is_on(sign_in(people.viewer)) is False


def test_what_is_not_there(sign_in, people, spam):
    client = sign_in(people.viewer)
    assert client.post("/launches/europe-ga/blockers/ghost/watch/", {"wanted": "yes"}).status_code == 404
    assert client.post("/launches/ghost/watch/", {"wanted": "yes"}).status_code == 404

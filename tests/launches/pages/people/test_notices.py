import pytest
from model_bakery import baker

from launches.models import ChannelChoice, Comment, Delivery, Notice
from launches.notifications import queue_notices
from launches.pages.people.notices import SHOWN_IN_SHORT
from tests.fixtures.markup import on_one_line

URL = "/my/notices/"
READ = f"{URL}read/"
SETTINGS = "/settings/notices/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def told(spam, people, now):
    """Tells the lead, who watches everything, of so many comments."""

    def told(count):
        for _ in range(count):
            # The same words twice would be a double click.
            number = Comment.objects.count()
            Comment.objects.written(spam, f"Number {number}.", by=people.stranger, now=now)
        queue_notices(now)
        return list(Notice.objects.filter(person=people.lead).order_by("pk"))

    return told


def sentences(response):
    return [row.sentence for row in response.context["told"].rows]


def badge(response):
    """What the bar above every page says."""
    _, found, rest = response.text.partition('<b class="count" id="unread">')
    return int(rest.partition("<")[0]) if found else 0


def test_nobody_was_told_anything(sign_in, people, europe):
    response = sign_in(people.lead).get(URL)
    assert sentences(response) == []
    assert "Nobody has told you anything yet." in response.text
    assert badge(response) == 0


def test_every_page_says_how_many_are_unread(sign_in, people, told):
    told(3)
    client = sign_in(people.lead)
    assert [badge(client.get(url)) for url in (URL, "/my/", "/", "/regions/")] == [3, 3, 3, 3]
    assert badge(sign_in(people.viewer).get("/")) == 0


def test_that_number_costs_no_query(sign_in, people, told, queries):
    client = sign_in(people.lead)
    before = queries(client, "/activity/")
    told(3)
    assert queries(client, "/activity/") == before


def test_reading_one(sign_in, people, told):
    first, second = told(2)
    client = sign_in(people.lead)
    assert client.post(READ, {"notice": first.pk})["Location"] == URL
    assert list(Notice.objects.filter(person=people.lead).unread()) == [second]
    assert badge(client.get("/")) == 1


def test_reading_all_that_was_shown_leaves_what_came_meanwhile(sign_in, people, told, now):
    shown = told(2)
    newer = told(1)[-1]
    response = sign_in(people.lead).post(READ, {"up_to": shown[-1].pk, "from": "my"}, headers=HTMX)
    assert list(Notice.objects.filter(person=people.lead).unread()) == [newer]
    assert 'id="unread" hx-swap-oob="true">1<' in on_one_line(response.text)


def test_nobody_reads_what_is_another_persons(sign_in, people, told):
    (notice,) = told(1)
    client = sign_in(people.viewer)
    client.post(READ, {"notice": notice.pk})
    client.post(READ, {"up_to": notice.pk})
    assert list(Notice.objects.filter(person=people.lead).unread()) == [notice]
    assert sentences(client.get(URL)) == []


@pytest.mark.parametrize(
    "data", [{}, {"notice": "x"}, {"up_to": "-1"}, {"notice": "²"}, {"up_to": "9" * 5000}]
)
def test_what_makes_no_sense_is_refused(sign_in, people, told, data):
    told(1)
    assert sign_in(people.lead).post(READ, data).status_code == 400
    assert Notice.objects.filter(person=people.lead).unread().count() == 1


def test_my_work_has_the_newest_unread_and_how_many_more_there_are(sign_in, people, told, queries):
    client = sign_in(people.lead)
    told(2)
    before = queries(client, "/my/")
    told(SHOWN_IN_SHORT)
    response = client.get("/my/")
    assert len(response.context["work"].told.rows) == SHOWN_IN_SHORT
    assert "2 more, and earlier ones" in response.text
    assert queries(client, "/my/") == before


def test_without_a_mail_server_there_is_nothing_to_choose(sign_in, people, europe):
    response = sign_in(people.lead).get(SETTINGS)
    assert "This site sends no messages." in response.text
    assert "<fieldset" not in response.text


def test_turning_mail_off_and_on(sign_in, people, europe, settings):
    settings.EMAIL_URL = "console://"
    client = sign_in(people.lead)
    assert client.get(SETTINGS).context["form"]["email"].value() is True
    assert client.post(SETTINGS, {}).status_code == 302
    assert list(ChannelChoice.objects.values_list("channel", "wanted")) == [("email", False)]
    assert client.get(SETTINGS).context["form"]["email"].value() is False
    client.post(SETTINGS, {"email": "on"})
    assert list(ChannelChoice.objects.values_list("channel", "wanted")) == [("email", True)]


def test_who_cannot_be_reached_is_told_so(sign_in, people, told, settings):
    settings.EMAIL_URL = "console://"
    (notice,) = told(1)
    client = sign_in(people.lead)
    assert "your account has no address" in client.get(SETTINGS).text
    failed = baker.make(Delivery, notice=notice, channel="email", tries=1, problem="550 no such person")
    assert "did not go out: 550 no such person" in client.get(SETTINGS).text
    Delivery.objects.filter(pk=failed.pk).update(problem="")
    assert "did not go out" not in client.get(SETTINGS).text

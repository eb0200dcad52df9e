from datetime import date, timedelta
from functools import partial

import pytest
from model_bakery import baker

from launches.models import Blocker, Deferral, GoRecord, Launch, SignOff
from launches.pages.launch.news import News, last_monday, news
from launches.status import settle_launch, status_of
from readiness.models import Region
from tests.launches.approving import by_two

BAR = 10


def test_without_a_launch_it_says_what_to_do(sign_in, django_user_model, db):
    response = sign_in(baker.make(django_user_model)).get("/")
    assert response.status_code == 200
    assert "No launch is planned yet." in response.text
    assert "manage.py load_plan" in response.text


def test_the_soonest_launch_speaks_first(sign_in, people, europe, now):
    later = baker.make(Region, name="Australia", slug="australia")
    baker.make(
        Launch, name="Australia", slug="au", region=later, target=date(2027, 4, 1), baseline=date(2027, 4, 1)
    )
    settle_launch(europe.launch, now)
    response = sign_in(people.viewer).get("/")
    assert [row.launch.slug for row in response.context["ahead"]] == ["europe-ga", "au"]
    first = response.context["ahead"][0].status
    assert first.why == "nobody has confirmed 1 of 1 estimate."
    assert response.text.count(first.why[1:]) == 1


def test_the_costliest_come_first_and_then_what_decides_most_futures(sign_in, people, europe, now):
    for slug, days in (("a", 14), ("b", 60), ("c", 21)):
        baker.make(
            Blocker,
            launch=europe.launch,
            slug=slug,
            title=slug,
            kind="customer_facing",
            best=days,
            likely=days,
            worst=days,
            opened_at=now,
        )
    row = sign_in(people.viewer).get("/").context["ahead"][0]
    assert [(cost.blocker.slug, cost.days) for cost in row.costliest] == [("b", 57), ("a", 0), ("c", 0)]


def test_a_live_region_shows_the_promises_still_open(sign_in, people, europe, spam, now):
    spam.state = "deferred"
    spam.save()
    baker.make(Deferral, blocker=spam, reason="Later", fill_by=date(2027, 2, 1), requested_at=now)
    Launch.objects.filter(pk=europe.launch.pk).update(launched_at=now)
    response = sign_in(people.viewer).get("/")
    assert [row.blocker.slug for row in response.context["live"][0].gaps] == ["spam"]
    assert "fill by 1 Feb 2027" in response.text
    assert response.context["ahead"] == []


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 11, 2), date(2026, 10, 26)),
        (date(2026, 11, 3), date(2026, 11, 2)),
        (date(2026, 11, 8), date(2026, 11, 2)),
    ],
)
def test_on_a_monday_the_news_are_of_the_week_that_was(today, monday):
    assert last_monday(today) == monday


def told(europe, people, now, since=date(2026, 10, 26)):
    return [
        (entry.text or entry.kind.one, [name.label for name in entry.names], entry.note)
        for entry in news(people.viewer, since, [status_of(europe.launch, people.viewer, now)])
    ]


def test_a_blocker_is_told_by_what_happened_to_it_last(europe, people, spam, now):
    spam.start(by=people.lead, now=now)
    spam.resolve(by=people.lead, now=now)
    spam.reopen(by=people.lead, now=now)
    assert told(europe, people, now) == [("came up", ["Mail lands in spam"], "")]


def test_a_cell_tells_its_own_story_once(europe, people, now):
    settle_launch(europe.launch, now)
    europe.cell.declare("in_progress", by=people.teammate, now=now)
    assert told(europe, people, now) == []
    declare = partial(europe.cell.declare, "ready", override_reason="We launch with it by hand.")
    by_two(declare, by=people.lead, now=now)
    settle_launch(europe.launch, now)
    assert told(europe, people, now) == [("is ready", ["WhatsApp"], "")]


def test_the_last_word_on_a_launch_is_told(europe, people, now):
    found = {"known": {}, "by": people.lead, "now": now}
    record = GoRecord.objects.recorded(europe.launch, "go", note="Yes", **found)
    assert told(europe, people, now) == [("GO is recorded", [], "Yes")]
    record.withdraw(by=people.lead, now=now, reason="Storm")
    assert told(europe, people, now) == [("The GO is withdrawn", [], "Storm")]
    europe.launch.go_live(by=people.admin, now=now, reason="It is.")
    assert told(europe, people, now) == [("It is live", [], "It is.")]


def test_every_move_of_the_date_is_told_with_its_reason(europe, people, now):
    europe.launch.move_target(date(2027, 1, 6), reason="Review", by=people.lead, now=now)
    europe.launch.move_target(date(2027, 1, 20), reason="Again", by=people.lead, now=now)
    assert told(europe, people, now) == [
        ("The target moved from 6 Jan 2027 to 20 Jan 2027", [], "Again"),
        ("The target moved from 14 Dec 2026 to 6 Jan 2027", [], "Review"),
    ]


def test_a_go_that_does_not_hold_any_more_is_told_as_that(europe, people, now):
    earlier = now - timedelta(days=3)
    for slug, function in (("sales", "Sales"), ("legal", "Legal")):
        sign_off = baker.make(SignOff, launch=europe.launch, slug=slug, function=function)
        sign_off.decide("go", by=people.lead, now=earlier)
    facts = {"title": "Spam", "by": people.lead, "kind": "internal_process", "proposed": False}
    Blocker.objects.raised(europe.launch, now=now - timedelta(days=1), **facts)
    seen = status_of(europe.launch, people.viewer, now)
    entries = [row for row in news(people.viewer, date(2026, 10, 26), [seen]) if row.kind.model == "signoff"]
    assert {(row.text, row.kind.drawn) for row in entries} == {
        ("Sales said go; stale since 1 Nov 2026", "blocked"),
        ("Legal said go; stale since 1 Nov 2026", "blocked"),
    }
    SignOff.objects.get(slug="legal").decide("go", by=people.lead, now=now)
    seen = status_of(europe.launch, people.viewer, now)
    assert ("Legal said go", "ready") in {
        (row.text, row.kind.drawn) for row in news(people.viewer, date(2026, 10, 26), [seen])
    }


def test_a_sentence_ends_once(europe):
    entry = News(europe.launch, None, "The freeze moved to 1 Dec.")
    assert (entry.sentence, News(europe.launch, None, "It is live").sentence) == (
        "The freeze moved to 1 Dec.",
        "It is live.",
    )


def test_live_launches_are_counted_as_launches(sign_in, people, europe, now):
    beta = {"name": "Europe beta", "slug": "beta", "target": now.date(), "baseline": now.date()}
    baker.make(Launch, region=europe.region, launched_at=now, **beta)
    Launch.objects.update(launched_at=now)
    assert "2 launches" in sign_in(people.viewer).get("/").text


def test_what_is_older_is_no_news(europe, people, spam, now):
    spam.resolve(by=people.lead, now=now - timedelta(days=8))
    assert told(europe, people, now) == []


def test_it_takes_the_same_few_queries_for_ten_times_as_much(
    sign_in, people, europe, spam, grow, queries, now
):
    settle_launch(europe.launch, now)
    spam.resolve(by=people.lead, now=now)
    client = sign_in(people.viewer)
    before = queries(client, "/")
    grow()
    assert queries(client, "/") == before
    assert before <= BAR


def test_it_is_for_those_who_signed_in(sign_in, db):
    response = sign_in().get("/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/")


def test_it_is_read_only(sign_in, people):
    assert sign_in(people.admin).post("/").status_code == 405

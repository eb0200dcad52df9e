"""GET /launches/<slug>/days-bought/, and the launch page while not all of them are known."""

import csv
import re

import pytest

from launches.models import Blocker
from readiness.models import Team
from tests.fixtures.markup import on_one_line

LAUNCH = "/launches/europe-ga/"
URL = f"{LAUNCH}days-bought/"
HTMX = {"HX-Request": "true"}
LIVE = {"HX-Request": "true", "Live": "true"}
BLOCKERS = 80


@pytest.fixture
def many(europe, now):
    """Eighty for four teams that work on two each: fifty are priced at once, thirty in the next batch."""
    teams = Team.objects.bulk_create(Team(slug=f"t{n}", name=f"T {n}", parallel_work=2) for n in range(4))
    rows = [
        Blocker(
            launch=europe.launch,
            slug=f"b{number}",
            title=f"B {number}",
            kind="customer_facing",
            team=teams[number % 4],
            opened_at=now,
            best=1,
            likely=3 + number % 4,
            worst=9 + number % 5,
        )
        for number in range(BLOCKERS)
    ]
    Blocker.objects.bulk_create(rows)
    europe.cell.delete()


def days(response):
    return [(row.blocker.slug, row.days) for row in response.context["page"].rows]


def progress(text):
    """What is said of it, as long as not all are known."""
    return re.findall(r"Days bought: \d+ of \d+", text)


def test_the_page_comes_with_the_dates_and_says_how_many_are_known(sign_in, people, many):
    page = sign_in(people.viewer).get(LAUNCH)
    assert progress(page.text) == ["Days bought: 50 of 80"]
    assert page.text.count('title="Not computed yet">…</span>') == 30
    assert page.context["status"].outlook.dates.keys() == {50, 85, 95}
    assert f'href="{URL}"' in page.text


def test_it_fills_in_until_nothing_is_asked_for_any_more(sign_in, people, many):
    client = sign_in(people.viewer)
    assert f'hx-get="{URL}"' in client.get(LAUNCH).text
    filled = on_one_line(client.get(URL, headers=HTMX).text)
    assert (progress(filled), "hx-get" in filled, 'id="pricing" hidden' in filled) == ([], False, True)
    page = client.get(LAUNCH)
    assert (progress(page.text), page.text.count("Not computed yet")) == ([], 0)


def test_without_scripts_the_link_shows_them_all(sign_in, people, many):
    client = sign_in(people.viewer)
    client.get(LAUNCH)
    page = client.get(f"{URL}?team=t1&sort=due")
    assert (page.status_code, progress(page.text), len(days(page))) == (200, [], 20)
    assert days(page) == days(client.get(f"{LAUNCH}?team=t1&sort=due"))


def test_the_rows_follow_each_batch_and_nothing_comes_while_nothing_is_new(sign_in, people, many):
    client = sign_in(people.viewer)
    client.get(LAUNCH)
    seen = client.get(LAUNCH, headers=LIVE)
    again = {**LIVE, "If-None-Match": seen["ETag"].removeprefix("W/")}
    assert client.get(LAUNCH, headers=again).status_code == 304
    client.get(URL, headers=HTMX)
    fresh = client.get(LAUNCH, headers=again)
    assert (fresh.status_code, fresh.text.count("Not computed yet")) == (200, 0)


def test_a_change_in_the_middle_starts_anew(sign_in, people, many, now):
    client = sign_in(people.lead)
    client.get(LAUNCH)
    Blocker.objects.get(slug="b7").resolve(by=people.lead, now=now)
    assert progress(client.get(LAUNCH).text) == ["Days bought: 50 of 79"]
    client.get(URL, headers=HTMX)
    assert progress(client.get(LAUNCH).text) == []


def test_an_export_has_all_of_them(sign_in, people, many):
    client = sign_in(people.viewer)
    client.get(LAUNCH)
    text = client.get(f"{LAUNCH}blockers.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    told = [(row["address"].split("/")[-2], int(row["days bought"])) for row in rows]
    assert told == days(client.get(LAUNCH))


def test_a_small_launch_knows_them_at_once(sign_in, people, europe, spam):
    client = sign_in(people.viewer)
    page, answer = client.get(LAUNCH), client.get(URL, headers=HTMX)
    assert ("Not computed yet" in page.text, progress(page.text), progress(answer.text)) == (False, [], [])


def test_a_batch_costs_what_telling_the_state_costs(sign_in, people, many, queries):
    """Account and session, launch and region, and the five of a status."""
    assert queries(sign_in(people.viewer), URL, **HTMX) <= 10


def test_who_may(sign_in, people, many, client):
    for person in (people.lead, people.teammate, people.viewer):
        assert sign_in(person).get(URL, headers=HTMX).status_code == 200
    assert client.get(URL, headers=HTMX).headers["HX-Redirect"].startswith("/sign-in/")


def test_wrong_method(sign_in, people, europe):
    assert sign_in(people.admin).post(URL).status_code == 405


def test_no_such_launch(sign_in, people, europe):
    assert sign_in(people.admin).get("/launches/mars/days-bought/").status_code == 404

"""A fact edited in its row."""

import re
from datetime import date

import pytest

from launches.models import Blocker
from readiness.models import Readiness
from tests.fixtures.markup import on_one_line

URL = "/launches/europe-ga/blockers/spam/edit/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def post(sign_in, people, spam):
    def posted(field, user=people.teammate, htmx=True, **data):
        return sign_in(user).post(f"{URL}{field}/", {"version": 1, **data}, headers=HTMX if htmx else {})

    return posted


@pytest.mark.parametrize(
    ("field", "data", "values"),
    [
        ("due", {"due": "2026-12-24"}, {"due": date(2026, 12, 24)}),
        ("due", {"due": ""}, {"due": None}),
        ("estimate", {"best": "1", "likely": "2", "worst": "5"}, {"best": 1, "likely": 2, "worst": 5}),
        ("severity", {"severity": "degrades"}, {"severity": "degrades"}),
        ("owner", {"team": "", "owner": ""}, {"team": None, "owner": None}),
    ],
)
def test_the_cell_comes_back_saved(post, spam, field, data, values):
    response = post(field, **data)
    assert response.status_code == 200
    assert response.text.endswith('<span class="saved" role="status">saved</span>')
    spam.refresh_from_db()
    assert {name: getattr(spam, name) for name in values} == values


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("due", {"due": "Tuesday"}),
        ("severity", {"severity": "kills"}),
        ("estimate", {"best": "3", "likely": "2", "worst": "1"}),
        ("owner", {"team": "999"}),
        ("due", {"version": ""}),
    ],
)
def test_what_makes_no_sense_keeps_the_form(post, spam, field, data):
    response = post(field, **data)
    assert (response.status_code, response.text.lstrip()[:5]) == (422, "<form")
    spam.refresh_from_db()
    assert spam.version == 1


@pytest.mark.parametrize("source", ["cell", "check"])
def test_a_must_have_is_not_made_light_of(post, sign_in, people, spam, source):
    type(spam).objects.update(source=source)
    response = post("severity", severity="degrades")
    assert (response.status_code, "It stands for a must-have" in response.text) == (422, True)
    many = {"row": f"{spam.pk}:1", "confirmed": "1", "action": "severity", "severity": "degrades"}
    response = sign_in(people.lead).post("/blockers/many/", many, headers=HTMX)
    assert [one.why for one in response.context["refused"]] == [
        "It stands for a must-have: ask to launch without it, or make that a nice-to-have."
    ]
    spam.refresh_from_db()
    assert spam.severity == "blocks"


def test_the_estimate_of_a_checklist_can_be_changed_and_left_alone(post, sign_in, people, spam, europe):
    Blocker.objects.filter(pk=spam.pk).update(
        source=Blocker.Source.CELL, cell=europe.cell, best=None, likely=None, worst=None
    )
    Readiness.objects.filter(pk=europe.cell.pk).update(best=1, likely=2, worst="4.5")
    page = sign_in(people.teammate).get(f"{URL}estimate/").text
    assert re.findall(r'name="(best|likely|worst)" value="(.+?)"', page) == [
        ("best", "1"),
        ("likely", "2"),
        ("worst", "4.5"),
    ]
    for worst, own in (("4.5", None), ("6", (1, 2, 6))):
        assert post("estimate", best="1", likely="2", worst=worst).status_code == 200
        spam.refresh_from_db()
        assert spam.estimate == own


def test_both_versions_of_a_conflict(post, people, spam, now):
    spam.amend(by=people.lead, now=now, due=date(2026, 12, 5))
    response = post("due", due="2026-12-24")
    said = "<p>Due: you wrote <b>24 Dec 2026</b>, it is now <b>5 Dec 2026</b>.</p>"
    assert (response.status_code, on_one_line(response.text).count(said)) == (409, 1)
    assert post("due", due="2026-12-24", version=2).status_code == 200


def test_without_script_it_is_a_page(post, sign_in, people, spam):
    page = sign_in(people.teammate).get(f"{URL}due/")
    assert "<h1>Due date</h1>" in page.text
    assert post("due", htmx=False, due="2026-12-24")["Location"] == "/launches/europe-ga/"


def test_it_is_for_those_who_may(post, sign_in, people, spam):
    assert post("due", people.stranger, due="2026-12-24").status_code == 403
    assert sign_in(people.viewer).get(f"{URL}due/").status_code == 403
    assert sign_in(people.lead).get(f"{URL}colour/").status_code == 404

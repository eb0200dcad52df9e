"""POST /regions/<region>/cells/<integration>/estimate/."""

from decimal import Decimal

import pytest

GIVEN = {"best": "5", "likely": "12", "worst": "40", "version": 1}


@pytest.fixture
def url(world):
    return f"{world.url}estimate/"


def estimate(world):
    world.cell.refresh_from_db()
    return world.cell.estimate


@pytest.mark.parametrize(
    ("who", "status", "after"),
    [
        ("admin", 302, (5, 12, 40)),
        ("lead", 302, (5, 12, 40)),
        ("teammate", 302, (5, 12, 40)),
        ("stranger", 403, None),
        ("viewer", 403, None),
        ("signed out", 302, None),
    ],
)
def test_who_may(as_, world, url, who, status, after):
    assert (as_(who).post(url, GIVEN).status_code, estimate(world)) == (status, after)


def test_nothing_withdraws_it(as_, people, world, url, now):
    world.cell.set_estimate((Decimal(1), Decimal(2), Decimal(3)), by=people.lead, now=now)
    as_("teammate").post(url, {"best": "", "likely": "", "worst": "", "version": 2})
    assert estimate(world) is None


def test_htmx_gets_the_panel(as_, world, url):
    response = as_("teammate").post(url, GIVEN, headers={"HX-Request": "true"})
    assert (response.status_code, response.context["cell"].estimate) == (200, (5, 12, 40))


@pytest.mark.parametrize(
    "change",
    [
        {"worst": ""},
        {"best": "13"},
        {"best": "-1"},
        {"best": "1.25"},
        {"worst": "1000000"},
        {"likely": "NaN"},
        {"likely": "soon"},
        {"version": ""},
    ],
)
def test_invalid_keeps_what_was_typed(as_, world, url, change):
    response = as_("teammate").post(url, {**GIVEN, **change})
    assert response.status_code == 422
    assert estimate(world) is None
    assert response.context["estimate"].data["worst"] == {**GIVEN, **change}["worst"]


def test_a_second_editor_gets_both_versions(as_, people, world, url, now):
    world.cell.set_estimate((Decimal(1), Decimal(2), Decimal(3)), by=people.lead, now=now)
    response = as_("teammate").post(url, GIVEN, headers={"HX-Request": "true"})
    assert response.status_code == 409
    sides = [tuple(side) for side in response.context["conflict"].sides]
    assert sides == [("Best", "5", "1"), ("Likely", "12", "2"), ("Worst", "40", "3")]
    assert response.context["estimate"].data["likely"] == "12"


def test_wrong_method(as_, url):
    assert as_("admin").get(url).status_code == 405

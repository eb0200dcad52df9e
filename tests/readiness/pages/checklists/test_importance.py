"""POST /regions/<region>/cells/<integration>/importance/."""

import pytest


@pytest.fixture
def url(world):
    return f"{world.url}importance/"


def importance(world):
    world.cell.refresh_from_db()
    return world.cell.importance


@pytest.mark.parametrize(
    ("who", "status", "after"),
    [
        ("admin", 302, "nice_to_have"),
        ("lead", 302, "nice_to_have"),
        ("teammate", 403, "must_have"),
        ("stranger", 403, "must_have"),
        ("viewer", 403, "must_have"),
        ("signed out", 302, "must_have"),
    ],
)
def test_who_may(as_, world, url, who, status, after):
    response = as_(who).post(url, {"importance": "nice_to_have", "version": 1})
    assert (response.status_code, importance(world)) == (status, after)


def test_htmx_gets_the_panel(as_, world, url, history):
    data = {"importance": "not_needed", "version": 1}
    response = as_("lead").post(url, data, headers={"HX-Request": "true"})
    assert (response.status_code, response.context["cell"].importance) == (200, "not_needed")
    assert history() == [("importance set", "lead")]


def test_a_second_editor_gets_both_versions(as_, people, world, url, now):
    world.cell.set_importance("not_needed", by=people.admin, now=now)
    response = as_("lead").post(url, {"importance": "nice_to_have", "version": 1})
    assert response.status_code == 409
    assert [tuple(side) for side in response.context["conflict"].sides] == [
        ("Importance", "nice to have", "not needed")
    ]
    assert response.context["importance"].data["version"] == "2"


@pytest.mark.parametrize("data", [{}, {"importance": "vital", "version": 1}, {"importance": "must_have"}])
def test_invalid(as_, url, data):
    assert as_("lead").post(url, data).status_code == 422


def test_wrong_method(as_, url):
    assert as_("admin").get(url).status_code == 405

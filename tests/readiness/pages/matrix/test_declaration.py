"""POST /regions/<region>/cells/<integration>/declaration/."""

import pytest

from launches.models import Blocker
from readiness.models import Item

HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(world):
    return f"{world.url}declaration/"


@pytest.fixture
def closed(world):
    """Every must item has passed."""
    Item.objects.update(state="passed")


def state(world):
    world.cell.refresh_from_db()
    return world.cell.state


@pytest.mark.parametrize(
    ("who", "status", "after"),
    [
        ("admin", 302, "in_progress"),
        ("lead", 302, "in_progress"),
        ("teammate", 302, "in_progress"),
        ("stranger", 403, "not_started"),
        ("viewer", 403, "not_started"),
        ("signed out", 302, "not_started"),
    ],
)
def test_who_may(as_, world, url, who, status, after):
    response = as_(who).post(url, {"state": "in_progress", "version": 1})
    assert (response.status_code, state(world)) == (status, after)


def test_the_change_has_its_author(as_, world, url, history):
    as_("teammate").post(url, {"state": "in_progress", "version": 1})
    assert history() == [("declared", "teammate")]


def test_plain_goes_back_to_the_cell_with_a_message(as_, world, url):
    response = as_("teammate").post(url, {"state": "in_progress", "version": 1}, follow=True)
    assert response.redirect_chain == [(world.url, 302)]
    assert [str(message) for message in response.context["messages"]] == ["The state is saved."]


def test_htmx_gets_the_panel_as_it_is_now(as_, world, url):
    response = as_("teammate").post(url, {"state": "in_progress", "version": 1}, headers=HTMX)
    assert response.status_code == 200
    assert b"<html" not in response.content
    assert response.context["cell"].state == "in_progress"
    assert response.context["saved"] == "The state is saved."


def test_ready_over_open_musts_is_refused_and_lists_them(as_, world, url):
    response = as_("teammate").post(url, {"state": "ready", "version": 1}, headers=HTMX)
    assert response.status_code == 422
    assert response.context["refused"] == [world.agreement, world.health]
    assert b'name="override_reason"' not in response.content
    assert state(world) == "not_started"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_lead_is_offered_to_override(as_, world, url, headers):
    response = as_("lead").post(url, {"state": "ready", "version": 1}, headers=headers)
    assert response.status_code == 422
    assert b'name="override_reason"' in response.content


@pytest.mark.parametrize(
    ("who", "status", "after"),
    [("admin", 302, "ready"), ("lead", 302, "ready"), ("teammate", 403, "not_started")],
)
def test_who_may_override(as_, world, url, who, status, after):
    data = {"state": "ready", "version": 1, "override_reason": "Beta customers know."}
    assert as_(who).post(url, data).status_code == status
    assert state(world) == after


def test_ready_with_everything_closed_takes_it_off_the_list_at_once(as_, world, url, closed):
    as_("teammate").post(url, {"state": "in_progress", "version": 1})
    assert [blocker.state for blocker in Blocker.objects.all()] == ["open"]
    as_("teammate").post(url, {"state": "ready", "version": 2})
    assert [blocker.state for blocker in Blocker.objects.all()] == ["resolved"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_second_editor_gets_both_versions(as_, people, world, url, now, closed, headers):
    world.cell.declare("in_progress", by=people.lead, now=now)
    response = as_("teammate").post(url, {"state": "ready", "version": 1}, headers=headers)
    assert response.status_code == 409
    assert [tuple(side) for side in response.context["conflict"].sides] == [("State", "ready", "in progress")]
    assert response.context["conflict"].between.author == people.lead
    assert state(world) == "in_progress"


def test_a_second_editor_may_send_it_again(as_, people, world, url, now, closed):
    world.cell.declare("in_progress", by=people.lead, now=now)
    response = as_("teammate").post(url, {"state": "ready", "version": 1})
    retry = response.context["declaration"].data
    assert as_("teammate").post(url, retry).status_code == 302
    assert state(world) == "ready"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"state": "in_progress"},
        {"state": "regressed", "version": 1},
        {"state": "nonsense", "version": 1},
        {"state": "ready", "version": "one"},
    ],
)
def test_invalid(as_, world, url, data):
    assert as_("teammate").post(url, data).status_code == 422
    assert state(world) == "not_started"


def test_an_address_of_its_own_is_kept(as_, world):
    below_a_launch = "/launches/europe-ga/cells/whatsapp/"
    response = as_("lead").post(f"{below_a_launch}declaration/", {"state": "in_progress", "version": 1})
    assert (response.status_code, response["Location"]) == (302, below_a_launch)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_wrong_method(as_, url, method):
    assert getattr(as_("admin"), method)(url).status_code == 405

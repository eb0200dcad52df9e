"""GET, POST /teams/<slug>/capacity/."""

import pytest

from readiness.models import Change
from tests.fixtures.markup import on_one_line

URL = "/teams/messaging/capacity/"
GIVEN = {"parallel_work": "2", "weekdays": ["mon", "tue", "wed", "thu"], "share": "50", "version": "1"}


def capacity(world):
    world.team.refresh_from_db()
    return world.team.parallel_work, world.team.working_week, world.team.share


@pytest.mark.parametrize(
    ("who", "shown", "saved"),
    [
        ("admin", 200, 302),
        ("lead", 403, 403),
        ("teammate", 200, 302),
        ("stranger", 403, 403),
        ("viewer", 403, 403),
        ("signed out", 302, 302),
    ],
)
def test_who_may(as_, world, who, shown, saved):
    client = as_(who)
    assert (client.get(URL).status_code, client.post(URL, GIVEN).status_code) == (shown, saved)
    may = who in ("admin", "teammate")
    assert capacity(world) == ((2, "mon tue wed thu", 50) if may else (1, "mon tue wed thu fri", 100))


def test_it_is_kept_with_who_said_so_and_from_when_on(as_, world, now):
    as_("teammate").post(URL, GIVEN)
    assert capacity(world) == (2, "mon tue wed thu", 50)
    assert (world.team.pace, world.team.paced_on, world.team.version) == (0.4, now.date(), 2)
    [row] = Change.objects.about(world.team)
    assert (row.verb, row.author.username, row.handled_at) == ("capacity set", "teammate", now)
    assert row.before == {"parallel_work": 1, "working_week": "mon tue wed thu fri", "share": 100}
    assert row.after == {"parallel_work": 2, "working_week": "mon tue wed thu", "share": 50}


def test_what_is_so_already_is_no_change(as_, world):
    as_("teammate").post(URL, GIVEN)
    as_("teammate").post(URL, {**GIVEN, "weekdays": ["thu", "wed", "tue", "mon", "mon"], "version": "2"})
    assert (capacity(world)[1], world.team.version, Change.objects.count()) == ("mon tue wed thu", 2, 1)


def test_more_at_once_begins_no_other_week(as_, world):
    full = {"weekdays": world.team.weekdays, "share": "100"}
    as_("teammate").post(URL, {**GIVEN, **full, "parallel_work": "3"})
    assert (capacity(world)[0], world.team.paced_on) == (3, None)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["mon", "sun"]}, "weekdays"),
        ({"share": "4"}, "share"),
        ({"share": "101"}, "share"),
        ({"share": "NaN"}, "share"),
        ({"share": ""}, "share"),
        ({"parallel_work": "0"}, "parallel_work"),
        ({"parallel_work": "51"}, "parallel_work"),
        ({"version": ""}, "version"),
    ],
)
def test_invalid_keeps_what_was_typed(as_, world, change, wrong):
    response = as_("teammate").post(URL, {**GIVEN, **change})
    form = response.context["form"]
    assert (response.status_code, list(form.errors)) == (422, [wrong])
    assert form.data["share"] == {**GIVEN, **change}["share"]
    assert capacity(world) == (1, "mon tue wed thu fri", 100)


def test_a_second_editor_gets_both_versions(as_, world):
    as_("admin").post(URL, {**GIVEN, "share": "80"})
    response = as_("teammate").post(URL, {**GIVEN, "weekdays": ["mon", "fri"]})
    assert response.status_code == 409
    assert [tuple(side) for side in response.context["conflict"].sides] == [
        ("Works on", "Monday, Friday", "Monday, Tuesday, Wednesday, Thursday"),
        ("Share of each day, in percent", "50", "80"),
    ]
    assert response.context["form"].data["version"] == "2"


def test_the_page_of_the_team_says_it(as_, world):
    assert "Works on</dt>" not in as_("viewer").get("/teams/messaging/").content.decode()
    as_("teammate").post(URL, GIVEN)
    page = on_one_line(as_("viewer").get("/teams/messaging/").text)
    assert 'Monday, Tuesday, Wednesday, Thursday</dd> <dd class="sub">50 % of each day' in page
    assert URL not in page
    assert URL in as_("teammate").get("/teams/messaging/").content.decode()

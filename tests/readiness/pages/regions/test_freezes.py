"""POST /regions/<slug>/freezes/; GET, POST, DELETE /regions/<slug>/freezes/<first>/."""

import pytest

from readiness.models import Change, Region

URL = "/regions/europe/freezes/"
WINTER = {"first": "2026-12-21", "last": "2027-01-01", "reason": "Year-end"}
ITS_URL = f"{URL}2026-12-21/"


@pytest.fixture
def winter(world):
    Region.objects.filter(pk=world.region.pk).update(freezes=[WINTER])


def freezes(world):
    world.region.refresh_from_db()
    return world.region.freezes


@pytest.mark.parametrize(
    ("who", "status", "shown"),
    [
        ("admin", 302, 200),
        ("lead", 302, 200),
        ("teammate", 403, 403),
        ("stranger", 403, 403),
        ("viewer", 403, 403),
        ("signed out", 302, 302),
    ],
)
def test_who_may(as_, world, who, status, shown):
    client = as_(who)
    assert client.post(URL, WINTER).status_code == status
    may = who in ("admin", "lead")
    assert freezes(world) == ([WINTER] if may else [])
    Region.objects.update(freezes=[WINTER])
    assert client.get(ITS_URL).status_code == shown
    assert client.post(ITS_URL, {"_method": "DELETE"}).status_code == status
    assert freezes(world) == ([] if may else [WINTER])


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"first": ""}, ["first"]),
        ({"last": "2026-02-31"}, ["last"]),
        ({"first": "soon", "reason": ""}, ["first", "reason"]),
        ({"reason": "x" * 201}, ["reason"]),
        ({"last": "2026-12-20"}, ["last"]),
        ({"last": "2028-01-01"}, ["last"]),
        ({"first": "2030-01-01", "last": "2030-01-02"}, ["first"]),
        ({"first": "9999-12-31", "last": "9999-12-31"}, ["first", "last"]),
        ({"first": "0001-01-01", "last": "0001-01-01"}, ["first", "last"]),
        ({"first": "2000-01-01", "last": "2000-01-01", "reason": "<b>"}, []),
    ],
)
def test_invalid_keeps_what_was_typed(as_, world, change, wrong):
    response = as_("lead").post(URL, {**WINTER, **change})
    assert response.status_code == (422 if wrong else 302)
    if wrong:
        form = response.context["freeze_form"]
        assert (list(form.errors), form.data["last"]) == (wrong, {**WINTER, **change}["last"])
        assert (freezes(world), Change.objects.count()) == ([], 0)


def test_days_that_are_frozen_already_are_named(as_, world, winter):
    response = as_("lead").post(URL, {**WINTER, "first": "2027-01-01", "last": "2027-01-08"})
    said = "21 Dec 2026 – 1 Jan 2027 is frozen already: Year-end."
    assert (response.status_code, response.context["freeze_form"].errors["first"]) == (422, [said])


def test_the_page_lists_what_is_not_over(as_, world, winter, now):
    past = {"first": "2026-10-01", "last": "2026-11-01", "reason": "Over"}
    Region.objects.update(freezes=[past, {**past, "first": "2026-11-02", "last": "2026-11-02"}, WINTER])
    response = as_("viewer").get("/regions/europe/")
    assert [freeze.reason for freeze in response.context["freezes"]] == ["Over", "Year-end"]
    assert b"Plan a freeze" not in response.content
    assert ITS_URL.encode() in as_("lead").get("/regions/europe/").content


def test_it_is_changed(as_, world, winter):
    later = {**WINTER, "last": "2027-01-04"}
    response = as_("lead").post(ITS_URL, {**later, "version": 1})
    assert (response.status_code, response["Location"], freezes(world)) == (302, "/regions/europe/", [later])


def test_the_form_has_what_is_there(as_, winter):
    form = as_("lead").get(ITS_URL).context["form"]
    assert form.initial == {**WINTER, "version": 1}


def test_a_second_editor_gets_both_versions(as_, world, winter):
    client = as_("lead")
    client.post(ITS_URL, {**WINTER, "last": "2027-01-04", "version": 1})
    response = client.post(ITS_URL, {**WINTER, "reason": "Audit", "version": 1})
    assert response.status_code == 409
    sides = [tuple(side) for side in response.context["conflict"].sides]
    assert sides == [("Last day", "1 Jan 2027", "4 Jan 2027"), ("Reason", "Audit", "Year-end")]
    typed = response.context["form"].data
    again = client.post(ITS_URL, {name: typed[name] for name in (*WINTER, "version")})
    assert (again.status_code, freezes(world)) == (302, [{**WINTER, "reason": "Audit"}])


def test_what_was_lifted_meanwhile_can_be_planned_anew(as_, world, winter):
    client = as_("lead")
    client.delete(ITS_URL)
    response = client.post(ITS_URL, {**WINTER, "reason": "Audit", "version": 1})
    assert (response.status_code, response.context["freeze_form"].data["reason"]) == (409, "Audit")
    assert (client.get(ITS_URL).status_code, freezes(world)) == (404, [])
    assert client.delete(ITS_URL).status_code == 302


@pytest.mark.parametrize("first", ["2026-12-22", "2026-02-31", "winter", "1"])
def test_no_freeze_begins_then(as_, winter, first):
    assert as_("lead").get(f"{URL}{first}/").status_code == 404


def test_history_tells_it_in_words(as_, winter):
    as_("lead").post(ITS_URL, {**WINTER, "last": "2027-01-04", "version": 1})
    page = as_("viewer").get("/activity/").content.decode()
    assert "21 Dec 2026 – 1 Jan 2027: Year-end" in page


def test_queries_do_not_grow(as_, world, queries):
    client = as_("lead")
    before = queries(client, "/regions/europe/")
    months = [f"2027-{month:02}" for month in range(1, 13)]
    many = [{**WINTER, "first": f"{month}-01", "last": f"{month}-09"} for month in months]
    Region.objects.update(freezes=many)
    assert queries(client, "/regions/europe/") == before

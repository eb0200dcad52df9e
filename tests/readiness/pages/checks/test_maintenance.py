"""POST /checks/<pk>/maintenance/, /regions/<slug>/maintenance/, /integrations/<slug>/maintenance/;
DELETE /maintenance/<pk>/."""

from datetime import UTC, datetime, timedelta

import pytest

from readiness.models import Change, Maintenance

HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)
WINDOW = {"starts_at": "2026-11-02T10:00", "ends_at": "2026-11-02T12:30", "reason": "moving"}
SNOOZE = {"length": "4", "until": "", "reason": "deploying"}


@pytest.fixture
def check(world):
    return f"/checks/{world.health.pk}/"


@pytest.fixture
def window(world, people, now):
    def window(subject):
        return Maintenance.plan(subject, now, now + HOUR, "moving", by=people.admin, now=now)

    return window


def windows():
    return [
        (row.subject, row.starts_at, row.ends_at, row.reason) for row in Maintenance.objects.order_by("pk")
    ]


@pytest.mark.parametrize(
    ("who", "snooze", "integration", "region"),
    [
        ("admin", 302, 302, 302),
        ("lead", 302, 403, 302),
        ("teammate", 302, 302, 403),
        ("stranger", 403, 403, 403),
        ("viewer", 403, 403, 403),
    ],
)
def test_who_may(as_, check, who, snooze, integration, region):
    client = as_(who)
    assert client.post(f"{check}maintenance/", SNOOZE).status_code == snooze
    assert client.post("/integrations/whatsapp/maintenance/", WINDOW).status_code == integration
    assert client.post("/regions/europe/maintenance/", WINDOW).status_code == region
    assert Maintenance.objects.count() == [snooze, integration, region].count(302)


@pytest.mark.parametrize(
    ("data", "ends_at"),
    [
        ({"length": "1"}, datetime(2026, 11, 2, 10, tzinfo=UTC)),
        ({"length": "24"}, datetime(2026, 11, 3, 9, tzinfo=UTC)),
        ({"length": "day", "until": "2026-11-02"}, datetime(2026, 11, 3, tzinfo=UTC)),
        ({"length": "1", "until": "2026-11-20"}, datetime(2026, 11, 2, 10, tzinfo=UTC)),
    ],
)
def test_a_snooze_begins_now_and_ends_by_itself(as_, world, check, now, data, ends_at):
    response = as_("teammate").post(f"{check}maintenance/", {**SNOOZE, **data})
    assert (response.status_code, response["Location"]) == (302, check)
    assert windows() == [(world.health, now, ends_at, "deploying")]
    [row] = Change.objects.about(world.health)
    assert (row.verb, row.note, row.handled_at) == ("in maintenance", "deploying", now)


@pytest.mark.parametrize(
    "data",
    [
        {"reason": ""},
        {"length": "2"},
        {"length": "day"},
        {"length": "day", "until": "2026-11-01"},
        {"length": "day", "until": "2026-12-25"},
        {"length": "day", "until": "never"},
        {"length": "day", "until": "0001-01-01"},
        {"length": "day", "until": "9999-12-31"},
    ],
)
def test_a_snooze_that_makes_no_sense_keeps_what_was_typed(as_, check, data):
    typed = {**SNOOZE, "reason": "deploying 1 < 2", **data}
    response = as_("teammate").post(f"{check}maintenance/", typed, headers=HTMX)
    assert (response.status_code, Maintenance.objects.count()) == (422, 0)
    assert response.context["snooze"]["reason"].value() == typed["reason"]
    assert b"<details open>" in response.content


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"starts_at": ""}, "starts_at"),
        ({"ends_at": "2026-11-02T10:00"}, "ends_at"),
        ({"starts_at": "2026-11-01T10:00", "ends_at": "2026-11-02T09:00"}, "ends_at"),
        ({"ends_at": "2026-12-03T10:00"}, "ends_at"),
        ({"starts_at": "2027-11-03T10:00", "ends_at": "2027-11-04T10:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T00:00", "ends_at": "9999-12-31T23:59"}, "starts_at"),
        ({"reason": " "}, "reason"),
    ],
)
@pytest.mark.parametrize("page", ["/regions/europe/", "/integrations/whatsapp/"])
def test_a_window_that_makes_no_sense_is_shown_again(as_, data, field, page):
    response = as_("admin").post(f"{page}maintenance/", {**WINDOW, **data})
    assert (response.status_code, Maintenance.objects.count()) == (422, 0)
    assert list(response.context["maintenance_form"].errors) == [field]


@pytest.mark.parametrize("starts_at", ["2026-10-01T10:00", "0001-01-01T00:00"])
def test_a_window_excuses_nothing_that_was_before_it(as_, world, now, starts_at):
    response = as_("lead").post("/regions/europe/maintenance/", {**WINDOW, "starts_at": starts_at})
    assert response.status_code == 302
    assert windows() == [(world.region, now, datetime(2026, 11, 2, 12, 30, tzinfo=UTC), "moving")]


@pytest.mark.parametrize("page", ["/regions/europe/", "/integrations/whatsapp/"])
def test_a_window_is_planned_shown_and_called_off(as_, world, page):
    client = as_("admin")
    assert client.post(f"{page}maintenance/", WINDOW)["Location"] == page
    subject = world.region if "regions" in page else world.integration
    starts, ends = datetime(2026, 11, 2, 10, tzinfo=UTC), datetime(2026, 11, 2, 12, 30, tzinfo=UTC)
    assert windows() == [(subject, starts, ends, "moving")]
    assert b"From 2 Nov, 10:00 until 2 Nov, 12:30" in client.get(page).content
    off = client.post(f"/maintenance/{Maintenance.objects.get().pk}/", {"_method": "DELETE"})
    assert (off["Location"], windows()) == (page, [(subject, starts, starts, "moving")])
    assert b"None. In maintenance" in client.get(page).content


@pytest.mark.parametrize(
    ("over", "enders"),
    [
        ("health", {"admin", "lead", "teammate"}),
        ("region", {"admin", "lead"}),
        ("integration", {"admin", "teammate"}),
    ],
)
def test_who_may_end_it(as_, world, window, over, enders):
    row = window(getattr(world, over))
    statuses = {
        who: as_(who).delete(row.get_absolute_url()).status_code
        for who in ("viewer", "stranger", "teammate", "lead", "admin")
    }
    assert {who for who, status in statuses.items() if status == 302} == enders
    assert set(statuses.values()) == {302, 403}


def test_ending_it_in_the_panel_answers_with_the_panel(as_, world, window, history):
    row = window(world.health)
    first = as_("teammate").delete(row.get_absolute_url(), headers=HTMX)
    again = as_("teammate").delete(row.get_absolute_url(), headers=HTMX)
    assert (first.context["told"], again.context["told"]) == (
        "The maintenance is over: from the next run on everything counts again.",
        "It was over already.",
    )
    assert first.content.count(b"<html") == 0
    assert history() == [("in maintenance", "admin"), ("maintenance ended", "teammate")]


def test_a_form_without_its_method_ends_nothing(as_, world, window, now):
    row = window(world.health)
    assert as_("admin").post(row.get_absolute_url()).status_code == 400
    assert as_("admin").get(row.get_absolute_url()).status_code == 405
    assert as_("admin").delete("/maintenance/999/").status_code == 404
    assert Maintenance.objects.get().is_open(now)


@pytest.mark.parametrize("page", ["/checks/", "CHECK", "/regions/europe/cells/whatsapp/"])
def test_what_is_in_maintenance_says_so(as_, world, check, window, page):
    page = page.replace("CHECK", check)
    client = as_("viewer")
    assert b"in maintenance until" not in client.get(page).content
    window(world.region)
    content = client.get(page).content
    assert b"in maintenance until 2 Nov, 10:00" in content
    assert b"End now" not in content


def test_a_window_over_more_is_not_ended_from_one_check(as_, world, check, window):
    window(world.region)
    content = as_("teammate").get(check).content.decode()
    assert ("all of Europe" in content, "End now" in content) == (True, False)

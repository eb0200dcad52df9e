"""GET /checks/ and /checks/<pk>/; POST …/run/ and …/pause/."""

from datetime import timedelta

import pytest
from model_bakery import baker

from readiness.models import Day, Heartbeat, Item, Origin, Readiness, Region, Requirement, Result
from readiness.models.history import change

LIST = "/checks/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def url(world):
    return f"/checks/{world.health.pk}/"


@pytest.fixture
def several(world, now):
    """One check in each state, and two failing ones of different age."""
    world.health.delete()
    states = ["passed", "stale", "unknown", "error", "failed", "failed"]
    for age, state in enumerate(states):
        place = baker.make(Region, slug=f"place-{age}", name=f"Place {age}")
        cell = baker.make(Readiness, region=place, integration=world.integration)
        requirement = Requirement.objects.get(slug="health")
        baker.make(Item, cell=cell, requirement=requirement, state=state, since=now - timedelta(hours=age))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("lead", 200),
        ("teammate", 200),
        ("stranger", 200),
        ("viewer", 200),
        ("signed out", 302),
    ],
)
def test_everybody_signed_in_reads_them(as_, url, who, status):
    assert as_(who).get(LIST).status_code == status
    assert as_(who).get(url).status_code == status


def test_newest_failing_first(as_, several):
    page = as_("viewer").get(LIST).context["page"]
    assert [(item.state, item.cell.region.name) for item in page] == [
        ("failed", "Place 4"),
        ("failed", "Place 5"),
        ("error", "Place 3"),
        ("stale", "Place 1"),
        ("unknown", "Place 2"),
        ("passed", "Place 0"),
    ]


def test_the_first_line_counts_them_worst_first(as_, several):
    counts = as_("viewer").get(LIST).context["counts"]
    assert list(counts.items()) == [("failed", 2), ("error", 1), ("stale", 1), ("unknown", 1), ("passed", 1)]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 6),
        ({"state": "failed"}, 2),
        ({"region": "place-0"}, 1),
        ({"region": "place-0", "state": "failed"}, 0),
        ({"integration": "whatsapp"}, 6),
        ({"integration": "mars", "state": "failed"}, 6),
        ({"kind": "tls"}, 0),
        ({"kind": "http"}, 6),
        ({"region": "mars"}, 6),
        ({"page": "99"}, 6),
        ({"page": "last"}, 6),
    ],
)
def test_filters(as_, several, filters, count):
    assert len(as_("viewer").get(LIST, filters).context["page"]) == count


def test_a_manual_item_is_no_check(as_, world):
    assert as_("viewer").get(f"/checks/{world.agreement.pk}/").status_code == 404
    assert [item.pk for item in as_("viewer").get(LIST).context["page"]] == [world.health.pk]


def test_the_same_address_is_a_page_and_a_part(as_, url):
    page, part = as_("viewer").get(url), as_("viewer").get(url, headers=HTMX)
    assert (page.content.count(b"<html"), part.content.count(b"<html")) == (1, 0)
    assert "HX-Request" in page["Vary"]


def test_only_the_last_runs_are_shown_newest_first(as_, world, url, now):
    for minutes in range(100):
        baker.make(Result, item=world.health, at=now - timedelta(minutes=minutes), state="passed")
    results = as_("viewer").get(url).context["results"]
    assert [result.at for result in results] == [now - timedelta(minutes=minutes) for minutes in range(90)]


def test_a_check_that_never_ran_says_so(as_, url):
    response = as_("viewer").get(url)
    assert (response.context["bars"], response.context["results"]) == ([], [])
    assert b"It has not run yet" in response.content


def test_a_check_that_nobody_needs_there_promises_no_run(as_, url, world):
    Readiness.objects.filter(pk=world.health.cell_id).update(importance="not_needed")
    page = as_("admin").get(url).text
    assert "so it does not run" in page
    assert ("Run now" in page, "due within seconds" in page) == (False, False)
    assert "so it does not run" in as_("admin").get("/checks/").text


@pytest.mark.parametrize(
    ("who", "status", "due"),
    [
        ("admin", 302, True),
        ("lead", 302, True),
        ("teammate", 302, True),
        ("stranger", 302, True),
        ("viewer", 403, False),
        ("signed out", 302, False),
    ],
)
def test_who_may_run(as_, world, url, now, who, status, due):
    assert as_(who).post(f"{url}run/").status_code == status
    world.health.refresh_from_db()
    assert (world.health.next_run_at == now) is due


@pytest.mark.parametrize(
    ("who", "status", "paused"),
    [
        ("admin", 302, True),
        ("lead", 302, True),
        ("teammate", 302, True),
        ("stranger", 403, False),
        ("viewer", 403, False),
        ("signed out", 302, False),
    ],
)
def test_who_may_pause(as_, world, url, who, status, paused):
    assert as_(who).post(f"{url}pause/", {"paused": "yes"}).status_code == status
    world.health.refresh_from_db()
    assert world.health.paused is paused


def test_pause_and_resume_are_told(as_, url, history):
    as_("teammate").post(f"{url}pause/", {"paused": "yes"})
    as_("teammate").post(f"{url}pause/", {"paused": "yes"})
    as_("teammate").post(f"{url}pause/", {"paused": "no"})
    assert history() == [("paused", "teammate"), ("resumed", "teammate")]


@pytest.mark.parametrize("data", [{}, {"paused": ""}, {"paused": "perhaps"}])
def test_neither_yes_nor_no_changes_nothing(as_, url, data, history):
    assert as_("teammate").post(f"{url}pause/", data).status_code == 400
    assert history() == []


def test_a_paused_check_is_not_run(as_, world, url):
    as_("teammate").post(f"{url}pause/", {"paused": "yes"})
    response = as_("teammate").post(f"{url}run/", headers=HTMX)
    assert response.context["told"] == "It is paused: resume it first."


def test_what_nobody_needs_is_not_run(as_, world, url):
    world.cell.importance = "not_needed"
    world.cell.save()
    response = as_("teammate").post(f"{url}run/", headers=HTMX)
    assert response.context["told"] == "It is not run: the region does not need this integration."


@pytest.mark.parametrize(("action", "data"), [("run", {}), ("pause", {"paused": "yes"})])
def test_htmx_gets_the_part_and_plain_goes_back(as_, url, action, data):
    part = as_("teammate").post(f"{url}{action}/", data, headers=HTMX)
    plain = as_("teammate").post(f"{url}{action}/", data)
    assert (part.status_code, part.content.count(b"<html")) == (200, 0)
    assert (plain.status_code, plain["Location"]) == (302, url)


@pytest.mark.parametrize("action", ["run", "pause"])
def test_wrong_method(as_, url, action):
    assert as_("admin").get(f"{url}{action}/").status_code == 405
    assert as_("admin").post(url).status_code == 405
    assert as_("admin").post(LIST).status_code == 405


def test_queries_do_not_grow(as_, url, grow, queries):
    client = as_("teammate")
    before = queries(client, LIST), queries(client, url)
    grow()
    assert (queries(client, LIST), queries(client, url)) == before
    assert max(before) <= 13


def test_the_address_to_ping_is_for_those_who_may_edit(world, now, as_):
    Requirement.objects.filter(slug="health").update(probe="heartbeat", parameters={"period": 60})
    page = f"/checks/{world.health.pk}/"
    assert "To ping" not in as_("teammate").get(page).content.decode()
    ping = Heartbeat.objects.for_items([world.health.pk], now)[world.health.pk].ping
    assert f"http://testserver/ping/{ping}" in as_("teammate").get(page).content.decode()
    assert str(ping) not in as_("stranger").get(page).content.decode()


# --- Status -------------------------------------------------------------------------------------------


@pytest.fixture
def told(several, now):
    """The passed check ran each minute for a day, one failing check of two runs failed the last."""
    passed, failed = Item.objects.get(state="passed"), Item.objects.filter(state="failed").earliest("since")
    runs = [
        Result(item=passed, at=now - timedelta(minutes=minutes), state="passed", latency=20)
        for minutes in range(1, 1441)
    ]
    runs += [
        Result(item=failed, at=now - timedelta(minutes=minutes), state=state, latency=latency)
        for minutes, state, latency in [(20, "passed", 80), (15, "failed", 900)]
    ]
    Result.objects.bulk_create(runs)
    for item, latency in ((passed, 2000), (failed, 900)):
        Item.objects.filter(pk=item.pk).update(last_at=item.results.latest("at").at, latency=latency)
        Day.objects.add_up(item, now)
    return {"passed": passed, "failed": failed}


def test_the_list_tells_the_week_and_the_last_runs(as_, told):
    rows = {row.item.pk: row for row in as_("viewer").get(LIST).context["rows"]}
    row = rows[told["failed"].pk]
    assert (row.week.share, row.week.observed, row.told) == ("25 %", "100 %", "1 of the last 2 runs passed")
    assert (rows[told["passed"].pk].week.share, len(rows[told["passed"].pk].runs)) == ("100 %", 30)
    assert [(row.week.share, list(row.runs)) for row in rows.values()][-2:-1] == [("", [])]


@pytest.mark.parametrize(
    ("sort", "states"),
    [
        ("", ["failed", "failed", "error", "stale", "unknown", "passed"]),
        ("sideways", ["failed", "failed", "error", "stale", "unknown", "passed"]),
        ("slowest", ["passed", "failed", "stale", "unknown", "error", "failed"]),
        ("uptime", ["failed", "passed", "stale", "unknown", "error", "failed"]),
    ],
)
def test_orders_put_the_unmeasured_last(as_, told, sort, states):
    page = as_("viewer").get(LIST, {"sort": sort}).context["page"]
    assert [item.state for item in page] == states


def test_what_did_not_pass_in_maintenance_is_shown_and_leaves_uptime_alone(as_, told, now):
    failed = told["failed"].results.filter(state="failed")
    excused = list(failed)
    for result in excused:
        result.excused = True
    # What was recorded is not changed, and so it is recorded otherwise.
    failed.delete()
    Result.objects.bulk_create(excused)
    told["failed"].days.all().delete()
    Day.objects.add_up(told["failed"], now)
    response = as_("viewer").get(f"/checks/{told['failed'].pk}/")
    week = response.context["record"].week
    assert (week.share, week.observed, week.excused) == ("100 %", "25 %", timedelta(minutes=15))
    content = response.content.decode()
    assert (content.count("in maintenance</span>"), content.count("15 min excused")) == (1, 4)
    rows = {row.item.pk: row for row in as_("viewer").get(LIST).context["rows"]}
    assert [run.state for run in rows[told["failed"].pk].runs] == ["passed", "excused"]


def test_the_page_tells_uptime_latency_and_what_turned_it(as_, told, now):
    item = told["failed"]
    for minutes, state, fact in [(20, "passed", "answered 200"), (15, "failed", "took 900 ms, limit 800 ms")]:
        at = now - timedelta(minutes=minutes)
        change(item, state, at=at, origin=Origin.CHECK, after={"state": state}, note=fact).save()
    context = as_("viewer").get(f"/checks/{item.pk}/").context
    assert [(each.label, each.share, each.record.runs) for each in context["record"].uptimes] == [
        (label, "25 %", 2) for label in ("24 h", "7 d", "30 d", "90 d")
    ]
    assert [(turn.state, turn.change.note, turn.lasted, turn.is_now) for turn in context["turns"]] == [
        ("failed", "took 900 ms, limit 800 ms", timedelta(minutes=15), True),
        ("passed", "answered 200", timedelta(minutes=5), False),
    ]
    day, month = context["latencies"]
    measured = [slow for slow in [*day.series, *month.series] if slow.p50 is not None]
    assert [(slow.label, round(slow.p50), round(slow.p95)) for slow in measured] == [
        ("08:00", 80, 899),
        ("2 Nov", 80, 899),
    ]

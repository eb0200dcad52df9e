"""The forecasts kept, on the launch page and on home; and how right they were."""

from datetime import timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker
from launches.status.snapshots import save_snapshots

URL = "/launches/europe-ga/"


@pytest.fixture
def fortnight(europe, now):
    """Two weeks in which an estimate was raised."""
    days = [now - timedelta(days=number) for number in range(14, 0, -1)]
    blocker = baker.make(
        Blocker,
        launch=europe.launch,
        slug="invoices",
        title="Invoices",
        kind="customer_facing",
        opened_at=days[0],
        best=5,
        likely=5,
        worst=5,
    )
    for at in days[:7]:
        save_snapshots(at)
    blocker.amend(by=europe.lead, now=days[6], likely=9, worst=9, best=9)
    for at in days[7:]:
        save_snapshots(at)


def test_without_a_past_there_is_no_fan(sign_in, people, europe, spam):
    response = sign_in(people.viewer).get(URL)
    assert (response.status_code, response.context["page"].fan) == (200, None)


def test_the_fan_ends_with_what_is_forecast_now(sign_in, people, fortnight, now):
    page = sign_in(people.viewer).get(URL).context["page"]
    series = page.history.series
    assert [seen.day for seen in series] == [now.date() - timedelta(days=n) for n in range(14, -1, -1)]
    assert series[-1].p85 == page.status.outlook.dates[85]
    assert ("estimate of Invoices raised by lead", 4) in [
        (told.text, told.days) for told in page.history.told
    ]


def test_home_says_how_far_it_drifted_in_a_week(sign_in, people, fortnight):
    row = sign_in(people.viewer).get("/").context["ahead"][0]
    series = row.history.series
    assert row.history.drift == (series[-1].p85 - series[-8].p85).days
    assert len(row.history.sparkline.split()) == 15


def test_a_new_launch_has_not_drifted(sign_in, people, europe, spam):
    history = sign_in(people.viewer).get("/").context["ahead"][0].history
    assert (history.drift, history.sparkline) == (None, "")


def test_nothing_closed_yet_is_said(sign_in, people):
    response = sign_in(people.viewer).get("/calibration/")
    assert (response.context["rows"], response.context["teams"]) == ([], [])
    assert "Nothing has been closed yet." in response.text


def test_closed_blockers_are_scored_with_and_without_what_was_learned(sign_in, people, europe, now):
    """Each takes twice its estimate; after eight of them the forecast knows."""
    for number in range(16):
        baker.make(
            Blocker,
            launch=europe.launch,
            slug=f"b{number}",
            kind="customer_facing",
            team=europe.team,
            state="resolved",
            source="person",
            best=5,
            likely=5,
            worst=5,
            opened_at=now - timedelta(days=14 * number + 14),
            started_at=now - timedelta(days=14 * number + 14),
            closed_at=now - timedelta(days=14 * number + 3),
        )
    rows = sign_in(people.viewer).get("/calibration/").context["rows"]
    assert [(row.label, row.calibration.count, row.calibration.coverage[85]) for row in rows] == [
        ("Blockers, with what was known by then", 16, 0.5),
        ("Blockers, by their estimates alone", 16, 0.0),
    ]
    team = sign_in(people.viewer).get("/calibration/").context["teams"][0]
    assert (team.label, team.calibration.count) == ("Messaging", 16)

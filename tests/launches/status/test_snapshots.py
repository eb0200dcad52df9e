"""Every day's forecast is kept once, and again after what changed, when it is calm."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from model_bakery import baker

from launches.models import Blocker, Launch, Snapshot
from launches.planning import past
from launches.status import settle_cells, settle_launch, status_of
from launches.status.snapshots import save_snapshots
from launches.tasks import keep_forecasts as task
from readiness.language.phrase import render
from readiness.models import Change


@pytest.fixture
def blocker(europe, now):
    return Blocker.objects.raised(
        europe.launch,
        title="Invoices",
        by=europe.lead,
        now=now - timedelta(days=2),
        proposed=False,
        kind="internal_process",
        best=5,
        likely=5,
        worst=5,
    )


def kept():
    return [(row.day, row.p85, told(row)) for row in Snapshot.objects.order_by("day")]


def told(row):
    return [change | {"text": render(change["text"])} for change in row.changes]


def test_nothing_ahead_nothing_kept(db, now):
    assert save_snapshots(now) == 0


def test_a_launch_that_is_over_is_not_forecast(europe, now):
    Launch.objects.update(launched_at=now)
    assert save_snapshots(now) == 0


def test_what_cannot_be_forecast_is_not_kept(blocker, europe, now):
    blocker.depends_on.add(blocker)
    assert (save_snapshots(now), kept()) == (0, [])


def test_once_a_day_and_with_what_moved_it(blocker, now):
    assert [save_snapshots(now), save_snapshots(now + timedelta(hours=1))] == [1, 0]
    assert save_snapshots(now + timedelta(days=1)) == 1
    assert kept() == [
        (date(2026, 11, 2), date(2026, 11, 6), []),
        (
            date(2026, 11, 3),
            date(2026, 11, 9),
            [{"days": 3, "text": "1 working day passed", "by_itself": True}],
        ),
    ]


def test_a_change_renews_the_day_once_it_is_calm(blocker, europe, now):
    save_snapshots(now)
    blocker.amend(by=europe.lead, now=now + timedelta(minutes=2), worst=30)
    assert save_snapshots(now + timedelta(minutes=2, seconds=10)) == 0
    assert save_snapshots(now + timedelta(minutes=3)) == 1
    assert [day for day, _, _ in kept()] == [date(2026, 11, 2)]
    assert kept()[0][1] > date(2026, 11, 6)


def test_work_without_a_pause_is_looked_at_all_the_same(blocker, europe, now):
    save_snapshots(now)
    blocker.amend(by=europe.lead, now=now + timedelta(minutes=11), worst=30)
    assert save_snapshots(now + timedelta(minutes=11, seconds=1)) == 1


def test_what_became_of_a_blocker_is_said(blocker, europe, now):
    save_snapshots(now)
    blocker.resolve(by=europe.lead, now=now)
    save_snapshots(now + timedelta(days=1))
    assert kept()[1][2] == [
        {"days": 3, "text": "1 working day passed", "by_itself": True},
        {"days": -6, "text": "Invoices was resolved by lead", "by_itself": False},
    ]


def test_who_moved_it_is_said_by_the_team_where_there_is_just_one(blocker, europe, now):
    teams = [europe.team, baker.make("readiness.Team", name="Payments")]
    for number, members in enumerate(([europe.team], teams, [])):
        user = baker.make("readiness.User", username=f"u{number}", first_name="Ada", last_name=str(number))
        user.teams.set(members)
        save_snapshots(day := now + timedelta(days=number))
        blocker.amend(by=user, now=day + timedelta(hours=1), worst=20 + 5 * number, likely=10 + number)
    save_snapshots(now + timedelta(days=3))
    texts = [move["text"] for row in Snapshot.objects.order_by("day") for move in told(row)]
    assert [text.rpartition(" by ")[2] for text in texts if text.startswith("estimate")] == [
        "Messaging",
        "Ada 1",
        "Ada 2",
    ]


def test_what_was_done_to_the_cell_was_done_to_the_blocker_that_stands_for_it(europe, now):
    settle_cells([europe.cell.pk], now)
    europe.cell.set_estimate((Decimal(2), Decimal(3), Decimal(4)), by=europe.lead, now=now)
    save_snapshots(now)
    later = now + timedelta(hours=1)
    europe.cell.set_estimate((Decimal(20), Decimal(30), Decimal(40)), by=europe.lead, now=later)
    save_snapshots(now + timedelta(days=1))
    assert [move["text"] for move in kept()[1][2]][1:] == ["estimate of WhatsApp raised by lead"]


def test_it_is_what_the_page_says(blocker, europe, now):
    save_snapshots(now)
    row = Snapshot.objects.get()
    seen = status_of(Launch.objects.select_related("region").get(), europe.lead, now)
    assert (row.version, row.chance, row.target, row.goal) == (
        seen.outlook.version,
        seen.outlook.chance,
        seen.launch.target,
        85,
    )


def test_the_task_keeps_them(blocker):
    assert task() == 1


def test_launches_that_came_later_than_foreseen_lengthen_the_next(europe, now):
    """Foreseen in 20 working days, came in 40, ten times: drawn halfway to twice as long."""
    for number in range(10):
        launch = baker.make(Launch, slug=f"l{number}", launched_at=now - timedelta(days=56))
        baker.make(
            Snapshot,
            launch=launch,
            day=(now - timedelta(days=112)).date(),
            p50=(now - timedelta(days=84)).date(),
            p85=(now - timedelta(days=77)).date(),
            p95=(now - timedelta(days=70)).date(),
        )
    assert past().correction == pytest.approx(2 ** (10 / 18))


def test_what_each_costs_is_kept_in_its_row(europe, now):
    settle_launch(europe.launch, now)
    whatsapp = Blocker.objects.get()
    Blocker.objects.filter(pk=whatsapp.pk).update(best=30, likely=40, worst=60)
    stale = baker.make(
        Blocker, launch=europe.launch, slug="x", state="resolved", days_bought=9, opened_at=now
    )
    save_snapshots(now)
    snapshot = Snapshot.objects.get()
    whatsapp.refresh_from_db()
    stale.refresh_from_db()
    assert whatsapp.days_bought == snapshot.outlook["parts"]["whatsapp"][0] > 0
    assert stale.days_bought == 0
    assert Change.objects.about(whatsapp).count() == 1

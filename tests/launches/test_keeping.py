"""Every day's forecast is kept once, and again after what changed, when it is calm."""

from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.blocking import standing
from launches.keeping import keep_forecasts
from launches.models import Blocker, Launch, Snapshot
from launches.planning import past
from launches.tasks import keep_forecasts as task


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
    return [(row.day, row.p85, row.changes) for row in Snapshot.objects.order_by("day")]


def test_nothing_ahead_nothing_kept(db, now):
    assert keep_forecasts(now) == 0


def test_a_launch_that_is_over_is_not_forecast(europe, now):
    Launch.objects.update(launched_at=now)
    assert keep_forecasts(now) == 0


def test_what_cannot_be_forecast_is_not_kept(blocker, europe, now):
    blocker.depends_on.add(blocker)
    assert (keep_forecasts(now), kept()) == (0, [])


def test_once_a_day_and_with_what_moved_it(blocker, now):
    assert [keep_forecasts(now), keep_forecasts(now + timedelta(hours=1))] == [1, 0]
    assert keep_forecasts(now + timedelta(days=1)) == 1
    assert kept() == [
        (date(2026, 11, 2), date(2026, 11, 6), []),
        (
            date(2026, 11, 3),
            date(2026, 11, 9),
            [{"days": 3, "text": "1 working day passed", "by_itself": True}],
        ),
    ]


def test_a_change_renews_the_day_once_it_is_calm(blocker, europe, now):
    keep_forecasts(now)
    blocker.amend(by=europe.lead, now=now + timedelta(minutes=2), worst=30)
    assert keep_forecasts(now + timedelta(minutes=2, seconds=10)) == 0
    assert keep_forecasts(now + timedelta(minutes=3)) == 1
    assert [day for day, _, _ in kept()] == [date(2026, 11, 2)]
    assert kept()[0][1] > date(2026, 11, 6)


def test_work_without_a_pause_is_looked_at_all_the_same(blocker, europe, now):
    keep_forecasts(now)
    blocker.amend(by=europe.lead, now=now + timedelta(minutes=11), worst=30)
    assert keep_forecasts(now + timedelta(minutes=11, seconds=1)) == 1


def test_what_became_of_a_blocker_is_said(blocker, europe, now):
    keep_forecasts(now)
    blocker.resolve(by=europe.lead, now=now)
    keep_forecasts(now + timedelta(days=1))
    assert kept()[1][2] == [
        {"days": 3, "text": "1 working day passed", "by_itself": True},
        {"days": -6, "text": "Invoices was resolved", "by_itself": False},
    ]


def test_it_is_what_the_page_says(blocker, europe, now):
    keep_forecasts(now)
    row = Snapshot.objects.get()
    seen = standing(Launch.objects.select_related("region").get(), europe.lead, now)
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

"""Freezes and part-time weeks, from what people enter to the dates that pages show."""

from datetime import date, timedelta

import pytest

from launches.models import Launch, Snapshot
from launches.planning import WhatIf, imagined, outlooks, past
from launches.status import status_of
from launches.status.snapshots import save_snapshots
from readiness.language.phrase import render
from readiness.models import ChangeFreeze, Region, Team

AUDIT = ChangeFreeze(date(2026, 11, 4), date(2026, 11, 6), "Audit")


@pytest.fixture
def stands(europe, now):
    def found(at=now):
        return status_of(Launch.objects.select_related("region").get(pk=europe.launch.pk), europe.lead, at)

    return found


def test_a_freeze_makes_everything_later_by_its_days(stands, block, europe, now):
    block("open", 5)
    before = stands()
    assert set(before.outlook.dates.values()) == {date(2026, 11, 6)}
    europe.region.freeze(AUDIT, by=europe.lead, now=now)
    after = stands()
    assert set(after.outlook.dates.values()) == {date(2026, 11, 11)}
    assert after.inputs.calendar.between(before.outlook.p85, after.outlook.p85) == 3
    assert before.working_days_left - after.working_days_left == 3
    assert (before.freezes_ahead, after.freezes_ahead) == ([], [AUDIT])


def test_a_weekend_that_is_frozen_moves_nothing_and_is_another_state_all_the_same(stands, block, europe):
    block("open", 9)
    before = stands()
    Region.objects.update(freezes=[{"first": "2026-11-07", "last": "2026-11-08", "reason": "Move"}])
    assert stands().outlook.dates == before.outlook.dates
    assert stands().inputs.version != before.inputs.version


def test_what_is_frozen_today_begins_when_it_ends(stands, block, europe, now):
    block("open", 1)
    europe.region.freeze(ChangeFreeze(now.date(), date(2026, 11, 4), "Audit"), by=europe.lead, now=now)
    assert stands().outlook.p50 == date(2026, 11, 5)


def test_a_target_within_a_freeze_is_made_by_what_is_done_before(stands, block, europe, now):
    block("open", 29)
    europe.region.freeze(
        ChangeFreeze(date(2026, 12, 11), date(2026, 12, 31), "Shut"), by=europe.lead, now=now
    )
    assert (stands().outlook.chance, stands().outlook.p85) == (1.0, date(2026, 12, 10))


def test_days_that_were_frozen_were_not_spent_on_it(stands, block, europe, now):
    block("begun", 9, state="in_progress", started_at=now - timedelta(days=7))
    europe.region.freeze(ChangeFreeze(date(2026, 10, 27), date(2026, 10, 28), "x"), by=europe.lead, now=now)
    assert [job.spent for job in stands().inputs.jobs] == [2.0]


@pytest.mark.parametrize(
    ("week", "share", "p50"),
    [
        ("mon tue wed thu fri", 100, date(2026, 11, 5)),
        ("mon tue wed thu", 100, date(2026, 11, 6)),
        ("mon tue wed thu fri", 50, date(2026, 11, 11)),
        ("mon tue wed thu", 50, date(2026, 11, 13)),
        ("fri", 5, date(2028, 5, 12)),
    ],
)
def test_a_part_time_week_stretches_the_work(stands, block, europe, week, share, p50):
    """Four days of work, down to a twentieth of a day each week."""
    Team.objects.update(working_week=week, share=share)
    Region.objects.update(holiday_calendar="")
    block("open", 4, team=europe.team)
    block("of-another", 1)
    assert stands().outlook.p50 == p50


def test_what_if_the_team_did_more_at_once_it_would_still_be_part_time(stands, block, europe):
    Team.objects.update(share=50)
    for slug in ("first", "second"):
        block(slug, 4, team=europe.team)
    inputs = stands().inputs
    assert outlooks([inputs])[0].p50 == date(2026, 11, 23)
    assert imagined(inputs, WhatIf(capacity={"messaging": 2})).p50 == date(2026, 11, 11)


def test_part_time_is_no_overrun(block, closed, europe):
    """What was begun before the team came to work less took as long as full weeks take."""
    for blocker in closed:
        blocker.team = europe.team
        blocker.save()
    Team.objects.update(share=50)
    assert [one.days for one in past().closed] == [5.5] * 8
    Team.objects.update(paced_on=date(2026, 11, 1))
    assert [one.days for one in past().closed] == [11.0] * 8


def test_another_week_teaches_something_else_only_of_work_begun_in_it(stands, block, closed, europe, now):
    for blocker in closed:
        blocker.team = europe.team
        blocker.save()
    block("open", 5)
    before = stands().inputs.version
    europe.team.set_capacity(1, "mon tue wed thu", 100, by=europe.lead, now=now)
    assert stands().inputs.version == before
    Team.objects.update(paced_on=closed[0].started_at, version=9)
    assert stands().inputs.version != before


def test_the_day_s_forecast_is_kept_anew_once_it_is_calm(block, europe, now):
    block("open", 5)
    assert save_snapshots(now - timedelta(days=1)) == 1
    assert save_snapshots(now) == 1
    europe.region.freeze(AUDIT, by=europe.lead, now=now)
    assert save_snapshots(now + timedelta(seconds=5)) == 0
    assert save_snapshots(now + timedelta(minutes=2)) == 1
    kept = Snapshot.objects.latest("day")
    assert (kept.p85, kept.changes[-1]["days"]) == (date(2026, 11, 11), 5)
    assert render(kept.changes[-1]["text"]) == f"freeze added by {europe.lead.label}"


def test_it_costs_no_query(stands, block, europe, now, django_assert_num_queries):
    block("open", 5)
    europe.region.freeze(AUDIT, by=europe.lead, now=now)
    stands()
    with django_assert_num_queries(5):
        stands()

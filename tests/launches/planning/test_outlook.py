"""From rows to dates: what counts, what is learned from, and how often it is computed."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from model_bakery import baker

from launches.models import Blocker, Launch, SignOff
from launches.planning import Outlook, outlooks, past
from launches.status import status_of
from readiness.language.phrase import phrase
from readiness.models import Region, Team


@pytest.fixture
def inputs(europe, now):
    def found(at=now):
        launch = Launch.objects.select_related("region").get(pk=europe.launch.pk)
        return status_of(launch, europe.lead, at).inputs

    return found


def test_nothing_to_do_is_done_today_for_sure(inputs):
    (seen,) = outlooks([inputs()])
    assert (seen.dates[95], seen.chance, seen.parts) == (date(2026, 11, 2), 1.0, {})


def test_only_what_stands_in_the_way_counts(inputs, block):
    block("degrades", 5, severity="degrades")
    for state in ("proposed", "waived", "deferred", "resolved", "rejected"):
        block(state, 5, state=state)
    block("open", 5)
    block("begun", 5, state="in_progress")
    assert [job.key for job in inputs().jobs] == ["begun", "open"]


def test_working_days_since_the_start_are_spent(inputs, block, now):
    block("begun", 9, state="in_progress", started_at=now - timedelta(days=7))
    block("open", 9, started_at=now - timedelta(days=7))
    assert [(job.key, job.spent) for job in inputs().jobs] == [("begun", 4.0), ("open", 0.0)]


def test_a_team_works_on_as_many_at_once_as_it_says(inputs, block, europe):
    for slug in ("first", "second"):
        block(slug, 5, team=europe.team)
    assert outlooks([inputs()])[0].dates[50] == date(2026, 11, 13)
    Team.objects.update(parallel_work=2)
    assert outlooks([inputs()])[0].dates[50] == date(2026, 11, 6)


def test_a_sign_off_that_is_missing_takes_its_time(inputs, europe):
    baker.make(SignOff, launch=europe.launch, slug="legal")
    (seen,) = outlooks([inputs()])
    assert date(2026, 11, 3) <= seen.dates[50] < seen.dates[95] <= date(2026, 11, 6)


def test_eight_closed_ones_teach_how_estimates_are_overrun(inputs, block, closed):
    block("open", 5)
    assert [record.days for record in past().closed] == [11.0] * 8
    assert outlooks([inputs()])[0].dates[50] == date(2026, 11, 16)


def test_what_a_cell_or_a_check_opened_teaches_nothing(closed):
    Blocker.objects.update(source="cell")
    assert past().closed == ()


def test_unknowns_turn_up_as_often_as_they_did(block, europe, now):
    for number in range(3):
        block(f"u{number}", 5, certainty="unknown_unknown", opened_at=now - timedelta(days=42))
    block("rejected", 5, certainty="unknown_unknown", state="rejected", opened_at=now)
    assert past().rate(europe.launch.pk, europe.region.pk, now.date()) == pytest.approx(3 / 30)


def test_a_new_launch_learns_from_the_one_it_is_modelled_on(block, europe, now):
    first = baker.make(Region, slug="us-east")
    launch = baker.make(Launch, region=first, slug="us", launched_at=now - timedelta(days=700))
    block("old", 5, certainty="unknown_unknown", launch=launch, opened_at=now - timedelta(days=714))
    Region.objects.filter(pk=europe.region.pk).update(modelled_on=first)
    assert past().rate(europe.launch.pk, europe.region.pk, now.date()) == pytest.approx(1 / 10)


def test_the_same_state_gives_the_same_numbers_and_another_one_others(inputs, block):
    blocker = block("open", 5)
    before = inputs()
    assert inputs().version == before.version
    Blocker.objects.filter(pk=blocker.pk).update(worst=30)
    assert (inputs().version == before.version, inputs().seed) == (False, before.seed)


def test_what_history_teaches_is_part_of_the_state(inputs, block, closed, europe, now):
    block("open", 5)
    before = inputs()
    closed[0].amend(by=europe.lead, now=now, best=4, likely=4, worst=4)
    assert inputs().version != before.version
    # Of the same unknowns more lie in days gone by.
    block("turned-up", 5, state="resolved", certainty="unknown_unknown", closed_at=now, opened_at=now)
    assert inputs().version != before.version


def test_what_teaches_nothing_elsewhere_leaves_the_state_as_it_is(inputs, block, closed, europe, now):
    block("open", 5)
    block("guessed", kind="internal_process")
    before = inputs()
    elsewhere = {"launch": baker.make(Launch, region=baker.make(Region, slug="us-east"), slug="us")}
    over = {**elsewhere, "state": "resolved", "started_at": now - timedelta(days=9), "closed_at": now}
    for taught_nothing in (
        lambda: block("check", 5, source="check", **over),
        lambda: block("turned-up", 5, certainty="unknown_unknown", **elsewhere),
        lambda: closed[0].amend(by=europe.lead, now=now, title="Other"),
    ):
        taught_nothing()
        after = inputs()
        assert (after.stamp == before.stamp, after.version) == (False, before.version)
        before = after
    block("by-hand", 5, **over)
    assert inputs().version != before.version


def test_a_team_with_a_history_of_its_own_learns_from_nobody_else(inputs, block, closed, europe, now):
    Blocker.objects.update(team=europe.team)
    block("open", 5, team=europe.team)
    before = inputs().version
    times = {"started_at": now - timedelta(days=9), "closed_at": now}
    block("others", 5, state="resolved", **times)
    assert inputs().version == before
    block("own", 5, team=europe.team, state="resolved", **times)
    assert inputs().version != before


def test_it_is_computed_once_and_then_remembered(inputs, block, django_assert_num_queries):
    block("open", 5)
    state = inputs()
    (seen,) = outlooks([state])
    with django_assert_num_queries(0):
        assert outlooks([state]) == [seen]


def test_another_process_takes_what_was_shared(inputs, block, now, django_assert_num_queries):
    block("open", 5)
    state = inputs()
    (seen,) = outlooks([state], now)
    cache.clear()
    with django_assert_num_queries(1):
        assert outlooks([state]) == [seen]


@pytest.mark.anywhere
def test_five_thousand_blockers_are_forecast_with_fewer_draws(inputs, europe, now):
    Blocker.objects.bulk_create(
        Blocker(launch=europe.launch, slug=f"b{number}", title="B", kind="customer_facing", opened_at=now)
        for number in range(5000)
    )
    state = inputs()
    assert (state.draws, len(state.jobs)) == (400, 5000)
    (seen,) = outlooks([state])
    assert (len(seen.parts), len(seen.assumed), seen.problem) == (5000, 5000, "")


@pytest.mark.anywhere
def test_more_than_can_be_computed_says_so(inputs, europe, now):
    Blocker.objects.bulk_create(
        Blocker(launch=europe.launch, slug=f"b{number}", title="B", kind="customer_facing", opened_at=now)
        for number in range(10_001)
    )
    assert outlooks([inputs()])[0] == Outlook(
        inputs().version,
        date(2026, 12, 14),
        problem=phrase(
            "%(number)d blockers are more than the %(most)d a forecast takes.", number=10001, most=10000
        ),
    )

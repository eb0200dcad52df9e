"""What moved the date: the moves name what happened, and add up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from model_bakery import baker

from launches.models import Blocker, Launch, SignOff, Waiver
from launches.planning import DriftContext, PreviousForecast, drift, outlooks, past
from launches.status import launch_facts
from readiness.models import Region, Team


@pytest.fixture
def look(europe):
    def looked(at):
        (state,) = launch_facts(list(Launch.objects.select_related("region")), None, at)
        return state.inputs

    return looked


@pytest.fixture
def moved(look, now):
    """What moved since Monday, a day later; checked to add up."""
    begun = []
    told = DriftContext(
        {"open": "resolved"},
        {("open", "estimate"): "Messaging", ("open", "state"): "Ada", ("first", "state"): "Ada"},
        "Grace",
        "Odile",
    )

    def since():
        if not begun:
            state = look(now)
            begun.append(
                PreviousForecast(state.today, outlooks([state])[0].dates[85], state.target, state.facts())
            )
            return []
        state = look(now + timedelta(days=1))
        moves = drift(begun[0], state, past(), told)
        assert sum(move.days for move in moves) == (outlooks([state])[0].dates[85] - begun[0].p85).days
        assert [move.by_itself for move in moves] == [True] + [False] * (len(moves) - 1)
        return [(move.days, str(move.text)) for move in moves]

    return since


def test_nothing_but_time(moved, block):
    block("open", 5)
    moved()
    assert moved() == [(3, "1 working day passed")]


def test_what_was_begun_is_worked_on_while_time_passes(moved, block, now):
    block("begun", 5, state="in_progress", started_at=now - timedelta(days=3))
    moved()
    assert moved() == [(0, "1 working day passed")]


def test_a_raised_estimate(moved, block):
    blocker = block("open", 5)
    moved()
    Blocker.objects.filter(pk=blocker.pk).update(best=9, likely=9, worst=9)
    assert moved() == [(3, "1 working day passed"), (4, "estimate of Open raised by Messaging")]


def test_what_is_done_and_what_came_up(moved, block):
    blocker = block("open", 5)
    moved()
    Blocker.objects.filter(pk=blocker.pk).update(state="resolved")
    block("new", 3)
    assert moved() == [
        (3, "1 working day passed"),
        (-6, "Open was resolved by Ada"),
        (2, "New came up"),
    ]


def test_work_that_began_and_one_that_waits(moved, block, now):
    first, second = block("first", 5), block("second", 5)
    moved()
    second.depends_on.add(first)
    first.start(by=first.launch.lead, now=now)
    assert moved() == [
        (3, "1 working day passed"),
        (0, "work on First begun by Ada"),
        (4, "Second waits for something else"),
    ]


def test_capacity(moved, block, europe):
    for slug in ("first", "second"):
        block(slug, 5, team=europe.team)
    moved()
    Team.objects.update(parallel_work=2)
    assert moved() == [(3, "1 working day passed"), (-7, "capacity of messaging changed")]


def test_a_part_time_week(moved, block, europe):
    block("first", 5, team=europe.team)
    moved()
    Team.objects.update(share=50)
    assert moved() == [(3, "1 working day passed"), (7, "capacity of messaging changed")]


FREEZE = {"first": "2026-11-04", "last": "2026-11-06", "reason": "Audit"}


def test_a_freeze_that_was_added(moved, block):
    block("first", 5)
    moved()
    Region.objects.update(freezes=[FREEZE])
    assert moved() == [(3, "1 working day passed"), (3, "freeze added by Odile")]


def test_a_freeze_that_was_there_moves_nothing_until_it_is_moved_or_lifted(moved, block):
    Region.objects.update(freezes=[FREEZE])
    block("first", 5)
    moved()
    assert moved() == [(1, "1 working day passed")]
    Region.objects.update(freezes=[{**FREEZE, "first": "2026-11-05"}])
    assert moved() == [(1, "1 working day passed"), (-1, "freeze moved by Odile")]
    Region.objects.update(freezes=[])
    assert moved() == [(1, "1 working day passed"), (-3, "freeze lifted by Odile")]


def test_a_freeze_looking_back_takes_days_from_what_was_begun_and_is_told_once(moved, block, now):
    block("begun", 9, state="in_progress", started_at=now - timedelta(days=7))
    moved()
    Region.objects.update(freezes=[{**FREEZE, "first": "2026-10-27", "last": "2026-10-28"}])
    assert moved() == [(0, "1 working day passed"), (4, "freeze added by Odile")]


def test_a_function_that_takes_longer(moved, europe):
    baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal")
    moved()
    SignOff.objects.update(lead_days=20)
    passed, longer = moved()
    assert (passed[1], longer[1]) == ("1 working day passed", "lead time of sign-offs changed")
    assert longer[0] > 20


def test_a_moved_target_moves_no_forecast(moved, block, europe, now):
    block("open", 5)
    moved()
    europe.launch.move_target(date(2027, 1, 6), reason="Review", by=europe.lead, now=now)
    assert moved()[1:] == [(0, "target moved from 14 Dec 2026 to 6 Jan 2027 by Grace")]


def test_a_replan_of_everything_is_told_as_one(moved, block):
    blockers = [block(f"b{number}", 5) for number in range(20)]
    moved()
    Blocker.objects.filter(pk__in=[row.pk for row in blockers]).update(worst=Decimal(7))
    told = moved()
    assert (len(told), told[-1][1]) == (14, "8 more changes")


def test_what_ends_before_the_launch_comes_nearer_and_moves_nothing_by_itself(moved, block, now):
    row = block("open", 5, state="waived")
    until = {"expires_on": date(2026, 12, 1), "requested_at": now, "approved_at": now, "reason": "Few"}
    waiver = baker.make(Waiver, blocker=row, **until)
    moved()
    assert moved() == [(0, "1 working day passed")]
    waiver.expires_on = date(2026, 12, 8)
    waiver.save()
    assert moved() == [(0, "1 working day passed"), (7, "Open blocks later")]


def test_what_is_waived_for_a_while_is_put_off(moved, block, now):
    row = block("open", 5)
    moved()
    Blocker.objects.filter(pk=row.pk).update(state="waived")
    until = {"expires_on": date(2026, 12, 1), "requested_at": now, "approved_at": now, "reason": "Few"}
    baker.make(Waiver, blocker=row, **until)
    assert [text for _, text in moved()][1:] == ["Open was put off for a while by Ada"]

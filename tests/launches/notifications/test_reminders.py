"""Who has not signed is reminded ten, five and two working days before the target."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from model_bakery import baker

from launches.models import Launch, Notice, SignOff
from launches.notifications import queue_notices, remind_signers, sentence
from readiness.models import Change

# Monday 14 December 2026 is the target; no holiday lies in the weeks before it.
TEN, NINE, FIVE, TWO = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 7), date(2026, 12, 10)


def at(day, hour=9):
    return datetime.combine(day, time(hour), UTC)


@pytest.fixture
def legal(europe, people):
    return baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.other)


def reminders():
    return [(row.label, row.note) for row in Change.objects.filter(verb="reminded").order_by("pk")]


def test_not_before(legal):
    assert remind_signers(at(TEN - timedelta(days=3))) == 0


def test_once_at_each_mark_however_often_it_looks(legal):
    looks = [TEN, TEN, NINE, FIVE, FIVE, TWO, TWO + timedelta(days=1)]
    assert [remind_signers(at(day)) for day in looks] == [1, 0, 0, 1, 0, 1, 0]
    assert reminders() == [
        ("Legal on Europe", "10 working days left until Europe’s target."),
        ("Legal on Europe", "5 working days left until Europe’s target."),
        ("Legal on Europe", "2 working days left until Europe’s target."),
    ]


def test_a_day_that_was_missed_is_made_up_for(legal):
    assert remind_signers(at(NINE)) == 1
    assert reminders() == [("Legal on Europe", "9 working days left until Europe’s target.")]


def test_a_new_target_reminds_anew(legal, europe, people):
    remind_signers(at(FIVE))
    europe.launch.move_target(date(2026, 12, 11), reason="Sooner.", by=people.admin, now=at(FIVE))
    assert remind_signers(at(FIVE)) == 1


def test_nobody_is_reminded_at_night(legal):
    assert remind_signers(at(TEN, 7)) == 0
    assert remind_signers(at(TEN, 8)) == 1


@pytest.mark.parametrize(("decision", "count"), [("go", 0), ("conditional", 0), ("no_go", 0), ("", 1)])
def test_who_has_answered_is_left_alone(legal, people, decision, count):
    if decision:
        legal.decide(decision, by=people.other, now=at(TEN))
    assert remind_signers(at(TEN)) == count


def test_who_signed_something_better_than_this_is_reminded(legal, people, blocker):
    blocker.resolve(by=people.owner, now=at(TEN))
    legal.decide("go", by=people.other, now=at(TEN))
    blocker.reopen(by=people.owner, now=at(TEN))
    assert remind_signers(at(TEN)) == 1


def test_nobody_to_remind(europe, legal):
    SignOff.objects.update(signer=None)
    assert remind_signers(at(TEN)) == 0
    SignOff.objects.update(signer=europe.lead)
    Launch.objects.update(launched_at=at(TEN))
    assert remind_signers(at(TEN)) == 0


def test_the_signer_is_told(legal, people):
    remind_signers(at(TEN))
    queue_notices(at(TEN))
    notice = Notice.objects.get()
    assert (notice.person, notice.reason, sentence(notice)) == (
        people.other,
        "asked",
        "Legal on Europe is not signed yet",
    )
    assert notice.address == "/launches/europe-ga/sign-offs/legal/"

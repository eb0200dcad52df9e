"""Every step is taken back by one click: all of what it changed, or nothing."""

from datetime import date, timedelta

import pytest
import time_machine
from model_bakery import baker

from launches.models import Blocker, Deferral, NotPossible, Waiver, changes_to_undo, undo, undo_token
from readiness.models import Change, User

FIELDS = [field.name for field in Blocker._meta.concrete_fields if field.name != "version"]


@pytest.fixture
def spam(europe, now):
    return Blocker.objects.raised(
        europe.launch,
        title="Mail lands in spam",
        by=europe.lead,
        now=now,
        proposed=True,
        kind="internal_process",
    )


@pytest.fixture
def other():
    return baker.make(User, username="other", is_superuser=True)


def facts(blocker):
    return {name: getattr(Blocker.objects.get(pk=blocker.pk), name) for name in FIELDS}


def test_each_step_is_taken_back_with_the_moments_it_set(spam, europe, now):
    facts_of_it = {"owner": europe.lead, "due": date(2026, 12, 1), "labels": ["mail"]}
    steps = [
        lambda at: spam.reject(by=europe.lead, now=at, note="Optional"),
        lambda at: spam.reopen(by=europe.lead, now=at),
        lambda at: spam.start(by=europe.lead, now=at),
        lambda at: spam.amend(by=europe.lead, now=at, **facts_of_it),
        lambda at: spam.resolve(by=europe.lead, now=at),
    ]
    for number, step in enumerate(steps):
        before, at = facts(spam), now + timedelta(hours=number)
        change = step(at)
        after = facts(spam)
        assert after != before
        (undone,) = undo([change], europe.lead, at)
        assert (facts(spam), undone.verb, undone.author) == (before, f"undone: {change.verb}", europe.lead)
        undo([undone], europe.lead, at)
        assert facts(spam) == after


def test_what_was_raised_is_rejected_again(spam, europe, now):
    (undone,) = undo([Change.objects.about(spam).get()], europe.lead, now)
    assert (facts(spam)["state"], facts(spam)["closed_at"], undone.verb) == (
        "rejected",
        now,
        "undone: proposed",
    )


def test_a_decision_comes_back_with_its_blocker(spam, europe, other, now):
    spam.accept(by=europe.lead, now=now)
    asked = Deferral.ask(
        spam, by=europe.lead, now=now, reason="Few need it", fill_by=date(2027, 2, 1), functions=["support"]
    )
    promised = Deferral.objects.values().get()
    approved = spam.deferral.approve(by=other, now=now)
    undo([approved], other, now)
    assert (facts(spam)["state"], Deferral.objects.get().is_open) == ("open", True)
    refused = Deferral.objects.get().refuse(by=other, now=now, note="Many need it")
    assert not Deferral.objects.exists()
    undo([refused], other, now)
    again = Deferral.objects.values().get()
    assert again | {"id": 0, "version": 0} == promised | {"id": 0, "version": 0}
    undone = Change.objects.about(spam).filter(verb="undone: deferral refused").get()
    undo([undone], other, now)
    with pytest.raises(NotPossible, match="has changed since"):
        undo([asked], europe.lead, now)


def test_many_are_taken_back_together_or_not_at_all(europe, now):
    blockers = [
        Blocker.objects.raised(europe.launch, title=f"B {n}", by=europe.lead, now=now, proposed=False)
        for n in range(3)
    ]
    changes = [blocker.start(by=europe.lead, now=now) for blocker in blockers]
    blockers[1].resolve(by=europe.lead, now=now)
    with pytest.raises(NotPossible, match="“B 1” has changed since, so nothing was undone"):
        undo(changes, europe.lead, now)
    assert [facts(blocker)["state"] for blocker in blockers] == ["in_progress", "resolved", "in_progress"]
    undo([changes[0], changes[2]], europe.lead, now)
    assert [facts(blocker)["state"] for blocker in blockers] == ["open", "resolved", "open"]
    with pytest.raises(NotPossible):
        undo([changes[0]], europe.lead, now)


def test_a_row_of_steps_of_one_blocker_is_taken_back_to_the_first(spam, europe, now):
    before = facts(spam)
    changes = [spam.accept(by=europe.lead, now=now), spam.start(by=europe.lead, now=now)]
    assert len(undo(changes, europe.lead, now)) == 2
    assert facts(spam) == before


def test_a_token_is_for_who_did_it_and_for_ten_minutes(spam, europe, other, now):
    with time_machine.travel(now, tick=False) as clock:
        change = spam.accept(by=europe.lead, now=now)
        token = undo_token([change], europe.lead)
        assert changes_to_undo(token, europe.lead) == [change]
        for wrong, by, said in [
            (token, other, "Only the person who did it"),
            (token[:-1], europe.lead, "Nothing here"),
            ("", europe.lead, "Nothing here"),
        ]:
            with pytest.raises(NotPossible, match=said):
                changes_to_undo(wrong, by)
        clock.shift(timedelta(seconds=601))
        with pytest.raises(NotPossible, match="more than ten minutes"):
            changes_to_undo(token, europe.lead)


def test_a_token_for_what_is_no_longer_known_undoes_nothing(spam, europe):
    known = Change.objects.latest("pk")
    gone = Change(pk=known.pk + 1_000)
    for changes in ([gone], [known, gone]):
        with pytest.raises(NotPossible, match="Nothing here can be undone"):
            changes_to_undo(undo_token(changes, europe.lead), europe.lead)


def test_what_is_about_something_else_is_not_undone(europe, now):
    change = europe.cell.declare("in_progress", by=europe.lead, now=now)
    with pytest.raises(NotPossible, match="Nothing here can be undone"):
        undo([change], europe.lead, now)
    assert not Waiver.objects.exists()


def test_what_somebody_approved_meanwhile_is_not_taken_back_by_who_asked(spam, europe, other, now):
    spam.accept(by=europe.lead, now=now)
    asked = Waiver.ask(spam, by=europe.lead, now=now, reason="Few need it")
    Waiver.objects.get().approve(by=other, now=now)
    with pytest.raises(NotPossible, match="has changed since, so nothing was undone"):
        undo([asked], europe.lead, now)
    assert (facts(spam)["state"], Waiver.objects.get().approved_by) == ("waived", other)
    spam.reopen(by=other, now=now)
    with pytest.raises(NotPossible, match="has changed since, so nothing was undone"):
        undo([asked], europe.lead, now)
    assert Waiver.objects.get().approved_by == other


def decided_alone(blocker, by, now):
    Waiver.ask(blocker, by=by, now=now, reason="Few need it")
    return Waiver.objects.get().approve(by=by, now=now)


def test_what_one_person_decided_does_not_block_again_by_an_undo(spam, europe, other, now):
    spam.accept(by=europe.lead, now=now)
    lowered = spam.amend(by=other, now=now, severity="degrades")
    decided_alone(spam, europe.lead, now)
    with pytest.raises(NotPossible, match="One person decided"):
        undo([lowered], other, now)
    reopened = spam.reopen(by=europe.lead, now=now)
    raised = spam.amend(by=europe.lead, now=now, severity="blocks")
    with pytest.raises(NotPossible, match="One person decided"):
        undo([reopened], europe.lead, now)
    assert (facts(spam)["state"], facts(spam)["severity"]) == ("open", "blocks")
    undo([reopened, raised], europe.lead, now)
    assert (facts(spam)["state"], facts(spam)["severity"]) == ("waived", "degrades")


def test_a_request_does_not_come_back_beside_another(spam, europe, other, now):
    spam.accept(by=europe.lead, now=now)
    Waiver.ask(spam, by=europe.lead, now=now, reason="Few need it")
    withdrawn = Waiver.objects.get().withdraw(by=europe.lead, now=now)
    Deferral.ask(spam, by=other, now=now, reason="Later", fill_by=date(2027, 2, 1))
    with pytest.raises(NotPossible, match="somebody has asked for something else since"):
        undo([withdrawn], europe.lead, now)
    assert (Waiver.objects.count(), Deferral.objects.get().requested_by) == (0, other)

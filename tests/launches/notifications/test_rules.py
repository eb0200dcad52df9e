"""Who is told of what."""

from datetime import date, timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker, Comment, Deferral, GoRecord, Notice, SignOff, Waiver, Watch
from launches.notifications import queue_notices, reason_why, sentence
from readiness.models import Origin, User
from readiness.models.history import Author


def test_a_comment_tells_who_is_mentioned_and_who_watches(blocker, people, told, now):
    Watch.objects.put(people.watcher, blocker, wanted=True, now=now)
    Comment.objects.written(blocker, "@other @raiser, see", by=people.owner, now=now)
    assert told() == {
        "lead": "watching",
        "other": "mentioned",
        "raiser": "mentioned",
        "watcher": "watching",
    }


def test_whoever_spoke_or_was_mentioned_watches_from_then_on(blocker, people, told, now):
    first = Comment.objects.written(blocker, "@other?", by=people.watcher, now=now)
    told()
    Comment.objects.written(blocker, "Yes.", by=people.lead, now=now)
    everybody = {"other": "watching", "owner": "watching", "raiser": "watching", "watcher": "watching"}
    assert told() == everybody
    first.erase(by=people.watcher, now=now)
    told()
    Comment.objects.written(blocker, "Oh.", by=people.lead, now=now)
    assert told() == {"owner": "watching", "raiser": "watching"}


def test_who_does_not_want_to_hear_of_it_still_hears_their_name(blocker, people, told, now):
    for person in (people.lead, people.owner, people.raiser):
        Watch.objects.put(person, blocker, wanted=False, now=now)
    Comment.objects.written(blocker, "Hm.", by=people.other, now=now)
    assert told() == {}
    Comment.objects.written(blocker, "@owner?", by=people.other, now=now)
    assert told() == {"owner": "mentioned"}


def test_an_edit_tells_only_who_is_mentioned_anew(blocker, people, told, now):
    comment = Comment.objects.written(blocker, "@other", by=people.owner, now=now)
    told()
    comment.reword("@other @watcher", by=people.owner, now=now)
    assert told() == {"watcher": "mentioned"}


def test_a_request_waits_for_the_lead(blocker, people, told, now):
    Waiver.ask(blocker, by=people.other, now=now, reason="Two customers use it.")
    assert told() == {"lead": "asked", "owner": "watching", "raiser": "watching"}


def test_what_the_lead_asks_for_waits_for_an_admin(blocker, people, told, now):
    Waiver.ask(blocker, by=people.lead, now=now, reason="Two customers use it.")
    assert told() == {"admin": "asked", "owner": "watching", "raiser": "watching"}


def test_an_agreed_deferral_waits_for_the_functions_that_must_know_of_it(blocker, europe, people, told, now):
    for slug, signer in (("support", people.watcher), ("sales", people.lead), ("legal", people.admin)):
        baker.make(SignOff, launch=europe.launch, slug=slug, function=slug.title(), signer=signer)
    Deferral.ask(
        blocker,
        by=people.other,
        now=now,
        reason="Later.",
        fill_by=date(2027, 2, 1),
        functions=["support", "sales"],
    )
    told()
    Deferral.objects.get().approve(by=people.lead, now=now)
    assert told() == {"other": "yours", "owner": "yours", "raiser": "watching", "watcher": "asked"}


@pytest.mark.parametrize(
    ("verb", "asker"), [("waived", "yours"), ("waiver refused", "yours"), ("deferred", "yours")]
)
def test_an_answer_goes_to_who_asked(blocker, people, told, now, verb, asker):
    Waiver.ask(blocker, by=people.other, now=now, reason="Two customers use it.")
    told()
    blocker.noted(verb, Author(now, people.lead))
    assert told()["other"] == asker


def test_what_is_resolved_tells_the_owners_of_what_it_held_up(blocker, europe, people, told, now):
    for number, (owner, state) in enumerate(
        [(people.watcher, "open"), (people.other, "resolved"), (people.owner, "in_progress"), (None, "open")]
    ):
        held = baker.make(
            Blocker, launch=europe.launch, slug=f"b{number}", owner=owner, state=state, opened_at=now
        )
        held.depends_on.add(blocker)
    blocker.resolve(by=people.lead, now=now)
    assert told() == {"owner": "freed", "raiser": "watching", "watcher": "freed"}


def test_what_it_waits_for_is_told_of_the_one_that_waits(blocker, europe, people, told, now):
    other = baker.make(Blocker, launch=europe.launch, slug="b", owner=people.watcher, opened_at=now)
    blocker.wait_for(other, by=people.lead, now=now)
    assert told() == {"owner": "yours", "raiser": "watching"}
    blocker.no_longer_wait_for(other, by=people.lead, now=now)
    assert told() == {"owner": "yours", "raiser": "watching"}


def test_a_moved_date_tells_everybody_who_watches_the_launch(europe, blocker, people, told, now):
    Watch.objects.put(people.watcher, europe.launch, wanted=True, now=now)
    later = europe.launch.target + timedelta(days=7)
    europe.launch.move_target(later, reason="Translations.", by=people.admin, now=now)
    assert told() == {"lead": "watching", "watcher": "watching"}


def test_a_proposal_waits_for_the_lead(europe, people, told, now):
    Watch.objects.put(people.watcher, europe.launch, wanted=True, now=now)
    Blocker.objects.raised(
        europe.launch, title="Tax", by=people.other, now=now, proposed=True, kind="internal_process"
    )
    assert told() == {"lead": "asked", "watcher": "watching"}


def test_a_new_owner_is_told_and_an_edit_of_anything_else_is_not(blocker, people, told, now):
    blocker.amend(by=people.lead, now=now, title="Mail is lost")
    assert told() == {}
    blocker.amend(by=people.lead, now=now, owner=people.other)
    assert told() == {"other": "yours"}
    blocker.amend(by=people.lead, now=now, owner=None)
    assert told() == {}


def test_an_expiry_is_told_by_nobody_to_everybody_around_it(blocker, people, told, now):
    blocker.noted("expires soon", Author(now, origin=Origin.CLOCK))
    assert told() == {"lead": "watching", "owner": "yours", "raiser": "watching"}


def test_what_the_checklist_or_the_plan_file_brings_along_is_no_news(blocker, people, told, now):
    Blocker.objects.update(owner=None)
    blocker.noted("opened", Author(now, origin=Origin.RULE))
    blocker.noted("resolved", Author(now, origin=Origin.PLAN))
    assert told() == {}


def test_nobody_is_told_of_what_they_did_nor_who_left(blocker, people, told, now):
    User.objects.filter(username__in=["raiser", "lead"]).update(is_active=False)
    blocker.resolve(by=people.owner, now=now)
    assert told() == {}


def test_a_signature_tells_who_watches_the_launch(europe, people, told, now):
    sign_off = baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.other)
    sign_off.decide("go", by=people.other, now=now)
    assert told() == {"lead": "watching"}


def test_who_is_asked_to_sign_is_told_by_whom(europe, people, told, now):
    sign_off = baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.other)
    sign_off.ask(by=people.lead, now=now)
    assert told() == {"other": "asked"}
    assert sentence(Notice.objects.get()) == "lead asks you to sign Legal on Europe"


def test_a_go_its_withdrawal_and_the_launch_are_told_to_who_watches(europe, people, told, now):
    Watch.objects.put(people.watcher, europe.launch, wanted=True, now=now)
    found = {"known": {}, "note": "Yes.", "by": people.lead, "now": now}
    record = GoRecord.objects.recorded(europe.launch, "go", **found)
    assert told() == {"watcher": "watching"}
    record.withdraw(by=people.admin, now=now, reason="Storm.")
    GoRecord.objects.recorded(europe.launch, "no_go", **found)
    europe.launch.go_live(by=people.admin, now=now, reason="It is.")
    queue_notices(now)
    rows = Notice.objects.filter(person=people.watcher).order_by("change_id")
    assert [sentence(row) for row in rows] == [
        "lead recorded GO for Europe",
        "Admin withdrew the GO for Europe",
        "lead recorded NO-GO for Europe",
        "Europe is live",
    ]


def test_in_words(blocker, europe, people, now):
    Comment.objects.written(blocker, "@other", by=people.owner, now=now)
    later = europe.launch.target + timedelta(days=7)
    europe.launch.move_target(later, reason="Translations.", by=people.admin, now=now)
    blocker.noted("undone: resolved", Author(now, people.admin))
    sign_off = baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal", signer=people.other)
    sign_off.decide("no_go", by=people.other, now=now, note="No.")
    queue_notices(now)
    two = Notice.objects.filter(person__username__in=["other", "lead"])
    assert [
        (row.person.username, sentence(row), reason_why(row), row.address)
        for row in two.order_by("change_id", "person__username")
    ] == [
        (
            "lead",
            "Owner commented on Mail lands in spam",
            "you watch it",
            f"/launches/europe-ga/blockers/spam/#comment-{Comment.objects.get().pk}",
        ),
        (
            "other",
            "Owner mentioned you on Mail lands in spam",
            "you are mentioned",
            f"/launches/europe-ga/blockers/spam/#comment-{Comment.objects.get().pk}",
        ),
        (
            "lead",
            "Admin moved Europe from 14 Dec 2026 to 21 Dec 2026",
            "you watch it",
            "/launches/europe-ga/",
        ),
        (
            "lead",
            "Admin took back the last step of Mail lands in spam",
            "you watch it",
            "/launches/europe-ga/blockers/spam/",
        ),
        (
            "other",
            "Admin took back the last step of Mail lands in spam",
            "you watch it",
            "/launches/europe-ga/blockers/spam/",
        ),
        (
            "lead",
            "Other signed Legal on Europe: no-go",
            "you watch it",
            "/launches/europe-ga/sign-offs/legal/",
        ),
    ]

"""What follows for blockers from what trackers tell."""

from datetime import UTC, datetime, timedelta

import pytest

from launches.models import Blocker, HookDelivery, Launch, Notice, NotPossible, Postponed, TrackerLink
from launches.notifications import queue_notices, sentence
from launches.status.issues import apply_postponed_events, unfollow
from launches.tasks import forget_deliveries
from launches.trackers import parsed
from readiness.models import Change
from tests.fixtures.bad_rows import allow, refuse
from tests.launches.models.replaying import replayed, stored
from tests.launches.trackers.deliveries import GITHUB, GITLAB, JIRA, github_issue, gitlab_issue, jira_issue


def minute(number):
    return f"2026-11-02T08:{number:02}:00Z"


def closed(at):
    return github_issue("closed", "closed", minute(at))


def opened(at):
    return github_issue("reopened", "open", minute(at))


def told(blocker):
    """Its history without its beginning, as people read it."""
    return [
        (change.verb, change.origin, change.note)
        for change in Change.objects.about(blocker).order_by("pk")
        if change.verb not in ("opened", "added an issue")
    ]


def state(blocker):
    blocker.refresh_from_db()
    return blocker.state


def test_closing_resolves_and_reopening_reopens_with_who_did_it_there(hooks, raise_from, now):
    blocker = raise_from(GITHUB)
    assert hooks("github", closed(1), "d-1") == (200, "taken in")
    assert (state(blocker), blocker.closed_at) == ("resolved", now)
    assert hooks("github", opened(2), "d-2") == (200, "taken in")
    assert (state(blocker), blocker.closed_at) == ("open", None)
    assert told(blocker) == [
        ("resolved", "tracker", "harbor/api#12 closed on GitHub by mona (completed)"),
        ("reopened", "tracker", "harbor/api#12 open again on GitHub by mona"),
    ]
    assert replayed(blocker) == stored(blocker)


@pytest.mark.parametrize(
    ("tracker", "url", "done", "again", "who"),
    [
        (
            "gitlab",
            GITLAB.replace("issues", "work_items"),
            gitlab_issue("close", "closed", "2026-11-02 08:01:00 UTC"),
            gitlab_issue("reopen", "opened", "2026-11-02 08:02:00 UTC"),
            "Ada Lind",
        ),
        (
            "jira",
            JIRA,
            jira_issue("jira:issue_updated", "done", "Done", "2026-11-02T09:01:00.000+0100"),
            jira_issue("jira:issue_updated", "new", "To Do", "2026-11-02T09:02:00.000+0100"),
            "Ines Duarte",
        ),
    ],
)
def test_the_others_do_the_same(hooks, raise_from, tracker, url, done, again, who):
    blocker = raise_from(url)
    assert hooks(tracker, done, "d-1") == (200, "taken in")
    assert state(blocker) == "resolved"
    link = blocker.tracker_links.get()
    assert (link.actor, link.state_at, link.delivery) == (who, datetime(2026, 11, 2, 8, 1, tzinfo=UTC), "d-1")
    assert hooks(tracker, again, "d-2") == (200, "taken in")
    assert state(blocker) == "open"


def test_with_several_issues_all_must_be_closed_and_one_that_opens_is_enough(hooks, raise_from):
    blocker = raise_from(GITHUB, GITLAB)
    hooks("github", closed(1), "d-1")
    assert state(blocker) == "open"
    hooks("gitlab", gitlab_issue("close", "closed", minute(2)), "d-2")
    assert state(blocker) == "resolved"
    hooks("github", opened(3), "d-3")
    assert state(blocker) == "open"
    assert [verb for verb, _, _ in told(blocker)] == ["changed an issue", "resolved", "reopened"]


def test_one_issue_holds_up_several_blockers(hooks, raise_from):
    blockers = [raise_from(GITHUB, title=title) for title in ("Media", "Stickers")]
    hooks("github", closed(1), "d-1")
    assert [state(blocker) for blocker in blockers] == ["resolved", "resolved"]


def test_a_blocker_of_a_person_only_shows_it(hooks, by_hand):
    blocker = by_hand(GITHUB)
    assert hooks("github", closed(1), "d-1") == (200, "taken in")
    assert (state(blocker), blocker.version) == ("open", 1)
    assert blocker.tracker_links.get().state == "closed"
    assert told(blocker) == [
        ("changed an issue", "tracker", "harbor/api#12 closed on GitHub by mona (completed)")
    ]
    assert replayed(blocker) == stored(blocker)


def test_who_owns_it_hears_of_both(hooks, raise_from, by_hand, europe, now):
    raise_from(GITHUB, title="Media", owner=europe.lead)
    by_hand(GITHUB, title="Mail", owner=europe.lead)
    hooks("github", closed(1), "d-1")
    queue_notices(now)
    told = Notice.objects.filter(person=europe.lead, change__origin="tracker").order_by("change_id")
    assert [sentence(notice) for notice in told] == [
        "Media is resolved",
        "An issue of Mail is in another state",
    ]


def test_what_comes_too_late_is_dropped(hooks, raise_from):
    """Closed, reopened and commented, and the deliveries come the other way round."""
    blocker = raise_from(GITHUB)
    assert hooks("github", github_issue("created", "open", minute(3)), "d-3") == (200, "taken in")
    assert hooks("github", opened(2), "d-2") == (200, "nothing new")
    assert hooks("github", closed(1), "d-1") == (200, "nothing new")
    assert (state(blocker), told(blocker)) == ("open", [])


def test_an_event_from_the_future_is_taken_as_of_now(hooks, raise_from, now):
    """Dated 2036, it would outdate all that follows for ten years."""
    blocker = raise_from(GITHUB)
    assert hooks("github", github_issue("closed", "closed", "2036-01-01T00:00:00Z"), "d-1")[1] == "taken in"
    link = blocker.tracker_links.get()
    assert (state(blocker), link.as_of, link.state_at) == ("resolved", now, now)
    later = (now + timedelta(minutes=1)).isoformat()
    assert hooks("github", github_issue("reopened", "open", later), "d-2")[1] == "taken in"
    assert state(blocker) == "open"
    # A clock that is ahead by little keeps its order; a future that was kept before is no limit, either.
    assert blocker.tracker_links.get().as_of == now + timedelta(minutes=1)
    blocker.tracker_links.update(as_of=now + timedelta(days=3650))
    assert hooks("github", github_issue("closed", "closed", now.isoformat()), "d-3")[1] == "taken in"
    assert state(blocker) == "resolved"


def test_a_comment_after_closing_leaves_who_closed_it_and_what_people_reopened(
    hooks, raise_from, europe, now
):
    blocker = raise_from(GITHUB)
    hooks("github", closed(1), "d-1")
    blocker.refresh_from_db()
    blocker.reopen(by=europe.lead, now=now)
    comment = github_issue("created", "closed", minute(2)) | {"sender": {"login": "hubot"}}
    assert hooks("github", comment, "d-2") == (200, "nothing new")
    assert (state(blocker), blocker.tracker_links.get().actor) == ("open", "mona")
    # What was sent between the two is older than what is known.
    assert hooks("github", github_issue("edited", "open", "2026-11-02T08:01:30Z"), "d-3")[1] == "nothing new"


@pytest.mark.parametrize("again", ["d-1", "d-2"], ids=["same id", "id that is not signed"])
def test_a_replay_is_seen_and_changes_nothing(hooks, raise_from, again):
    blocker = raise_from(GITHUB)
    hooks("github", closed(1), "d-1")
    hooks("github", opened(1), "d-other")  # GitHub's clock has seconds only: both at once
    assert state(blocker) == "open"
    assert hooks("github", closed(1), again) == (200, "seen already")
    assert state(blocker) == "open"


def test_another_body_under_the_same_id_is_seen(hooks, raise_from):
    blocker = raise_from(GITHUB)
    hooks("github", closed(1), "d-1")
    assert hooks("github", opened(2), "d-1") == (200, "seen already")
    assert state(blocker) == "resolved"


def test_what_was_closed_before_replays_are_remembered_is_not_listened_to(hooks, raise_from, now):
    blocker = raise_from(GITHUB)
    old = (now - timedelta(days=30, seconds=1)).isoformat()
    said = (200, "too long ago to be told from a replay")
    assert hooks("github", github_issue("closed", "closed", old), "d-1") == said
    assert (state(blocker), HookDelivery.objects.count()) == ("open", 0)


def test_deliveries_are_forgotten_after_thirty_days(db, hooks, now):
    for days in (29, 31):
        HookDelivery.objects.create(tracker="github", key=days, digest=days, at=now - timedelta(days=days))
    assert forget_deliveries() == 1
    assert HookDelivery.objects.get().key == "29"


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_an_issue_that_is_gone_is_unknown_and_resolves_nothing(hooks, raise_from, action):
    blocker = raise_from(GITHUB)
    hooks("github", github_issue("edited", "open", minute(1)), "d-1")
    hooks("github", github_issue(action, "closed", minute(2)), "d-2")
    assert (state(blocker), blocker.tracker_links.get().state) == ("open", "unknown")
    assert told(blocker) == [
        ("changed an issue", "tracker", "harbor/api#12 deleted or moved on GitHub by mona (completed)")
    ]


def test_a_rejected_one_stays_rejected_and_a_launched_one_stays_resolved(hooks, raise_from, europe, now):
    rejected, resolved = raise_from(GITHUB, proposed=True), raise_from(GITHUB, title="Stickers")
    rejected.reject(by=europe.lead, now=now, note="Optional")
    hooks("github", closed(1), "d-1")
    Launch.objects.update(launched_at=now)
    hooks("github", opened(2), "d-2")
    assert (state(rejected), state(resolved)) == ("rejected", "resolved")


def test_nobody_follows_it(hooks, by_hand):
    by_hand(GITLAB)
    assert hooks("github", closed(1), "d-1") == (200, "no blocker follows it")


def test_removing_the_last_open_issue_resolves_what_follows_the_closed_ones(hooks, raise_from, europe, now):
    blocker = raise_from(GITHUB, GITLAB)
    hooks("github", closed(1), "d-1")
    unfollow(blocker.tracker_links.get(tracker="gitlab"), by=europe.lead, now=now)
    assert state(blocker) == "resolved"
    unfollow(blocker.tracker_links.get(), by=europe.lead, now=now)
    assert told(blocker) == [
        ("changed an issue", "tracker", "harbor/api#12 closed on GitHub by mona (completed)"),
        ("removed an issue", "person", GITLAB),
        ("resolved", "tracker", "All that it still follows is closed."),
        ("removed an issue", "person", GITHUB),
    ]


def test_an_issue_is_shown_once_and_removed_once(by_hand, europe, now):
    blocker = by_hand(GITHUB)
    link = blocker.tracker_links.get()
    with pytest.raises(NotPossible, match=r"^harbor/api#12 is shown already\.$"):
        TrackerLink.objects.follow(blocker, parsed(GITHUB.replace("issues", "pull")), by=europe.lead, now=now)
    unfollow(link, by=europe.lead, now=now)
    with pytest.raises(NotPossible, match=r"^harbor/api#12 is no longer shown\.$"):
        link.drop(by=europe.lead, now=now)


def test_a_blocker_follows_twenty_issues_at_most(by_hand, europe, now):
    blocker = by_hand(GITHUB)
    for number in range(1, 20):
        TrackerLink.objects.follow(blocker, parsed(f"{GITLAB[:-2]}{number}"), by=europe.lead, now=now)
    with pytest.raises(NotPossible, match=r"^A blocker follows at most 20 issues\.$"):
        TrackerLink.objects.follow(blocker, parsed(JIRA), by=europe.lead, now=now)
    assert blocker.tracker_links.count() == 20


def test_one_blocker_that_cannot_be_told_holds_up_none_of_the_others(hooks, raise_from, now):
    """It is told later what was the latest, and then forgotten."""
    media, stickers, mail = [raise_from(GITHUB, title=title) for title in ("Media", "Stickers", "Mail")]
    refuse(Blocker, "UPDATE", f"NEW.id = {media.pk} AND NEW.title = 'Media'")
    assert hooks("github", closed(1), "d-1") == (200, "taken in")
    assert [state(blocker) for blocker in (media, stickers, mail)] == ["open", "resolved", "resolved"]
    assert media.tracker_links.get().state == "unknown"
    assert hooks("github", opened(2), "d-2") == (200, "taken in")
    assert hooks("github", closed(3), "d-3") == (200, "taken in")
    assert hooks("github", closed(3), "d-3") == (200, "seen already")
    postponed = Postponed.objects.get()
    assert (postponed.key, postponed.tries) == (media.tracker_links.get().pk, 2)

    at = postponed.next_try_at
    assert (apply_postponed_events(at - timedelta(seconds=1)), apply_postponed_events(at), state(media)) == (
        0,
        0,
        "open",
    )
    allow(Blocker)
    at = Postponed.objects.get().next_try_at
    assert (apply_postponed_events(at), state(media), Postponed.objects.count()) == (1, "resolved", 0)
    link = media.tracker_links.get()
    assert (link.delivery, link.actor, link.as_of) == ("d-3", "mona", datetime(2026, 11, 2, 8, 3, tzinfo=UTC))
    assert replayed(media) == stored(media)


def test_what_was_postponed_is_nothing_to_an_issue_that_is_followed_no_more(hooks, raise_from, europe, now):
    media = raise_from(GITHUB, GITLAB)
    refuse(Blocker, "UPDATE", f"NEW.id = {media.pk}")
    refuse(TrackerLink, "UPDATE", "NEW.id > 0")
    hooks("github", closed(1), "d-1")
    allow(Blocker)
    unfollow(media.tracker_links.first(), by=europe.lead, now=now)
    assert apply_postponed_events(Postponed.objects.get().next_try_at) == 0
    assert (Postponed.objects.count(), state(media)) == (0, "open")

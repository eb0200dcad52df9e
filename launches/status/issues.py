"""What an outside tracker says of an issue, and what follows for the blockers that show it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from launches.models import Blocker, HookDelivery, Postponed, TrackerLink, postponing
from launches.models.blocker_steps import Because
from launches.models.postponed import Needs
from launches.models.tracker import REMEMBERED, bounded
from launches.trackers import IssueEvent, IssueState
from readiness.models import Origin, User
from readiness.models.history import Author

HEARING = "hearing of an issue"
_DONE = {IssueState.OPEN: "open again", IssueState.CLOSED: "closed", IssueState.UNKNOWN: "deleted or moved"}


@transaction.atomic
def apply_event(event: IssueEvent, delivery: str, digest: str, now: datetime) -> str:
    """Take in one delivery, once. Returns what came of it, for whoever reads the tracker's log."""
    tracker = event.address.tracker
    if event.at < now - REMEMBERED:
        return "too long ago to be told from a replay"
    if not HookDelivery.objects.is_first(tracker, delivery, digest, now):
        return "seen already"
    # In the order of their blockers, so that deliveries about many never wait for each other in a ring.
    links = list(TrackerLink.objects.about(event.address).order_by("blocker"))
    changed = [_heard(link, event, delivery, now) for link in links]
    if not changed:
        return "no blocker follows it"
    return "taken in" if any(changed) else "nothing new"


def apply_postponed_events(now: datetime) -> int:
    """Tell the blockers that could not be told. Returns how many are."""
    told = 0
    for postponed in Postponed.objects.due(HEARING, now):
        link = TrackerLink.objects.filter(pk=postponed.key).first()
        with postponing(HEARING, postponed.key, now):
            told += link is not None and _hear(link, *_read(link, postponed.needs), now)
            Postponed.objects.filter(pk=postponed.pk, tries=postponed.tries).delete()
    return told


@transaction.atomic
def unfollow(link: TrackerLink, *, by: User, now: datetime) -> None:
    """Take the issue off its blocker; it resolves when all the others are closed already."""
    link.drop(by=by, now=now)
    _resolve_if_done(_locked(link.blocker_id), "All that it still follows is closed.", now)


def _heard(link: TrackerLink, event: IssueEvent, delivery: str, now: datetime) -> bool:
    """Whether that blocker has taken it in, or will: one that raises holds up none of the others."""
    heard = [True]
    with postponing(HEARING, link.pk, now, _newest(link, _kept(event, delivery, now))):
        heard = [_hear(link, event, delivery, now)]
    return heard[0]


def _kept(event: IssueEvent, delivery: str, now: datetime) -> Needs:
    facts = {"state": event.state, "title": event.title, "by": event.by, "how": event.how}
    return {**facts, "at": bounded(event.at, now).isoformat(), "delivery": delivery}


def _newest(link: TrackerLink, kept: Needs) -> Needs:
    """`kept`, or what is postponed already and is of later."""
    before = Postponed.objects.filter(work=HEARING, key=link.pk).values_list("needs", flat=True)
    return max([kept, *before], key=lambda needs: datetime.fromisoformat(needs["at"]))


def _read(link: TrackerLink, kept: Needs) -> tuple[IssueEvent, str]:
    at, state = datetime.fromisoformat(kept["at"]), IssueState(kept["state"])
    return IssueEvent(link.address, state, at, kept["title"], kept["by"], kept["how"]), kept["delivery"]


def _hear(followed: TrackerLink, event: IssueEvent, delivery: str, now: datetime) -> bool:
    blocker = _locked(followed.blocker_id)
    # Read behind the lock: somebody may have removed it meanwhile.
    link = blocker.tracker_links.filter(pk=followed.pk).first()
    if link is None:
        return False
    was = link.state
    if not link.hear(event, delivery, now):
        return False
    note = _told(link)
    reopens = was == IssueState.CLOSED and event.state == IssueState.OPEN
    acted = _reopen_if_over(blocker, note, now) if reopens else _resolve_if_done(blocker, note, now)
    if not acted and (was != IssueState.UNKNOWN or event.state == IssueState.CLOSED):
        blocker.noted("changed an issue", Author(now, origin=Origin.TRACKER), note=note)
    return True


def _locked(key: int) -> Blocker:
    return Blocker.objects.select_related("launch").select_for_update(of=("self",)).get(pk=key)


def _told(link: TrackerLink) -> str:
    """`acme/api#12 closed on GitHub by mona (not planned)`."""
    by = f" by {link.actor}" if link.actor else ""
    how = f" ({link.how})" if link.how else ""
    return f"{link.key} {_DONE[IssueState(link.state)]} on {link.get_tracker_display()}{by}{how}"


def _resolve_if_done(blocker: Blocker, note: str, now: datetime) -> bool:
    """When all that it follows is closed; with nothing to follow nothing is known."""
    links = list(blocker.tracker_links.all())
    follows = blocker.source == Blocker.Source.TRACKER and blocker.is_live
    if not follows or not links or not _all_closed(links):
        return False
    Blocker.objects.resolved([Because(blocker, note, origin=Origin.TRACKER)], now)
    return True


def _reopen_if_over(blocker: Blocker, note: str, now: datetime) -> bool:
    """It stands in the way again; what was rejected, or was launched, stays as people left it."""
    follows = blocker.source == Blocker.Source.TRACKER and blocker.state == Blocker.State.RESOLVED
    if not follows or blocker.launch.launched_at:
        return False
    Blocker.objects.reopened([Because(blocker, note, origin=Origin.TRACKER)], now)
    return True


def _all_closed(links: Iterable[TrackerLink]) -> bool:
    return all(link.state == IssueState.CLOSED for link in links)

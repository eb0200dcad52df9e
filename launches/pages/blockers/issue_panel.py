"""The issues of outside trackers that a blocker shows."""

from dataclasses import dataclass

from django.conf import settings

from launches.models import Blocker, TrackerLink
from launches.trackers import IssueState

# Closed is done, open is at work; what was never heard of is unknown.
_DRAWN = {IssueState.OPEN: "progress", IssueState.CLOSED: "ready", IssueState.UNKNOWN: "unknown"}


@dataclass(frozen=True)
class IssueRow:
    """`is_deaf` where nothing of its tracker can be heard, because nobody has set it up."""

    link: TrackerLink
    is_deaf: bool

    @property
    def drawn(self) -> str:
        return _DRAWN[IssueState(self.link.state)]


def followed_by(blocker: Blocker) -> list[IssueRow]:
    links = blocker.tracker_links.all()
    return [IssueRow(link, not settings.TRACKER_SECRETS[link.tracker]) for link in links]

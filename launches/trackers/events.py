"""What a delivery says of an issue: how it is, since when, and who made it so.

Only the state that came along counts, never what the event is called: each tracker sends the whole issue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from launches.trackers.addresses import Address, Tracker, parsed

LONGEST_TITLE, LONGEST_NAME = 200, 100


class IssueState(TextChoices):
    UNKNOWN = "unknown", _("unknown")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


@dataclass(frozen=True)
class IssueEvent:
    """`at` is the tracker's own time of this state; `how` it was closed, where the tracker says."""

    address: Address
    state: IssueState
    at: datetime
    title: str = ""
    by: str = ""
    how: str = ""


def event(tracker: str, payload: Any) -> IssueEvent | None:
    """What `payload` says of an issue; nothing when it speaks of something else, or not clearly."""
    read = {Tracker.GITHUB: _github, Tracker.GITLAB: _gitlab, Tracker.JIRA: _jira}[Tracker(tracker)]
    try:
        said = read(payload)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None
    # A hook speaks for its own tracker only.
    return said if said is not None and said.address.tracker == tracker else None


def _github(payload: Mapping[str, Any]) -> IssueEvent | None:
    """An issue or a pull request, also as comments and reviews bring it along."""
    issue = payload.get("issue") or payload.get("pull_request")
    if not issue:
        return None
    state = _STATES[issue["state"]]
    # The comment may be what was deleted.
    if payload.get("action") in ("deleted", "transferred") and "comment" not in payload:
        state = IssueState.UNKNOWN
    how = str(issue.get("state_reason") or "")
    if state == IssueState.CLOSED and "merged" in issue:
        how = "merged" if issue["merged"] else "not merged"
    return IssueEvent(
        parsed(issue["html_url"]),
        state,
        _moment(issue["updated_at"]),
        _line(issue["title"], LONGEST_TITLE),
        _line((payload.get("sender") or {}).get("login"), LONGEST_NAME),
        _line(how.replace("_", " "), LONGEST_NAME),
    )


def _gitlab(payload: Mapping[str, Any]) -> IssueEvent | None:
    """An issue, a work item or a merge request."""
    if payload["object_kind"] not in ("issue", "work_item", "merge_request"):
        return None
    issue, user = payload["object_attributes"], payload.get("user") or {}
    # Moving an issue to another project closes it here, and does nothing about it.
    state = IssueState.UNKNOWN if issue.get("moved_to_id") else _STATES[issue["state"]]
    return IssueEvent(
        parsed(issue["url"]),
        state,
        _moment(issue["updated_at"]),
        _line(issue["title"], LONGEST_TITLE),
        _line(user.get("name") or user.get("username"), LONGEST_NAME),
        "merged" if issue["state"] == "merged" else "",
    )


def _jira(payload: Mapping[str, Any]) -> IssueEvent | None:
    """An issue, whatever its workflow calls its states: their category says whether it is done."""
    issue, fields = payload["issue"], payload["issue"]["fields"]
    base, found, _ = issue["self"].partition("/rest/api/")
    if not found:
        return None
    status = fields["status"]
    state = IssueState.CLOSED if status["statusCategory"]["key"] == "done" else IssueState.OPEN
    if payload.get("webhookEvent") == "jira:issue_deleted":
        state = IssueState.UNKNOWN
    return IssueEvent(
        parsed(f"{base}/browse/{issue['key']}"),
        state,
        _moment(fields["updated"]),
        _line(fields["summary"], LONGEST_TITLE),
        _line((payload.get("user") or {}).get("displayName"), LONGEST_NAME),
        _line(status.get("name"), LONGEST_NAME) if state == IssueState.CLOSED else "",
    )


# A locked merge request is about to be merged.
_STATES = {
    "open": IssueState.OPEN,
    "opened": IssueState.OPEN,
    "locked": IssueState.OPEN,
    "closed": IssueState.CLOSED,
    "merged": IssueState.CLOSED,
}


def _moment(text: str) -> datetime:
    """`2026-11-03T14:02:11Z`, `2026-11-03 14:02:11 UTC`, `2026-11-03T15:02:11.000+0100`."""
    moment = parse_datetime(text.replace(" UTC", "Z"))
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a time")
    return moment.astimezone(UTC)


def _line(text: Any, longest: int) -> str:
    """One line that any database keeps and any page shows: no control characters, no halves of letters."""
    words = " ".join(str(text or "").split())
    return "".join(character for character in words if character.isprintable())[:longest]

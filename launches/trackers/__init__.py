"""Issues of outside trackers: their addresses, and what their webhooks say. No ORM, no clock, no network."""

from launches.trackers.addresses import MOST_ISSUES, Address, Tracker, parsed
from launches.trackers.events import IssueEvent, IssueState, event
from launches.trackers.signatures import Delivered, Forged, verified

__all__ = [
    "MOST_ISSUES",
    "Address",
    "Delivered",
    "Forged",
    "IssueEvent",
    "IssueState",
    "Tracker",
    "event",
    "parsed",
    "verified",
]

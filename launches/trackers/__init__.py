"""Issues of outside trackers: their addresses, and what their webhooks say. No ORM, no clock, no network."""

from launches.trackers.addresses import Address, Tracker, parsed
from launches.trackers.events import Event, IssueState, event
from launches.trackers.signatures import Delivered, Forged, verified

__all__ = [
    "Address",
    "Delivered",
    "Event",
    "Forged",
    "IssueState",
    "Tracker",
    "event",
    "parsed",
    "verified",
]

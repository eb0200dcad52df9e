"""Launches, what blocks them, and what was decided about it."""

from launches.models.blocker import Blocker, NotPossible
from launches.models.decision import Deferral, Waiver
from launches.models.launch import Launch, TargetMove
from launches.models.signoff import SignOff
from launches.models.snapshot import Scenario, Snapshot
from launches.models.undoing import changes_to_undo, undo, undo_token

__all__ = [
    "Blocker",
    "Deferral",
    "Launch",
    "NotPossible",
    "Scenario",
    "SignOff",
    "Snapshot",
    "TargetMove",
    "Waiver",
    "changes_to_undo",
    "undo",
    "undo_token",
]

"""Launches, what blocks them, what was decided about it, and who is told."""

from launches.models.blocker import Blocker
from launches.models.blocker_fields import NotPossible
from launches.models.comment import Comment, Wording
from launches.models.current_outlook import CurrentOutlook
from launches.models.decision import Deferral, Waiver
from launches.models.draft import Draft
from launches.models.go import GoRecord
from launches.models.launch import Launch
from launches.models.notice import ChannelChoice, Delivery, Notice
from launches.models.postponed import Postponed, postponing
from launches.models.saved_filter import SavedFilter
from launches.models.search import SearchDocument, Unindexed
from launches.models.share import ShareLink
from launches.models.signoff import SignOff
from launches.models.snapshot import Scenario, Snapshot
from launches.models.target_move import TargetMove
from launches.models.tracker import Hook, HookDelivery, TrackerLink
from launches.models.undoing import changes_to_undo, undo, undo_token
from launches.models.watch import Watch

__all__ = [
    "Blocker",
    "ChannelChoice",
    "Comment",
    "CurrentOutlook",
    "Deferral",
    "Delivery",
    "Draft",
    "GoRecord",
    "Hook",
    "HookDelivery",
    "Launch",
    "NotPossible",
    "Notice",
    "Postponed",
    "SavedFilter",
    "Scenario",
    "SearchDocument",
    "ShareLink",
    "SignOff",
    "Snapshot",
    "TargetMove",
    "TrackerLink",
    "Unindexed",
    "Waiver",
    "Watch",
    "Wording",
    "changes_to_undo",
    "postponing",
    "undo",
    "undo_token",
]

"""What a region needs to be ready, and what happened to it."""

from readiness.models.approval import AtStake, LiveBlocker, NeedsApproval, NotDecided
from readiness.models.beat import Beat
from readiness.models.cell import Readiness
from readiness.models.change_request import ChangeRequest
from readiness.models.claim import Claim
from readiness.models.daily import Day
from readiness.models.declaring import Declaration, OpenMusts
from readiness.models.freeze import ChangeFreeze
from readiness.models.heartbeat import Heartbeat
from readiness.models.history import Author, Change, Origin
from readiness.models.integration import Integration
from readiness.models.invitation import AlreadyThere, Invitation
from readiness.models.item import Item
from readiness.models.maintenance import Maintenance
from readiness.models.network import RegionNetwork
from readiness.models.people import User
from readiness.models.recording import Finding
from readiness.models.region import Region, Thawed
from readiness.models.requirement import Requirement
from readiness.models.result import Result
from readiness.models.signing import Signature
from readiness.models.team import Team
from readiness.models.versioned import Conflict, Versioned

__all__ = [
    "AlreadyThere",
    "AtStake",
    "Author",
    "Beat",
    "Change",
    "ChangeFreeze",
    "ChangeRequest",
    "Claim",
    "Conflict",
    "Day",
    "Declaration",
    "Finding",
    "Heartbeat",
    "Integration",
    "Invitation",
    "Item",
    "LiveBlocker",
    "Maintenance",
    "NeedsApproval",
    "NotDecided",
    "OpenMusts",
    "Origin",
    "Readiness",
    "Region",
    "RegionNetwork",
    "Requirement",
    "Result",
    "Signature",
    "Team",
    "Thawed",
    "User",
    "Versioned",
]

"""The steps that pages offer for a blocker."""

from collections.abc import Collection

from launches import access
from launches.models import Blocker
from launches.models.transition_table import TRANSITIONS, Transition
from readiness.models import User


def steps_open_to(user: User, blocker: Blocker) -> list[Transition]:
    """What this person may do with it now."""
    offered = (step for step in TRANSITIONS.values() if step.address and blocker.state in step.states)
    return [
        step for step in offered if not blocker.hindrance(step.name) and access.may_take(user, blocker, step)
    ]


def brings_back(steps: Collection[Transition]) -> bool:
    """Whether one of `steps` puts it in the way of the launch, where it is not now."""
    return any(step.to == Blocker.State.OPEN for step in steps)

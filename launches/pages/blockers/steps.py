"""The steps a blocker can take, who may take them, and what pages call them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from launches import access
from launches.models import Blocker
from readiness.models import Change, User


@dataclass(frozen=True)
class BlockerAction:
    """`address` ends the blocker's own; `states` are those it starts from."""

    address: str
    label: Promise
    said: Promise
    take: Callable[..., Change]
    may: Callable[[User, Any], bool]
    states: tuple[str, ...]
    needs_note: bool = False

    def is_open_to(self, user: User, blocker: Blocker) -> bool:
        return blocker.state in self.states and self.may(user, blocker)


STEPS = {
    "accept": BlockerAction(
        "acceptance/",
        pgettext_lazy("button", "Accept"),
        _("Accepted: it blocks the launch."),
        Blocker.accept,
        access.may_judge_blocker,
        (Blocker.State.PROPOSED,),
    ),
    "reject": BlockerAction(
        "rejection/",
        pgettext_lazy("button", "Reject"),
        _("Rejected: it does not block the launch."),
        Blocker.reject,
        access.may_judge_blocker,
        (Blocker.State.PROPOSED,),
        needs_note=True,
    ),
    "start": BlockerAction(
        "start/",
        _("Start work"),
        _("Work on it has started."),
        Blocker.start,
        access.may_edit_blocker,
        (Blocker.State.OPEN,),
    ),
    "resolve": BlockerAction(
        "resolution/",
        pgettext_lazy("button", "Resolve"),
        _("Resolved: it no longer blocks the launch."),
        Blocker.resolve,
        access.may_edit_blocker,
        Blocker.OPEN_STATES,
    ),
    "fill": BlockerAction(
        "filling/",
        _("Filled"),
        _("Filled: the promise is kept."),
        Blocker.fill,
        access.may_edit_blocker,
        (Blocker.State.DEFERRED,),
    ),
    "reopen": BlockerAction(
        "reopening/",
        _("Reopen"),
        _("Open again."),
        Blocker.reopen,
        access.may_reopen_blocker,
        (*Blocker.OVER, *Blocker.DECIDED),
    ),
    "clarify": BlockerAction(
        "clarification/",
        _("Mark as clarified"),
        _("Clarified: a known known from now on."),
        Blocker.clarify,
        access.may_edit_blocker,
        # A risk is accepted as it was known: whoever has found out more reopens it. A promise is still to be
        # kept, so what it takes is still found out.
        (Blocker.State.PROPOSED, *Blocker.OPEN_STATES, Blocker.State.DEFERRED),
    ),
}


def steps_open_to(user: User, blocker: Blocker) -> list[BlockerAction]:
    """What this person may do with it now."""
    closed = _closed_to_hands(blocker)
    return [step for name, step in STEPS.items() if name not in closed and step.is_open_to(user, blocker)]


def brings_back(steps: Collection[BlockerAction]) -> bool:
    """Whether one of `steps` puts it in the way of the launch, where it is not now."""
    return any(step in (STEPS["accept"], STEPS["reopen"]) for step in steps)


def _closed_to_hands(blocker: Blocker) -> set[str]:
    """What follows a cell or a check opens and resolves with it; after the launch people fill it."""
    closed = set() if blocker.is_unclear else {"clarify"}
    if blocker.follows:
        closed |= {"resolve"} if blocker.launch.launched_at else {"resolve", "fill"}
        closed |= {"reopen"} if blocker.state == Blocker.State.RESOLVED else set()
    return closed

"""Every step that a blocker can take: from which states, to which one, by whom, and the words for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from launches.models.blocker_fields import BlockerFields

State = BlockerFields.State
_ASKED = pgettext_lazy("done to many", "asked for; each waits for somebody else’s decision")


@dataclass(frozen=True, kw_only=True)
class Transition:
    """`name` is the method of `Blocker`; `verb` its word in history, none where the state stays.

    `states` are those that it starts from (`of_files` only where a file says so), and `to` where it leads;
    `cannot` says that it does not start elsewhere. `judges` where it is for those who accept proposals.
    `address` ends the blocker's own, where pages offer it as a button under its `label`; `said` tells that it
    is done, `done` that many did it, in which case the button may be `many`.
    """

    name: str
    verb: str = ""
    states: tuple[str, ...]
    of_files: tuple[str, ...] = ()
    to: str = ""
    cannot: Promise | str = ""
    judges: bool = False
    needs_note: bool = False
    address: str = ""
    label: Promise
    said: Promise | str = ""
    many: Promise | None = None
    done: Promise | None = None

    def starts_from(self, state: str) -> bool:
        return state in (*self.states, *self.of_files)


_TABLE = (
    Transition(
        name="accept",
        verb="accepted",
        states=(State.PROPOSED,),
        to=State.OPEN,
        cannot=_("A blocker that is %(state)s cannot be accepted."),
        judges=True,
        address="acceptance/",
        label=pgettext_lazy("button", "Accept"),
        said=_("Accepted: it blocks the launch."),
        done=pgettext_lazy("done to many", "accepted"),
    ),
    Transition(
        name="reject",
        verb="rejected",
        states=(State.PROPOSED,),
        to=State.REJECTED,
        cannot=_("A blocker that is %(state)s cannot be rejected."),
        judges=True,
        needs_note=True,
        address="rejection/",
        label=pgettext_lazy("button", "Reject"),
        said=_("Rejected: it does not block the launch."),
        done=pgettext_lazy("done to many", "rejected"),
    ),
    Transition(
        name="start",
        verb="started",
        states=(State.OPEN,),
        to=State.IN_PROGRESS,
        cannot=_("A blocker that is %(state)s cannot be started."),
        address="start/",
        label=_("Start work"),
        said=_("Work on it has started."),
        many=pgettext_lazy("button", "Start"),
        done=pgettext_lazy("done to many", "started"),
    ),
    Transition(
        name="resolve",
        verb="resolved",
        states=BlockerFields.OPEN_STATES,
        to=State.RESOLVED,
        cannot=_("A blocker that is %(state)s cannot be resolved."),
        address="resolution/",
        label=pgettext_lazy("button", "Resolve"),
        said=_("Resolved: it no longer blocks the launch."),
        done=pgettext_lazy("done to many", "resolved"),
    ),
    Transition(
        name="fill",
        verb="filled",
        states=(State.DEFERRED,),
        to=State.RESOLVED,
        cannot=_("A blocker that is %(state)s cannot be filled."),
        address="filling/",
        label=_("Filled"),
        said=_("Filled: the promise is kept."),
    ),
    Transition(
        name="reopen",
        verb="reopened",
        states=(*BlockerFields.OVER, *BlockerFields.DECIDED),
        of_files=(State.IN_PROGRESS,),
        to=State.OPEN,
        cannot=_("A blocker that is %(state)s cannot be reopened."),
        address="reopening/",
        label=_("Reopen"),
        said=_("Open again."),
    ),
    Transition(
        name="clarify",
        # A risk is accepted as it was known: whoever has found out more reopens it. A promise is still to be
        # kept, so what it takes is still found out.
        states=(State.PROPOSED, *BlockerFields.OPEN_STATES, State.DEFERRED),
        address="clarification/",
        label=_("Mark as clarified"),
        said=_("Clarified: a known known from now on."),
    ),
    # These two are asked for, and taken once somebody approves.
    Transition(
        name="waive",
        verb="waived",
        states=BlockerFields.OPEN_STATES,
        to=State.WAIVED,
        label=pgettext_lazy("button", "Ask to launch without"),
        done=_ASKED,
    ),
    Transition(
        name="defer",
        verb="deferred",
        states=BlockerFields.OPEN_STATES,
        to=State.DEFERRED,
        label=pgettext_lazy("button", "Ask to defer"),
        done=_ASKED,
    ),
)
TRANSITIONS: Mapping[str, Transition] = {row.name: row for row in _TABLE}


def way_between(state: str, other: str) -> list[Transition]:
    """The steps from one state to another, which may begin anew; none where there is no way."""
    if step := _step_between(state, other):
        return [step]
    first, then = _step_between(state, State.OPEN), _step_between(State.OPEN, other)
    return [first, then] if first and then else []


def _step_between(state: str, other: str) -> Transition | None:
    return next((row for row in _TABLE if row.to == other and row.starts_from(state)), None)

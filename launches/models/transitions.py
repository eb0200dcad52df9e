"""The life of a blocker: the steps from one state to the next, each checked on its locked row and told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from launches.models.blocker_fields import CANNOT, Facts, NotPossible
from launches.models.dependencies import Waiting
from readiness.models import AtStake, Change, ChangeRequest, Item, NeedsApproval, OpenMusts, User
from readiness.models.approval import Approvable
from readiness.models.change_request import told_of
from readiness.state import CellState

_OUTSTANDING, _OVER = Facts.OPEN_STATES, Facts.OVER
# By verb, the states in which a step is possible, and the one that it leads to.
STEPS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "accepted": ((Facts.State.PROPOSED,), Facts.State.OPEN),
    "rejected": ((Facts.State.PROPOSED,), Facts.State.REJECTED),
    "started": ((Facts.State.OPEN,), Facts.State.IN_PROGRESS),
    "resolved": (_OUTSTANDING, Facts.State.RESOLVED),
    "filled": ((Facts.State.DEFERRED,), Facts.State.RESOLVED),
    # From any end, and from work that stopped.
    "reopened": ((*_OVER, *Facts.DECIDED, Facts.State.IN_PROGRESS), Facts.State.OPEN),
    "waived": (_OUTSTANDING, Facts.State.WAIVED),
    "deferred": (_OUTSTANDING, Facts.State.DEFERRED),
}
NO_REASON = _("Say which criterion it does not meet, or why it does not hold the launch back.")
_FOLLOWS = _("It resolves by itself once what it stands for is ready.")


class Stepping(Approvable, Waiting):
    """What can become of a blocker. Each step raises `Conflict`, and `NotPossible` from the wrong state."""

    class Meta:
        abstract = True

    def accept(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A proposal becomes a blocker."""
        return self._step("accepted", by, now, version, note)

    def reject(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A proposal holds nothing back; `note` says which criterion it does not meet, or why not."""
        if not note.strip():
            raise NotPossible(NO_REASON)
        return self._step("rejected", by, now, version, note)

    def start(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        return self._step("started", by, now, version, note)

    def resolve(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """Done. What a check or a cell opened closes when that says so, not by hand."""
        if self.follows:
            raise NotPossible(_FOLLOWS)
        return self._step("resolved", by, now, version, note)

    @transaction.atomic
    def fill(
        self,
        *,
        by: User,
        now: datetime,
        version: int | None = None,
        note: str = "",
        override_reason: str = "",
        approved: ChangeRequest | None = None,
    ) -> Change:
        """The promise of its deferral is kept. Before the launch, what follows a cell or a check resolves.

        Over what is still open it takes an `override_reason`, else it raises `OpenMusts`, and somebody else
        who `approved` it, else `NeedsApproval`.
        """
        if self.follows and not self.launch.launched_at:
            raise NotPossible(_FOLLOWS)
        reason = override_reason.strip()
        if self.state == self.State.DEFERRED and (open_items := self._still_open()):
            if not reason:
                raise OpenMusts(open_items)
            if not approved:
                wanted = {"override_reason": reason, "note": note}
                raise NeedsApproval(self, "fill", wanted, {}, self.stands_on())
            titles = ", ".join(item.requirement.title for item in open_items)
            note = f"{note} Filled while open: {titles}. {reason}".strip()
        return self._step("filled", by, now, version, note, approved)

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        """It stands on itself, while it is deferred."""
        is_gap = self.state == self.State.DEFERRED
        return AtStake(launch=self.launch_id if is_gap else None, takes=lambda row: row.pk == self.pk)

    def cells_behind(self) -> list[int]:
        return [self.cell_id] if self.cell_id else []

    def placed(self) -> tuple[int | None, int | None]:
        return self.cell_id, self.launch.region_id

    def _still_open(self) -> list[Item]:
        """The required items that say that what it stands for is not there. Raises `NotPossible` where only
        the declaration is missing."""
        if self.source == self.Source.CHECK:
            return [self.item] if self.item and not self.item.is_ok else []
        if self.source != self.Source.CELL or self.cell is None or self.cell.state == CellState.READY:
            return []
        open_items = list(self.cell.open_musts())
        if not open_items:
            undeclared = _("%(integration)s is not declared ready: do that first.")
            raise NotPossible(undeclared % {"integration": self.cell.integration.name})
        return open_items

    def reopen(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        if self.follows and self.state == self.State.RESOLVED:
            raise NotPossible(_("It comes back by itself once what it stands for is not ready."))
        return self._step("reopened", by, now, version, note)

    @transaction.atomic
    def clarify(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A known unknown is known now; `note` says what was found out."""
        blocker = self.locked(version)
        if not blocker.is_unclear:
            known = _("Nothing is left to clarify: it is a %(certainty)s.")
            raise NotPossible(known % {"certainty": blocker.get_certainty_display()})
        if blocker.state == self.State.WAIVED:
            raise NotPossible(_("Its risk was accepted as it was known: reopen it first."))
        values = {"certainty": self.Certainty.KNOWN_KNOWN, "spike_by": None}
        return blocker.move("clarified", values, now=now, by=by, note=note)

    @transaction.atomic
    def _step(
        self,
        verb: str,
        by: User,
        now: datetime,
        version: int | None,
        note: str = "",
        approved: ChangeRequest | None = None,
    ) -> Change:
        blocker = self.locked(version)
        allowed, state = STEPS[verb]
        if blocker.state not in allowed:
            raise NotPossible(CANNOT[verb] % {"state": blocker.get_state_display()})
        values, told = blocker.entering(state, now), told_of(approved)
        return blocker.move(verb, values, now=now, by=by, note=note, beside=({}, told))

    def entering(self, state: str, now: datetime) -> dict[str, Any]:
        """The fields to set on entering `state`. Neither its age nor the time spent on it starts anew."""
        values: dict[str, Any] = {"state": state}
        if state == self.State.OPEN and self.state in (*self.OVER, *self.DECIDED):
            values |= {"reopened_at": now, "reopenings": self.reopenings + 1}
        if state == self.State.IN_PROGRESS and not self._was_interrupted:
            values["started_at"] = now
        values["closed_at"] = now if state in self.OVER else None
        return values

    def way_to(self, state: str) -> list[str]:
        """The steps (verbs) from its state to another, which may begin anew; none where there is no way."""
        if verb := _step_between(self.state, state):
            return [verb]
        first, then = _step_between(self.state, Facts.State.OPEN), _step_between(Facts.State.OPEN, state)
        return [first, then] if first and then else []

    @staticmethod
    def times_told(told: Mapping[str, Any], state: str) -> dict[str, Any]:
        """What a file has `told` of when one came to `state`: it opened some time, and only what is over
        was closed."""
        needed = {"opened_at", "closed_at"}
        known = {name: at for name, at in told.items() if at is not None or name not in needed}
        return {name: at for name, at in known.items() if state in Facts.OVER or name != "closed_at"}

    @property
    def _was_interrupted(self) -> bool:
        """Whether work on it began, and stopped, since it came up or came back."""
        return self.started_at is not None and self.started_at >= (self.reopened_at or self.opened_at)


def _step_between(state: str, other: str) -> str:
    return next((verb for verb, (allowed, to) in STEPS.items() if state in allowed and to == other), "")

"""The life of a blocker: the steps from one state to the next, each checked on its locked row and told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from launches.models.blocker_fields import BlockerFields, NotPossible
from launches.models.transition_table import TRANSITIONS, Transition, way_between
from readiness.models import AtStake, Change, ChangeRequest, Item, NeedsApproval, OpenMusts, User
from readiness.models.approval import Approvable
from readiness.models.change_request import told_of
from readiness.state import CellState

NO_REASON = gettext_lazy("Say which criterion it does not meet, or why it does not hold the launch back.")


class Transitions(Approvable, BlockerFields):
    """What can become of a blocker. Each step raises `Conflict`, and `NotPossible` from the wrong state."""

    class Meta:
        abstract = True

    def accept(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A proposal becomes a blocker."""
        return self._step("accept", by, now, version, note)

    def reject(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A proposal holds nothing back; `note` says which criterion it does not meet, or why not."""
        if not note.strip():
            raise NotPossible(NO_REASON)
        return self._step("reject", by, now, version, note)

    def start(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        return self._step("start", by, now, version, note)

    def resolve(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """Done. What a check or a cell opened closes when that says so, not by hand."""
        return self._step("resolve", by, now, version, note)

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
        self._refuse_by_hand("fill")
        reason = override_reason.strip()
        if self.state == self.State.DEFERRED and (open_items := self._still_open()):
            if not reason:
                raise OpenMusts(open_items)
            if not approved:
                wanted = {"override_reason": reason, "note": note}
                raise NeedsApproval(self, "fill", wanted, {}, self.stands_on())
            titles = ", ".join(item.requirement.title for item in open_items)
            note = f"{note} Filled while open: {titles}. {reason}".strip()
        return self._step("fill", by, now, version, note, approved)

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
        return self._step("reopen", by, now, version, note)

    @transaction.atomic
    def clarify(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A known unknown is known now; `note` says what was found out."""
        blocker = self.locked(version)
        blocker._refuse_by_hand("clarify")
        if blocker.state == self.State.WAIVED:
            raise NotPossible(_("Its risk was accepted as it was known: reopen it first."))
        values = {"certainty": self.Certainty.KNOWN_KNOWN, "spike_by": None}
        return blocker.move("clarified", values, now=now, by=by, note=note)

    @transaction.atomic
    def _step(
        self,
        name: str,
        by: User,
        now: datetime,
        version: int | None,
        note: str = "",
        approved: ChangeRequest | None = None,
    ) -> Change:
        self._refuse_by_hand(name)
        blocker, step = self.locked(version), TRANSITIONS[name]
        if not step.starts_from(blocker.state):
            raise NotPossible(step.cannot % {"state": blocker.get_state_display()})
        values, told = blocker.entering(step.to, now), told_of(approved)
        return blocker.move(step.verb, values, now=now, by=by, note=note, beside=({}, told))

    def _refuse_by_hand(self, name: str) -> None:
        if why := self.hindrance(name):
            raise NotPossible(why)

    def hindrance(self, name: str) -> str:
        """Why people cannot take the step `name`, whatever its state; nothing where they can.

        What stands for a cell or a check opens and resolves with it; after the launch people fill it.
        """
        if name == "clarify" and not self.is_unclear:
            known = _("Nothing is left to clarify: it is a %(certainty)s.")
            return known % {"certainty": self.get_certainty_display()}
        if not self.follows:
            return ""
        if name == "resolve" or (name == "fill" and not self.launch.launched_at):
            return _("It resolves by itself once what it stands for is ready.")
        if name == "reopen" and self.state == self.State.RESOLVED:
            return _("It comes back by itself once what it stands for is not ready.")
        return ""

    def entering(self, state: str, now: datetime) -> dict[str, Any]:
        """The fields to set on entering `state`. Neither its age nor the time spent on it starts anew."""
        values: dict[str, Any] = {"state": state}
        if state == self.State.OPEN and self.state in (*self.OVER, *self.DECIDED):
            values |= {"reopened_at": now, "reopenings": self.reopenings + 1}
        if state == self.State.IN_PROGRESS and not self._was_interrupted:
            values["started_at"] = now
        values["closed_at"] = now if state in self.OVER else None
        return values

    def way_to(self, state: str) -> list[Transition]:
        """The steps from its state to another, which may begin anew; none where there is no way."""
        return way_between(self.state, state)

    @staticmethod
    def times_told(told: Mapping[str, Any], state: str) -> dict[str, Any]:
        """What a file has `told` of when one came to `state`: it opened some time, and only what is over
        was closed."""
        needed = {"opened_at", "closed_at"}
        known = {name: at for name, at in told.items() if at is not None or name not in needed}
        return {name: at for name, at in known.items() if state in BlockerFields.OVER or name != "closed_at"}

    @property
    def _was_interrupted(self) -> bool:
        """Whether work on it began, and stopped, since it came up or came back."""
        return self.started_at is not None and self.started_at >= (self.reopened_at or self.opened_at)

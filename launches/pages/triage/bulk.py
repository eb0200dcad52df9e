"""One step for many blockers: what will happen to each, what cannot and why, and then all of it at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from launches import access
from launches.models import Blocker, Deferral, NotPossible, Waiver
from launches.models.transition_table import TRANSITIONS, Transition
from launches.pages.triage.bulk_forms import (
    AssignmentForm,
    CertaintyForm,
    DeferralsForm,
    EstimatesForm,
    ManyDueForm,
    ManyForm,
    ManySeverityForm,
    NothingMore,
    RejectionForm,
    WaiversForm,
)
from readiness.models import Change, Conflict, User

Take = Callable[..., Change | None]


@dataclass(frozen=True)
class Action:
    """One thing to do to many; `done` tells it. Where it is a step, that says who may, and from where."""

    key: str
    label: Promise
    done: Promise
    form: type[ManyForm]
    take: Take
    step: Transition | None = None

    @property
    def needs_words(self) -> bool:
        """Whether something has to be filled in before it can be done."""
        return self.form is not NothingMore

    def starts_from(self, state: str) -> bool:
        return self.step is None or state in self.step.states

    def hindrance(self, user: User, blocker: Blocker) -> str:
        """Why it cannot be done to `blocker` by `user`; nothing when it can."""
        if not self._may(user, blocker):
            team = blocker.team.name if blocker.team else _("nobody")
            return _("You may not: it is for its lead, or its team (%(team)s).") % {"team": team}
        if not self.starts_from(blocker.state):
            return _("It is %(state)s.") % {"state": blocker.get_state_display()}
        return blocker.hindrance(self.key)

    def _may(self, user: User, blocker: Blocker) -> bool:
        if self.step is None:
            return access.may_edit_blocker(user, blocker)
        return access.may_take(user, blocker, self.step)


def _amend(blocker: Blocker, *, by: User, now: datetime, version: int, **values: Any) -> Change | None:
    return blocker.amend(by=by, now=now, version=version, **values)


def _take(step: Transition) -> Take:
    def take(blocker: Blocker, **how: Any) -> Change:
        change: Change = getattr(blocker, step.name)(**how)
        return change

    return take


_CHANGED = _("Somebody changed it in the meantime: look again.")
_ALREADY = _("That is already the case.")
_FORMS = {"reject": RejectionForm, "waive": WaiversForm, "defer": DeferralsForm}
_ASKED_FOR: Mapping[str, Take] = {"waive": Waiver.ask, "defer": Deferral.ask}
_AMENDMENTS = (
    Action(
        "assign",
        pgettext_lazy("button", "Assign"),
        pgettext_lazy("done to many", "assigned"),
        AssignmentForm,
        _amend,
    ),
    Action(
        "estimate",
        pgettext_lazy("button", "Estimate"),
        pgettext_lazy("done to many", "estimated"),
        EstimatesForm,
        _amend,
    ),
    Action(
        "due",
        pgettext_lazy("button", "Set the due date of"),
        pgettext_lazy("done to many", "dated"),
        ManyDueForm,
        _amend,
    ),
    Action(
        "severity",
        pgettext_lazy("button", "Set the severity of"),
        pgettext_lazy("done to many", "changed"),
        ManySeverityForm,
        _amend,
    ),
    Action(
        "certainty",
        pgettext_lazy("button", "Set the certainty of"),
        pgettext_lazy("done to many", "changed"),
        CertaintyForm,
        _amend,
    ),
)
_STEPS = (
    Action(
        step.name,
        step.many or step.label,
        step.done,
        _FORMS.get(step.name, NothingMore),
        _ASKED_FOR.get(step.name) or _take(step),
        step,
    )
    for step in TRANSITIONS.values()
    if step.done
)
ACTIONS: Mapping[str, Action] = {action.key: action for action in (*_AMENDMENTS, *_STEPS)}


@dataclass(frozen=True)
class Chosen:
    """A blocker as somebody chose it: `version` is the one they saw."""

    blocker: Blocker
    version: int


@dataclass(frozen=True)
class RefusedStep:
    blocker: Blocker
    why: str


@dataclass
class BulkOutcome:
    changes: list[Change] = field(default_factory=list)
    refused: list[RefusedStep] = field(default_factory=list)


def looked_at(action: Action, chosen: Iterable[Chosen], user: User) -> tuple[list[Chosen], list[RefusedStep]]:
    """What will happen, and what cannot."""
    possible, refused = [], []
    for one in chosen:
        why = action.hindrance(user, one.blocker)
        if why:
            refused.append(RefusedStep(one.blocker, why))
        else:
            possible.append(one)
    return possible, refused


@transaction.atomic
def carried_out(
    action: Action, chosen: Sequence[Chosen], *, by: User, now: datetime, values: Mapping[str, Any]
) -> BulkOutcome:
    """Do it to each. What somebody changed since it was chosen is left alone, and named.

    Rows are locked in the order of their keys, so that two who do this at once wait and do not deadlock.
    """
    possible, refused = looked_at(action, chosen, by)
    outcome = BulkOutcome(refused=refused)
    for one in sorted(possible, key=lambda one: one.blocker.pk):
        try:
            with transaction.atomic():
                change = action.take(one.blocker, by=by, now=now, version=one.version, **values)
        except Conflict:
            outcome.refused.append(RefusedStep(one.blocker, str(_CHANGED)))
        except NotPossible as why:
            outcome.refused.append(RefusedStep(one.blocker, str(why)))
        else:
            if change is None:
                outcome.refused.append(RefusedStep(one.blocker, str(_ALREADY)))
            else:
                outcome.changes.append(change)
    return outcome

"""One step for many blockers: what will happen to each, what cannot and why, and then all of it at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction

from launches.forms import POINTS, DayInput, offer, people
from launches.models import Blocker, Deferral, NotPossible, Waiver
from readiness import access
from readiness.models import Change, Conflict, Team, User

May = Callable[[User, Any], bool]
Take = Callable[..., Change | None]


class ManyForm(forms.Form):
    """What has to be said for a step; `today` decides what is ahead."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def ahead(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day <= self.today:
            raise forms.ValidationError("That day is not ahead of us.")
        return day


class NothingMore(ManyForm):
    """For a step that needs no more than to be confirmed."""

    note = forms.CharField(label="Note, for the history", required=False, max_length=1000)


class AssignmentForm(ManyForm):
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="as it is")
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="as it is")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", Team.objects.all())
        offer(self, "owner", people())

    def clean(self) -> dict[str, Any]:
        if not any(self.cleaned_data.values()):
            raise forms.ValidationError("Choose a team, a person, or both.")
        return {name: value for name, value in self.cleaned_data.items() if value}


class EstimatesForm(ManyForm):
    best = forms.DecimalField(min_value=0, max_digits=5, decimal_places=1)
    likely = forms.DecimalField(min_value=0, max_digits=5, decimal_places=1)
    worst = forms.DecimalField(min_value=0, max_digits=5, decimal_places=1)

    def clean(self) -> dict[str, Any]:
        points = [self.cleaned_data.get(name) for name in POINTS]
        if not self.errors and points != sorted(points, key=lambda point: point or 0):
            raise forms.ValidationError("Best is at most likely, and likely at most worst.")
        return self.cleaned_data


class DueForm(ManyForm):
    due = forms.DateField(widget=DayInput)


class SeverityForm(ManyForm):
    severity = forms.ChoiceField(choices=Blocker.Severity.choices, widget=forms.RadioSelect)


class CertaintyForm(ManyForm):
    certainty = forms.ChoiceField(choices=Blocker.Certainty.choices, widget=forms.RadioSelect)


class WaiversForm(ManyForm):
    reason = forms.CharField(max_length=2000, help_text="Whoever decides reads it.")
    expires_on = forms.DateField(label="Holds until", widget=DayInput)

    def clean_expires_on(self) -> date:
        return self.ahead("expires_on")


class DeferralsForm(ManyForm):
    reason = forms.CharField(max_length=2000, help_text="Whoever decides reads it.")
    fill_by = forms.DateField(label="Filled by", widget=DayInput)
    workaround = forms.CharField(
        label="Until then", max_length=2000, help_text="How people manage without it."
    )

    def clean_fill_by(self) -> date:
        return self.ahead("fill_by")


@dataclass(frozen=True)
class Action:
    """One thing to do to many: `states` are those it starts from, any when empty; `done` tells it."""

    key: str
    label: str
    done: str
    form: type[ManyForm]
    take: Take
    may: May = access.may_edit_blocker
    states: tuple[str, ...] = ()
    follows_too: bool = True

    @property
    def needs_words(self) -> bool:
        """Whether something has to be filled in before it can be done."""
        return self.form is not NothingMore

    def hindrance(self, user: User, blocker: Blocker) -> str:
        """Why it cannot be done to `blocker` by `user`; nothing when it can."""
        if not self.may(user, blocker):
            owner = blocker.team.name if blocker.team else "nobody"
            return f"You may not: it is for its lead, or its team ({owner})."
        if self.states and blocker.state not in self.states:
            return f"It is {blocker.get_state_display()}."
        if blocker.follows and not self.follows_too:
            return "It resolves by itself once what it stands for is ready."
        return ""


def _amend(blocker: Blocker, *, by: User, now: datetime, version: int, **values: Any) -> Change | None:
    return blocker.amend(by=by, now=now, version=version, **values)


def _asked(kind: type[Waiver | Deferral]) -> Take:
    def ask(blocker: Blocker, *, by: User, now: datetime, version: int, **facts: Any) -> Change:
        return kind.ask(blocker, by=by, now=now, version=version, **facts)

    return ask


_JUDGED = (Blocker.State.PROPOSED,)
ACTIONS: Mapping[str, Action] = {
    action.key: action
    for action in (
        Action("assign", "Assign", "assigned", AssignmentForm, _amend),
        Action("estimate", "Estimate", "estimated", EstimatesForm, _amend),
        Action("due", "Set the due date of", "dated", DueForm, _amend),
        Action("severity", "Set the severity of", "changed", SeverityForm, _amend),
        Action("certainty", "Set the certainty of", "changed", CertaintyForm, _amend),
        Action(
            "accept", "Accept", "accepted", NothingMore, Blocker.accept, access.may_judge_blocker, _JUDGED
        ),
        Action(
            "reject", "Reject", "rejected", NothingMore, Blocker.reject, access.may_judge_blocker, _JUDGED
        ),
        Action("start", "Start", "started", NothingMore, Blocker.start, states=(Blocker.State.OPEN,)),
        Action(
            "resolve",
            "Resolve",
            "resolved",
            NothingMore,
            Blocker.resolve,
            states=Blocker.STANDING,
            follows_too=False,
        ),
        Action(
            "waive",
            "Ask to launch without",
            "asked for; each waits for somebody else’s decision",
            WaiversForm,
            _asked(Waiver),
            states=Blocker.STANDING,
        ),
        Action(
            "defer",
            "Ask to defer",
            "asked for; each waits for somebody else’s decision",
            DeferralsForm,
            _asked(Deferral),
            states=Blocker.STANDING,
        ),
    )
}


@dataclass(frozen=True)
class Chosen:
    """A blocker as somebody chose it: `version` is the one they saw."""

    blocker: Blocker
    version: int


@dataclass(frozen=True)
class Refused:
    blocker: Blocker
    why: str


@dataclass
class Outcome:
    changes: list[Change] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def looked_at(action: Action, chosen: Iterable[Chosen], user: User) -> tuple[list[Chosen], list[Refused]]:
    """What will happen, and what cannot."""
    possible, refused = [], []
    for one in chosen:
        why = action.hindrance(user, one.blocker)
        if why:
            refused.append(Refused(one.blocker, why))
        else:
            possible.append(one)
    return possible, refused


@transaction.atomic
def carried_out(
    action: Action, chosen: Sequence[Chosen], *, by: User, now: datetime, values: Mapping[str, Any]
) -> Outcome:
    """Do it to each. What somebody changed since it was chosen is left alone, and named.

    Rows are locked in the order of their keys, so that two who do this at once wait and do not deadlock.
    """
    possible, refused = looked_at(action, chosen, by)
    outcome = Outcome(refused=refused)
    for one in sorted(possible, key=lambda one: one.blocker.pk):
        try:
            with transaction.atomic():
                change = action.take(one.blocker, by=by, now=now, version=one.version, **values)
        except Conflict:
            outcome.refused.append(Refused(one.blocker, "Somebody changed it in the meantime: look again."))
        except NotPossible as why:
            outcome.refused.append(Refused(one.blocker, str(why)))
        else:
            if change is None:
                outcome.refused.append(Refused(one.blocker, "It is like that already."))
            else:
                outcome.changes.append(change)
    return outcome

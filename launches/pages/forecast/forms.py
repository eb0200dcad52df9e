"""What people type in about what would be if."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from launches.planning import Inputs, WhatIf
from readiness.form_fields import DayField, LongTextField
from readiness.forms import VersionedForm

FARTHEST = timedelta(days=5 * 365)


class WhatIfForm(forms.Form):
    """A what-if, as its address has it. Blockers that are not in the way any more are left out, and named."""

    target = DayField(label=_("Target"), required=False)
    goal = forms.IntegerField(label=_("Confidence"), min_value=50, max_value=99, required=False)

    def __init__(self, query: QueryDict, state: Inputs, goal: int, team_names: Mapping[str, str]) -> None:
        told = query.copy()
        told.setdefault("target", state.target.isoformat())
        told.setdefault("goal", str(goal))
        for team, capacity in state.teams.items():
            told.setdefault(f"capacity-{team}", str(capacity.parallel_work))
        super().__init__(told, auto_id="what_if_%s")
        self.state, self.goal_as_is = state, goal
        for team in state.teams:
            self.fields[f"capacity-{team}"] = forms.IntegerField(
                label=team_names.get(team, team), min_value=1, max_value=50, required=False
            )
        known = {job.key for job in state.jobs if job.waivable}
        wanted = set(query.getlist("drop"))
        self.dropped = frozenset(wanted & known)
        self.gone = sorted(wanted - known)

    def clean_target(self) -> date | None:
        day: date | None = self.cleaned_data["target"]
        if day is None or day == self.state.target:
            return day
        if day < self.state.today:
            raise forms.ValidationError(gettext("That day has passed."))
        if day - self.state.today > FARTHEST:
            raise forms.ValidationError(gettext("That is more than five years away."))
        return day

    @property
    def capacities(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("capacity-")]

    @property
    def what_if(self) -> WhatIf:
        """What was asked for, without what is so anyway; with errors, nothing."""
        if not self.is_valid():
            return WhatIf()
        asked = {team: self.cleaned_data[f"capacity-{team}"] for team in self.state.teams}
        changed = {
            team: slots
            for team, slots in asked.items()
            if slots and slots != self.state.teams[team].parallel_work
        }
        target, goal = self.cleaned_data["target"], self.cleaned_data["goal"]
        return WhatIf(
            self.dropped,
            None if target == self.state.target else target,
            None if goal == self.goal_as_is else goal,
            changed,
        )


class ScenarioForm(forms.Form):
    """A what-if to keep under a name."""

    name = forms.CharField(label=_("Name"), max_length=80)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class AcceptForm(VersionedForm):
    """What a scenario asks for. As where each is asked for on its own, a risk is accepted until a day."""

    asks = forms.ChoiceField(
        label=_("For each blocker it drops, ask"),
        choices=[
            ("waiver", _("to launch without it (accept the risk)")),
            ("deferral", _("to fill it after the launch (a promise)")),
        ],
        initial="waiver",
        widget=forms.RadioSelect,
    )
    until = DayField(
        label=_("Holds until, or is filled by"),
        required=False,
        help_text=_("A risk is accepted until that day, a promise is kept by it."),
    )
    reason = LongTextField(
        label=_("Reason"),
        required=True,
        help_text=_("The approver reads it; it also stays beside a moved date."),
    )

    def __init__(self, *args: Any, today: date, drops: bool, **kwargs: Any) -> None:
        """`drops` when it asks for anything: only then a day is needed."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].required = drops

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day and day <= self.today:
            raise forms.ValidationError(gettext("That day is not ahead of us."))
        return day

    @property
    def facts(self) -> dict[str, date | None]:
        """What each request says besides its reason, as `ask` takes it."""
        name = "fill_by" if self.cleaned_data["asks"] == "deferral" else "expires_on"
        return {name: self.cleaned_data["until"]}

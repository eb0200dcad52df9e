"""What has to be said for one step that many blockers take."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker
from launches.models.transitions import NO_REASON
from launches.pages.fields import offer, people
from readiness.form_fields import POINTS, DayField, EstimateFields
from readiness.models import Team, User


class ManyForm(forms.Form):
    """What has to be said for a step; `today` decides what is ahead."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def ahead(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day <= self.today:
            raise forms.ValidationError(_("That day is not ahead of us."))
        return day


class NothingMore(ManyForm):
    """For a step that needs no more than to be confirmed."""

    note = forms.CharField(label=_("Note, for the history"), required=False, max_length=1000)


class RejectionForm(ManyForm):
    note = forms.CharField(
        label=_("Why they do not hold the launch back"),
        max_length=1000,
        error_messages={"required": NO_REASON},
    )


class AssignmentForm(ManyForm):
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("as it is")
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("as it is")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", Team.objects.all())
        offer(self, "owner", people())

    def clean(self) -> dict[str, Any]:
        if not any(self.cleaned_data.values()):
            raise forms.ValidationError(_("Choose a team, a person, or both."))
        return {name: value for name, value in self.cleaned_data.items() if value}


class EstimatesForm(ManyForm, EstimateFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in POINTS:
            self.fields[name].required = True


class ManyDueForm(ManyForm):
    due = DayField(label=_("Due"))


class ManySeverityForm(ManyForm):
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Blocker.Severity.choices, widget=forms.RadioSelect
    )


class CertaintyForm(ManyForm):
    certainty = forms.ChoiceField(
        label=_("Certainty"), choices=Blocker.Certainty.choices, widget=forms.RadioSelect
    )


class WaiversForm(ManyForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, help_text=_("The person who decides reads it.")
    )
    expires_on = DayField(
        label=_("Holds until"),
        help_text=_(
            "An agreement that ends before the target of its launch blocks that launch again from then on."
        ),
    )

    def clean_expires_on(self) -> date:
        return self.ahead("expires_on")


class DeferralsForm(ManyForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, help_text=_("The person who decides reads it.")
    )
    fill_by = DayField(label=_("Filled by"))
    workaround = forms.CharField(
        label=_("Until then"), max_length=2000, help_text=_("How people manage without it.")
    )

    def clean_fill_by(self) -> date:
        return self.ahead("fill_by")

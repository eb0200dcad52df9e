"""What people fill in. A form checks what was typed; the verb on the model checks whether it may happen."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from readiness import probes
from readiness.form_fields import DayField, EstimateFields, LongTextField
from readiness.models import ChangeFreeze, Integration, Region, User
from readiness.models.declaring import DECLARABLE
from readiness.models.maintenance import AHEAD, LONGEST
from readiness.models.team import LEAST_SHARE, Weekday
from readiness.probes import Outcome
from readiness.state import Importance, ItemState


class VersionedForm(forms.Form):
    """Carries the version of the row it was shown with, so that a stale edit is refused."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WhyForm(forms.Form):
    """What may need somebody else's approval comes with a reason."""

    why = LongTextField(rows=2, label=_("Why it should be so"), help_text=_("The approver reads it."))


class RemovalForm(VersionedForm, WhyForm):
    """Something is to go."""


class DeclarationForm(VersionedForm):
    state = forms.ChoiceField(label=_("State"), choices=[(state, state.label) for state in DECLARABLE])
    override_reason = LongTextField(label=_("Why it can go ahead with open items"))


class ImportanceForm(VersionedForm, WhyForm):
    importance = forms.ChoiceField(label=_("Importance"), choices=Importance.choices)


class EstimateForm(VersionedForm, EstimateFields):
    @property
    def estimate(self) -> tuple[Decimal, Decimal, Decimal] | None:
        points = (self.cleaned_data["best"], self.cleaned_data["likely"], self.cleaned_data["worst"])
        return None if None in points else points


MOMENT = "%Y-%m-%dT%H:%M"


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"


class SignOffForm(VersionedForm):
    outcome = forms.ChoiceField(
        label=_("Is it fulfilled?"),
        choices=[(ItemState.PASSED, _("yes")), (ItemState.FAILED, _("no"))],
        widget=forms.RadioSelect,
        initial=ItemState.PASSED,
    )
    fact = forms.CharField(label=_("What you saw"), required=False, max_length=500)
    url = forms.URLField(
        label=_("Link to the evidence"), required=False, max_length=500, assume_scheme="https"
    )
    effective_on = DayField(label=_("Holds from"), required=False)
    expires_on = DayField(label=_("Holds until"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not (data["fact"] or data["url"]):
            raise forms.ValidationError(_("Give evidence: a link, or what you saw."))
        begins, ends = data.get("effective_on"), data.get("expires_on")
        if begins and ends and ends < begins:
            self.add_error("expires_on", _("It cannot end before it begins."))
        return data

    @property
    def said(self) -> Outcome:
        url = self.cleaned_data["url"]
        return Outcome(
            self.cleaned_data["outcome"],
            self.cleaned_data["fact"] or url,
            evidence={"url": url} if url else {},
        )


class CheckFilter(forms.Form):
    region = forms.ModelChoiceField(
        Region.objects.all(), label=_("Region"), to_field_name="slug", required=False, empty_label=_("all")
    )
    integration = forms.ModelChoiceField(
        Integration.objects.order_by("name"),
        label=_("Integration"),
        to_field_name="slug",
        required=False,
        empty_label=_("all"),
    )
    kind = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("all")), *((kind, kind) for kind in probes.names())]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("any")), *ItemState.choices])
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("worst first")), ("slowest", _("slowest first")), ("uptime", _("least up first"))],
    )


class MaintenanceForm(forms.Form):
    """A window with both its ends, in the zone that times are shown in."""

    starts_at = forms.DateTimeField(label=pgettext_lazy("moment", "From"), widget=MomentInput(format=MOMENT))
    ends_at = forms.DateTimeField(label=pgettext_lazy("moment", "Until"), widget=MomentInput(format=MOMENT))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends:
            self._check(starts, ends, timezone.now())
        return data

    def _check(self, starts: datetime, ends: datetime, now: datetime) -> None:
        if ends <= starts:
            self.add_error("ends_at", _("It cannot end before it begins."))
        elif ends <= now:
            self.add_error("ends_at", _("That is over already."))
        elif starts - now > AHEAD:
            self.add_error("starts_at", _("It begins within %(days)d days.") % {"days": AHEAD.days})
        elif ends - max(starts, now) > LONGEST:
            problem = _("It lasts %(days)d days at most; what takes longer is a blocker.")
            self.add_error("ends_at", problem % {"days": LONGEST.days})


class FreezeForm(forms.Form):
    """Days in which nothing may be changed in a region. Whether they may be is for `ChangeFreeze.check`."""

    first = DayField(label=_("First day"))
    last = DayField(
        label=_("Last day"),
        help_text=_("Nothing gets done on it either."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The page of a region has a form for maintenance beside it.
        super().__init__(*args, **{"auto_id": "freeze_%s", **kwargs})

    @property
    def days(self) -> ChangeFreeze:
        data = self.cleaned_data
        return ChangeFreeze(data["first"], data["last"], data["reason"])


class MovedFreezeForm(VersionedForm, FreezeForm):
    """One that is there already."""


class CapacityForm(VersionedForm):
    """How much a team does: at once, and in a week."""

    parallel_work = forms.IntegerField(
        label=_("Works on at once"), min_value=1, max_value=50, help_text=_("How many blockers.")
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Works on"),
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("A week has at least one day.")},
    )
    share = forms.IntegerField(
        label=_("Share of each day, in percent"),
        min_value=LEAST_SHARE,
        max_value=100,
        help_text=_("100 is all of it. What is left goes to other work than launches."),
    )

    def clean_weekdays(self) -> list[str]:
        """In the order of the week, each once."""
        return [day for day in Weekday.values if day in self.cleaned_data["weekdays"]]


class SnoozeForm(forms.Form):
    """From now on for a while, or to the end of a day in the check's region."""

    LENGTHS = (("1", _("1 hour")), ("4", _("4 hours")), ("24", _("1 day")), ("day", _("until a day")))

    length = forms.ChoiceField(
        label=pgettext_lazy("length of time", "For"), choices=LENGTHS, widget=forms.RadioSelect, initial="1"
    )
    until = DayField(
        label=_("The day"),
        required=False,
        help_text=_("To its end; only for “until a day”."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, region: Region, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.now = region, now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("length") != "day" or "until" in self.errors:
            return data
        if not data.get("until"):
            self.add_error("until", _("Which day?"))
        elif not self._is_near(data["until"]):
            self.add_error("until", _("A day from today on, within %(days)d days.") % {"days": LONGEST.days})
        return data

    def _is_near(self, day: date) -> bool:
        # First by the day alone: the last one of all has no end.
        last = self.now + LONGEST
        return day <= last.date() and self.now < self.ends_at <= last

    @property
    def ends_at(self) -> datetime:
        length = self.cleaned_data["length"]
        if length == "day":
            return self.region.end_of(self.cleaned_data["until"])
        return self.now + timedelta(hours=int(length))


class ActivityFilter(forms.Form):
    region = forms.ModelChoiceField(
        Region.objects.all(), label=_("Region"), to_field_name="slug", required=False, empty_label=_("all")
    )
    person = forms.ModelChoiceField(
        User.objects.order_by("first_name", "last_name", "username"),
        label=_("Person"),
        to_field_name="username",
        required=False,
        empty_label=_("everybody"),
    )


class IntegrationFilter(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *Integration.Kind.choices]
    )
    q = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
    )


def again(form: forms.Form, version: int) -> QueryDict:
    """What was typed into `form`, to be sent once more over the newer `version`."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(version)
    return data

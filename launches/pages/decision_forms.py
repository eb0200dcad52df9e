"""What people type in to launch without a blocker, or to promise to fill it later."""

from datetime import date
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, Launch
from readiness.form_fields import DayField, LongTextField
from readiness.forms import VersionedForm


class AskForm(VersionedForm):
    """Asking to launch without a blocker, whichever way."""

    reason = LongTextField(
        rows=2,
        label=_("Why the risk is acceptable"),
        help_text=_("The person who decides reads it."),
        required=True,
    )
    recommendation = LongTextField(rows=2, label=_("Your recommendation"))

    def __init__(self, *args: Any, launch: Launch, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.launch, self.today = launch, today

    @classmethod
    def of(cls, blocker: Blocker, today: date) -> "AskForm":
        return cls(launch=blocker.launch, today=today, initial={"version": blocker.version})

    def _ahead(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and day <= self.today:
            raise forms.ValidationError(_("That day is not ahead of us."))
        return day

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as `ask` takes it."""
        return self.cleaned_data


class WaiverForm(AskForm):
    """An accepted risk, until a day."""

    expires_on = DayField(
        label=_("Holds until"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        warned = _(
            "The day after, it blocks again: the launch, too, if that is before its target, %(day)s."
            " A week before, its history warns."
        )
        day = date_format(self.launch.target, "j M Y")
        self.fields["expires_on"].help_text = warned % {"day": day}

    def clean_expires_on(self) -> date | None:
        return self._ahead("expires_on")


class DeferralForm(AskForm):
    """A promise, with all that people outside must know of it."""

    fill_by = DayField(label=_("Filled by"))
    workaround = LongTextField(
        rows=2, label=_("Until then"), help_text=_("How people manage without it."), required=True
    )
    customer_wording = LongTextField(rows=2, label=_("Wording for customers"))
    functions = forms.MultipleChoiceField(
        label=_("Must acknowledge it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each function’s signer is shown until they acknowledge it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.launch.sign_offs.values_list("slug", "function")
        cast(forms.MultipleChoiceField, self.fields["functions"]).choices = list(known)

    def clean_fill_by(self) -> date | None:
        return self._ahead("fill_by")


class AnswerForm(forms.Form):
    """Approve or refuse; who refuses says why."""

    APPROVE, REFUSE = "approve", "refuse"

    answer = forms.ChoiceField(choices=[(APPROVE, _("Approve")), (REFUSE, _("Refuse"))])
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, help_text=_("Needed to refuse."))

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("answer") == self.REFUSE and not values.get("note"):
            self.add_error("note", _("Say why, so that who asked can do better."))
        return values


class VersionedAnswerForm(AnswerForm, VersionedForm):
    """The answer to one request."""


class RequestAnswerForm(VersionedAnswerForm):
    """The answer to a request for what takes two people; `seen` is the version of what it is about."""

    ANSWERS = (("withdraw", _("Withdraw the request")), ("apply", _("Do it now")))

    answer = forms.ChoiceField(
        choices=[(AnswerForm.APPROVE, _("Approve")), (AnswerForm.REFUSE, _("Refuse")), *ANSWERS]
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswersForm(AnswerForm):
    """One answer to several: of each the slug and the version that was seen, as `slug:version`."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.picked = [self._seen(pick) for pick in data.getlist("pick")] if data is not None else []

    @staticmethod
    def _seen(pick: str) -> tuple[str, int]:
        slug, _colon, version = pick.rpartition(":")
        return slug, int(version) if version.isdecimal() and len(version) < 10 else 0

    def clean(self) -> dict[str, Any]:
        if not self.picked:
            raise forms.ValidationError(_("Tick at least one."))
        return super().clean()

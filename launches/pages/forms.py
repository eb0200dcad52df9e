"""What people type in about launches and blockers."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, SignOff
from launches.models.comment import LONGEST
from launches.models.transitions import NO_REASON
from launches.notifications.channels import Channel
from launches.pages.fields import AddressField, LabelsField, LinksField, offer, people
from readiness.form_fields import DayField, EstimateFields, LongTextField
from readiness.forms import VersionedForm
from readiness.models import Team, User

SHARED_FOR, SHARED_AT_MOST = timedelta(days=30), timedelta(days=365)


class FactsForm(EstimateFields):
    """What there is to say of anything that stands in the way."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = LongTextField(label=_("Description"), max_length=5000)
    kind = forms.ChoiceField(label=_("Kind"), choices=Blocker.Kind.choices)
    severity = forms.ChoiceField(label=_("Severity"), choices=Blocker.Severity.choices)
    certainty = forms.ChoiceField(label=_("Certainty"), choices=Blocker.Certainty.choices)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("nobody yet")
    )
    due = DayField(label=_("Due"), required=False)
    violates = forms.CharField(
        label=_("Violates"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"list": "criteria"}),
        help_text=_("The requirement or criterion it violates."),
    )
    spike_by = DayField(
        label=_("Clarify by"),
        required=False,
        help_text=_("For a known unknown: the day by which we know what it takes."),
    )
    labels = LabelsField(label=_("Labels"), required=False, max_length=500, help_text=_("Comma between."))
    links = LinksField(
        label=_("Evidence"),
        required=False,
        max_length=8000,
        help_text=_("One address to a line, and behind it what it shows."),
    )
    problem_at = "worst"

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", Team.objects.visible_to(user))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("certainty") != Blocker.Certainty.KNOWN_UNKNOWN:
            # Only what is unknown is found out.
            values["spike_by"] = None
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("version", "tracker")
        }


class RaiseForm(FactsForm):
    """A new one. A proposal names what it violates, a known unknown the day when somebody knows."""

    certainty = forms.ChoiceField(
        label=_("Certainty"),
        required=False,
        choices=[("", _("follows from when it came up")), *Blocker.Certainty.choices],
        help_text=_("After the first target date, and on no checklist: an unknown unknown."),
    )
    tracker = AddressField(
        label=_("Follows the issue"),
        required=False,
        help_text=_("Its address on GitHub, GitLab or in Jira: closed there, the blocker is resolved here."),
    )

    def __init__(self, *args: Any, proposes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["violates"].required = proposes

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        is_unclear = values.get("certainty") == Blocker.Certainty.KNOWN_UNKNOWN
        if is_unclear and not values.get("spike_by") and "spike_by" not in self.errors:
            self.add_error("spike_by", _("Say by when it will be clarified."))
        return values


class BlockerForm(FactsForm, VersionedForm):
    """The facts of a blocker that is there already."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", people())

    @classmethod
    def of(cls, blocker: Blocker, user: User) -> "BlockerForm":
        """Filled with what `blocker` is now."""
        return cls(initial={name: getattr(blocker, name) for name in cls.base_fields}, user=user)


class AssignedForm(VersionedForm):
    """Whose it is, edited in its row."""

    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("no team")
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", Team.objects.all())
        offer(self, "owner", people())


class DueForm(VersionedForm):
    due = DayField(label=_("Due"), required=False)


class SeverityForm(VersionedForm):
    severity = forms.ChoiceField(label=_("Severity"), choices=Blocker.Severity.choices)


class FilterForm(forms.Form):
    """A filter to keep under a name; `launch` is empty for the list of all."""

    name = forms.CharField(label=_("Name"), max_length=60)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1000)
    launch = forms.SlugField(widget=forms.HiddenInput, required=False)


class StepForm(VersionedForm):
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, error_messages={"required": NO_REASON}
    )

    override_reason = LongTextField(label=_("Why it counts as filled with open items"))

    def __init__(self, *args: Any, needs_note: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needs_note


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "c"}),
        max_length=LONGEST,
        help_text=_("Markdown. @name tells that person."),
        error_messages={
            "required": _("Write something first."),
            "max_length": _(
                "This is %(show_value)s characters long; a comment has at most %(limit_value)s. "
                "Put long texts where they belong, and link to them."
            ),
        },
    )

    def clean_text(self) -> str:
        """As a form sends it, lines end with two characters; in Markdown one is enough."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class RewordForm(CommentForm, VersionedForm):
    """The same comment in other words."""

    text = forms.CharField(
        label=_("Your comment"),
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        max_length=LONGEST,
        error_messages=CommentForm.declared_fields["text"].error_messages,
    )


class ChannelsForm(forms.Form):
    """Over which channels, besides this site, somebody wants to be told."""

    def __init__(self, *args: Any, channels: Sequence[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for channel in channels:
            self.fields[channel.name] = forms.BooleanField(
                label=channel.label, help_text=channel.explanation, required=False
            )


class TargetForm(VersionedForm):
    target = DayField(label=_("New target"))
    reason = LongTextField(
        label=_("Reason"),
        required=True,
        help_text=_("It stays beside the old date for as long as anybody looks at this launch."),
    )


class ShareForm(forms.Form):
    """How long a share link works."""

    expires_on = DayField(label=_("Works until"), help_text=_("The last day, at most a year from now."))

    def __init__(self, data: QueryDict | None = None, *, today: date) -> None:
        super().__init__(data, initial={"expires_on": today + SHARED_FOR})
        self.today = today
        limits = {"min": today.isoformat(), "max": (today + SHARED_AT_MOST).isoformat()}
        self.fields["expires_on"].widget.attrs |= limits

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        if not self.today <= day <= self.today + SHARED_AT_MOST:
            raise forms.ValidationError(_("Choose a day from today to a year from now."))
        return day


class DecisionForm(VersionedForm):
    """What a function says about the launch."""

    decision = forms.ChoiceField(
        label=_("Your answer"), choices=SignOff.Decision.choices, widget=forms.RadioSelect
    )
    note = LongTextField(label=_("Note"))

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        needs_words = values.get("decision") in (SignOff.Decision.CONDITIONAL, SignOff.Decision.NO_GO)
        if needs_words and not values.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say what the condition is, or what would make it a go."))
        return values

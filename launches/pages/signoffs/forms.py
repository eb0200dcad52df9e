"""What people type in about who signs a launch, and about GO."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, GoRecord, Launch, SignOff
from launches.models.signoff import USUAL_LEAD
from launches.pages.fields import offer, people
from readiness.form_fields import LongTextField
from readiness.forms import VersionedForm, WhyForm
from readiness.models import Integration, Team, User

USUAL_FUNCTIONS = "usual"


class SignerForm(forms.Form):
    """Who answers for a function, how long that takes, and whether the launch waits for it."""

    signer = forms.ModelChoiceField(
        User.objects.none(), label=_("Signer"), required=False, empty_label=_("nobody yet")
    )
    lead_days = forms.IntegerField(
        label=_("Working days to answer"),
        min_value=1,
        max_value=60,
        initial=USUAL_LEAD,
        help_text=_("The forecast takes half of it to two and a half times as long."),
    )
    is_required = forms.BooleanField(label=_("The launch waits for it"), required=False, initial=True)

    concerns = forms.MultipleChoiceField(
        label=_("Goes stale only for"),
        required=False,
        help_text=_(
            "When a blocker of one of these kinds, teams or integrations blocks the launch, its answer goes"
            " stale. Nothing chosen: every blocker does that."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["concerns"]).choices = _concerns()
        offer(self, "signer", people())

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "why")}

    def clean_concerns(self) -> dict[str, list[str]]:
        chosen: dict[str, list[str]] = {}
        for name, _colon, value in (one.partition(":") for one in self.cleaned_data["concerns"]):
            chosen.setdefault(name, []).append(value)
        return {name: sorted(chosen[name]) for name in sorted(chosen)}


class FunctionForm(SignerForm):
    """One more function."""

    function = forms.CharField(
        label=_("Function"), max_length=60, widget=forms.TextInput(attrs={"list": "usual"})
    )
    field_order = ("function", "signer", "lead_days", "is_required", "concerns")


class AmendFunctionForm(SignerForm, VersionedForm, WhyForm):
    """One that is there."""

    @classmethod
    def of(cls, found: SignOff) -> "AmendFunctionForm":
        shown = {name: getattr(found, name) for name in (*SignerForm.base_fields, "version")}
        return cls(initial=shown | {"concerns": chosen(found.concerns)})


def chosen(concerns: Mapping[str, Iterable[str]]) -> list[str]:
    """What a function is concerned with, as the form's choices have it: `teams:messaging`."""
    return [f"{name}:{value}" for name, values in concerns.items() for value in values]


def names_of_concerns() -> dict[str, str]:
    """What each choice is called."""
    return {value: str(label) for _heading, group in _concerns() for value, label in group}


def _concerns() -> list[tuple[str, list[tuple[str, Any]]]]:
    """By heading: each value with what it is called."""
    teams = Team.objects.order_by("name").values_list("slug", "name")
    integrations = Integration.objects.order_by("name").values_list("slug", "name")
    return [
        (gettext("Kinds"), [(f"kinds:{value}", label) for value, label in Blocker.Kind.choices]),
        (gettext("Teams"), [(f"teams:{value}", label) for value, label in teams]),
        (gettext("Integrations"), [(f"integrations:{value}", label) for value, label in integrations]),
    ]


class StartFromForm(forms.Form):
    """The usual functions, or those of another launch."""

    start_from = forms.ChoiceField(label=_("Start from"))

    def __init__(self, *args: Any, user: User, launch: Launch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Launch.objects.visible_to(user).filter(sign_offs__isnull=False).exclude(pk=launch.pk)
        names = others.distinct().order_by("name").values_list("slug", "name")
        choices = [
            (USUAL_FUNCTIONS, gettext("the usual functions")),
            *((slug, gettext("as in %(launch)s") % {"launch": name}) for slug, name in names),
        ]
        cast(forms.ChoiceField, self.fields["start_from"]).choices = choices


class SeenForm(forms.Form):
    """Carries what was shown, so that nobody decides on what is not there any more."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=500_000)


class GoForm(SeenForm):
    """GO or NO-GO."""

    decision = forms.ChoiceField(label=_("Decision"), choices=GoRecord.Decision.choices)
    note = LongTextField(label=_("Note"), help_text=_("Needed for a NO-GO."))
    override_reason = LongTextField(
        label=_("Why launch all the same"),
        help_text=_("Needed only while something is in the way: the record keeps it, with the obstacles."),
    )

    def __init__(self, *args: Any, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_override:
            del self.fields["override_reason"]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("decision") == GoRecord.Decision.NO_GO and not values.get("note"):
            self.add_error("note", gettext("Say why not, and what would make it a GO."))
        return values


class LiveForm(SeenForm):
    """It is launched."""

    reason = LongTextField(label=_("Why without a GO"))

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason


class WithdrawForm(VersionedForm):
    reason = LongTextField(label=_("Why it does not hold any more"), required=True)

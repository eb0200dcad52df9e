"""The form of one line of a checklist, with the fields of its check in it."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readiness import probes
from readiness.checks.form import CheckForm, IntervalField, shows
from readiness.checks.parameters import LONGEST, parsed, read_parameters, write_parameters
from readiness.form_fields import LongTextField
from readiness.forms import VersionedForm, WhyForm
from readiness.models import Region, Requirement
from readiness.state import Level


def _ways_to_check() -> list[tuple[str, str]]:
    by_hand = ("", gettext("by hand, signed off by a person"))
    return [by_hand, *((name, gettext(kind.title)) for name, kind in probes.kinds().items())]


class RequirementForm(forms.Form):
    """One line of a checklist.

    What its check looks at is typed into the fields of `check`, the form of its kind, or as text into
    `parameters`: where somebody prefers that, and where the fields cannot show what is there.
    `row` is the line as it was, and `regions` are those that will have it.
    """

    title = forms.CharField(label=_("Title"), max_length=200)
    guidance = LongTextField(
        label=_("Guidance"),
        max_length=5000,
        help_text=_("How to get it done, and what counts as evidence."),
    )
    level = forms.ChoiceField(
        label=_("Level"), choices=Level.choices, widget=forms.RadioSelect, initial=Level.MUST
    )
    probe = forms.ChoiceField(label=_("How it is checked"), required=False, choices=_ways_to_check)
    parameters = forms.CharField(
        label=_("Parameters"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "mono"}),
        help_text=_("YAML or JSON: one “name: value” on each line, by the names that the documentation has."),
    )
    interval = IntervalField(label=_("Time between two runs"), initial=300)
    failures = forms.IntegerField(
        label=_("Runs that must go wrong"),
        min_value=1,
        max_value=20,
        initial=3,
        help_text=_("In a row, before it counts as failing."),
    )
    recovery = forms.IntegerField(
        label=_("Runs that must pass again"),
        min_value=1,
        max_value=20,
        initial=2,
        help_text=_("In a row, before it counts as recovered."),
    )
    retries = forms.IntegerField(
        label=_("Further tries to connect"),
        min_value=0,
        max_value=3,
        initial=1,
        help_text=_("Within a run, where no connection comes about."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        row: Requirement | None = None,
        regions: Iterable[Region] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.row, self.regions = row, list(regions)
        said = self.data if data is not None else self.initial
        self.kind: str = said.get("probe") or ""
        sent = str(data.get("parameters", "")) if data is not None else ""
        self.is_text = said.get("written") == "text" or bool(sent.strip())
        if row and self.kind == row.probe:
            self._keep_choosable(self.kind)
        self.check = self._check(data)

    def _keep_choosable(self, kind: str) -> None:
        """What is not installed any more stays the choice until somebody makes another."""
        ways, probe = _ways_to_check(), self.fields["probe"]
        if isinstance(probe, forms.ChoiceField) and kind not in dict(ways):
            probe.choices = [*ways, (kind, gettext("%(kind)s (not installed here)") % {"kind": kind})]

    def _check(self, data: QueryDict | None) -> CheckForm | None:
        if self.is_text or self.kind not in probes.kinds():
            return None
        given = self.row.parameters if self.row and self.row.probe == self.kind else {}
        return CheckForm(self.kind, data, given=given, regions=self.regions)

    @classmethod
    def of(cls, row: Requirement, regions: Iterable[Region] = (), **initial: Any) -> Self:
        """The line as it is; by fields where they can show all of it."""
        fields = [name for name in cls.base_fields if name not in ("parameters", "why")]
        as_it_is = {name: getattr(row, name) for name in fields} | {
            "parameters": write_parameters(row.parameters),
            "written": "fields" if _fits(row.probe, row.parameters) else "text",
        }
        return cls(row=row, regions=regions, initial={**as_it_is, **initial})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "probe" not in data or "parameters" not in data:
            return data
        if self.check is None:
            self._read_text(data)
        else:
            self._read_fields(data, self.check)
        return data

    def _read_text(self, data: dict[str, Any]) -> None:
        text = data["parameters"] if self.is_text else ""
        try:
            data["parameters"] = read_parameters(data["probe"], text, self.regions)
        except forms.ValidationError as error:
            self.add_error("parameters", error)

    def _read_fields(self, data: dict[str, Any], check: CheckForm) -> None:
        """The check's own fields tell what is wrong with them."""
        if not check.is_valid():
            self.add_error("parameters", gettext("Its fields say what is wrong."))
        elif self.data.get("shown", self.kind) != self.kind:
            self.add_error("probe", gettext("Its fields have changed: look through them, then save."))
        else:
            data["parameters"] = check.parameters

    @property
    def written(self) -> str:
        return "text" if self.is_text else "fields"

    def tried_parameters(self) -> dict[str, Any] | None:
        """What the check would look at, whatever else is still missing; `None` when that itself is wrong."""
        self.full_clean()
        if not self.kind or self.errors.keys() & {"probe", "parameters"}:
            return None
        parameters: dict[str, Any] = self.cleaned_data["parameters"]
        return parameters

    def shown_as(self, written: str) -> Self:
        """What was typed, not judged, by `fields` or as `text`; or `self` saying why that cannot be."""
        typed = {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
        }
        try:
            return self._retyped(typed, written)
        except forms.ValidationError as error:
            if self.is_text:
                self.add_error("parameters", error)
            return self

    def _retyped(self, typed: dict[str, Any], written: str) -> Self:
        again = type(self)(row=self.row, regions=self.regions, initial={**typed, "written": written})
        if self.is_text and not again.is_text:
            fitting = _fitting(self.kind, typed["parameters"])
            if again.check:
                again.check.initial = fitting
        elif again.check:
            again.check = again.check.retyped(self.data)
        elif self.check:
            again.initial["parameters"] = self.check.as_text()
        return again

    @property
    def schedule(self) -> list[BoundField]:
        """When it runs, and what its results count for."""
        placed = {"title", "guidance", "level", "probe", "parameters", "why"}
        return [field for field in self.visible_fields() if field.name not in placed]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed of the line itself, as the verbs take it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "why")}


def _fits(kind: str, parameters: Mapping[str, Any]) -> bool:
    return not kind or (kind in probes.kinds() and shows(kind, parameters))


def _fitting(kind: str, text: str) -> dict[str, Any]:
    """The parameters that `text` says, for fields to show. Raises `ValidationError`."""
    parameters = parsed(text) or {}
    if not isinstance(parameters, dict) or (parameters and not (kind and _fits(kind, parameters))):
        raise forms.ValidationError(gettext("The fields cannot show all of this; it stays as it is."))
    return parameters


class AmendmentForm(RequirementForm, VersionedForm, WhyForm):
    """The same line, as it is to be from now on."""

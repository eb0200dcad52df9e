"""Fields that many forms have: a day, and an estimate of three points."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from readiness.limits import FIRST_DAY, LAST_DAY, MOST_WORKING_DAYS

POINTS = ("best", "likely", "worst")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that calendars and charts can show; no slip of the keyboard into the year 9999."""

    widget = DayInput
    default_validators = [
        MinValueValidator(FIRST_DAY, _("Choose a day from the year 2000 on.")),
        MaxValueValidator(LAST_DAY, _("Choose a day before the year 2100.")),
    ]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}


class WorkingDaysField(forms.DecimalField):
    """One point of an estimate, to the tenth of a working day."""

    default_validators = [
        MaxValueValidator(
            Decimal(MOST_WORKING_DAYS), _("An estimate has at most %(limit_value)s working days.")
        )
    ]

    def __init__(self, *, label: Any, required: bool = False) -> None:
        super().__init__(label=label, required=required, min_value=0, decimal_places=1)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "max": MOST_WORKING_DAYS}


class LongTextField(forms.CharField):
    """Some sentences, in `rows`."""

    def __init__(
        self, *, rows: int = 3, required: bool = False, max_length: int = 2000, **words: Any
    ) -> None:
        area = forms.Textarea(attrs={"rows": rows})
        super().__init__(required=required, max_length=max_length, widget=area, **words)


class EstimateFields(forms.Form):
    """Three points in working days, or none of them."""

    # The field that a problem of all three is shown at; none for the form as a whole.
    problem_at: str | None = None

    best = WorkingDaysField(label=_("Best"))
    likely = WorkingDaysField(label=_("Likely"))
    worst = WorkingDaysField(label=_("Worst"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors.keys().isdisjoint(POINTS) and (problem := estimate_problem(values)):
            self.add_error(self.problem_at, problem)
        return values


def estimate_problem(values: Mapping[str, Any]) -> str | None:
    """Why the points in `values` are no estimate, for people; `None` for three in order, and for none."""
    points = [value for name in POINTS if (value := values.get(name)) is not None]
    if points and len(points) < len(POINTS):
        return gettext("Give all three, or none of them.")
    return gettext("Best is at most likely, and likely at most worst.") if points != sorted(points) else None

"""A length of time as a number and a unit, kept in seconds."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_NAMES = [("s", _("seconds")), ("min", _("minutes")), ("h", _("hours")), ("d", _("days"))]


class NumberAndUnit(forms.MultiWidget):
    """The number goes by the field's own name, so that seconds alone can be sent too."""

    def __init__(self) -> None:
        unit = forms.Select(choices=_NAMES, attrs={"aria-label": _("Unit")})
        super().__init__(widgets={"": forms.NumberInput(attrs={"min": 1}), "unit": unit})

    def decompress(self, value: Any) -> list[Any]:
        """The largest unit that divides it."""
        if not isinstance(value, int) or value <= 0:
            return [value, "s"]
        unit = next(unit for unit, size in reversed(_UNITS.items()) if value % size == 0)
        return [value // _UNITS[unit], unit]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class IntervalField(forms.MultiValueField):
    """Whole seconds: as often as checks may run, and as seldom."""

    widget = NumberAndUnit

    def __init__(self, **options: Any) -> None:
        fields = [forms.IntegerField(), forms.ChoiceField(choices=_NAMES, required=False)]
        super().__init__(fields=fields, require_all_fields=False, **options)

    def compress(self, values: list[Any]) -> int:
        number, unit = values
        seconds: int = number * _UNITS[unit or "s"]
        if not 10 <= seconds <= 7 * _UNITS["d"]:
            raise ValidationError(_("It is between 10 seconds and 7 days."))
        return seconds

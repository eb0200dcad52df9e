"""Rows of a name and what goes with it: headers to send, what an answer must have in it."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from readiness.checks.parameters import storable
from readiness.web.nesting import json_of

# How many rows are read, and how many empty ones there are to fill in.
MOST, SPARE = 60, 2
_ABSENT = "not exists"
_SIGNS = {
    "=": _("is"),
    "!=": _("is not"),
    "<": "<",
    "<=": "≤",
    ">": ">",
    ">=": "≥",
    "contains": _("contains"),
    "matches": _("matches"),
    "exists": _("is there"),
    _ABSENT: _("is not there"),
}
_ORDERS = ("<", "<=", ">", ">=")


class Typed(NamedTuple):
    """One row as a person typed it."""

    name: str = ""
    sign: str = ""
    value: str = ""


class ParameterRow(NamedTuple):
    """One row as it is drawn: `stem` is what the names of its inputs begin with."""

    stem: str
    number: int
    typed: Typed


class DrawnRows(BoundField):
    """`readiness/check_field.html` draws them."""

    @property
    def rows(self) -> list[ParameterRow]:
        typed = [*self.value(), *[Typed()] * SPARE]
        return [ParameterRow(f"{self.html_name}-{place}", place + 1, row) for place, row in enumerate(typed)]


class Cells(forms.Widget):
    """Reads the rows, as far as they were filled in; one more than allowed tells that there are too many.

    A row that `chooses` its value always has one, so its name alone says whether it was filled in.
    """

    def __init__(self, *, chooses: bool = False) -> None:
        super().__init__()
        self.chooses = chooses

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Typed]:
        rows = (
            Typed(*(str(data.get(f"{name}-{place}-{part}", "")).strip() for part in Typed._fields))
            for place in range(MOST + 1)
        )
        return [row for row in rows if row.name or (row.value and not self.chooses)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-0-name" not in data


class Rows(forms.Field):
    """An object of JSON. Named texts, or one of `options` for each name; what compares is a `Comparisons`."""

    widget = Cells
    signs: Mapping[str, object] = {}

    def __init__(self, *, options: Sequence[str] = (), **others: Any) -> None:
        self.options = options
        super().__init__(widget=Cells(chooses=bool(options)), **others)

    def get_bound_field(self, form: Any, field_name: str) -> DrawnRows:
        return DrawnRows(form, self, field_name)

    def prepare_value(self, value: Any) -> list[Typed]:
        return [Typed(*row) for row in (self.told(value) if isinstance(value, Mapping) else value or ())]

    def to_python(self, value: Sequence[Typed] | None) -> dict[str, Any]:
        value = value or ()
        if len(value) > MOST:
            raise ValidationError(_("These are more than %(count)d rows.") % {"count": MOST})
        if unnamed := next((row for row in value if not row.name), None):
            problem = _("“%(text)s” belongs to nothing: give it a name.")
            raise ValidationError(problem % {"text": unnamed.value[:40]})
        return dict(storable(self.meant(value)))

    def told(self, value: Mapping[str, Any]) -> Iterable[Typed]:
        return [Typed(name, value=text) for name, text in value.items()]

    def meant(self, rows: Iterable[Typed]) -> dict[str, Any]:
        """Raises `ValidationError`."""
        meant: dict[str, Any] = {}
        for row in rows:
            _once(meant, row.name, row.name)
            if self.options and row.value not in self.options:
                told = {"text": row.value[:40], "options": ", ".join(self.options)}
                raise ValidationError(_("“%(text)s” is none of %(options)s.") % told)
            meant[row.name] = row.value
        return meant


class Comparisons(Rows):
    """Expected values, or operators and what they compare with (`readiness.probes.comparing`).

    With `texts` only texts are compared, as in headers. Otherwise a value is JSON where it can be read as
    such, so that 5, true and "5" can be told apart, and a text where it cannot.
    """

    signs = _SIGNS

    def __init__(self, *, texts: bool, **others: Any) -> None:
        self.texts = texts
        super().__init__(**others)

    def told(self, value: Mapping[str, Any]) -> Iterable[Typed]:
        for name, expected in value.items():
            for sign, operand in (expected if isinstance(expected, Mapping) else {"=": expected}).items():
                if sign == "exists":
                    yield Typed(name, sign if operand else _ABSENT)
                else:
                    yield Typed(name, sign, self._written(sign, operand))

    def meant(self, rows: Iterable[Typed]) -> dict[str, Any]:
        meant: dict[str, dict[str, Any]] = {}
        for row in rows:
            sign, operand = self._comparison(row)
            _once(meant.setdefault(row.name, {}), sign, f"{row.name} {_SIGNS[row.sign]}")
            meant[row.name][sign] = operand
        return {name: found["="] if list(found) == ["="] else found for name, found in meant.items()}

    def _comparison(self, row: Typed) -> tuple[str, Any]:
        if row.sign not in _SIGNS:
            raise ValidationError(_("“%(text)s” is not a comparison.") % {"text": row.sign[:40]})
        if row.sign not in ("exists", _ABSENT):
            return row.sign, self._read(row.sign, row.value)
        if row.value:
            told = {"text": f"{row.name} {_SIGNS[row.sign]}"}
            raise ValidationError(_("“%(text)s” takes no value.") % told)
        return "exists", row.sign == "exists"

    def _read(self, sign: str, text: str) -> Any:
        is_text = sign == "matches" or (self.texts and sign not in _ORDERS)
        return text if is_text else _json_or_text(text)

    def _written(self, sign: str, operand: Any) -> str:
        """As it is read back; a text that would be read as something else is written in quotes."""
        if isinstance(operand, str) and self._read(sign, operand.strip()) == operand:
            return operand
        return json.dumps(operand, ensure_ascii=False)


def _once(found: Mapping[str, Any], key: str, told: str) -> None:
    if key in found:
        raise ValidationError(_("“%(text)s” is there twice.") % {"text": told})


def _json_or_text(text: str) -> Any:
    try:
        value = json_of(text, _refused)
    except ValueError:
        return text
    return text if isinstance(value, float) and not math.isfinite(value) else value


def _refused(constant: str) -> None:
    """NaN and its like, which are no JSON."""
    raise ValueError(constant)

"""The form of a check: one field for each parameter, and each problem at the field it is about."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext

from readiness.checks.form.making import default_of, fields_of
from readiness.checks.form.rows import Rows
from readiness.checks.parameters import problems, write_parameters
from readiness.probes import find

_EMPTY: tuple[Any, ...] = (None, "", [], {})


class CheckForm(forms.Form):
    """`given` is what was saved before: a default that was written out there stays written out.

    `regions` are those it must be possible in. Once it was cleaned, `parameters` is what was typed, also
    where that is wrong, as far as it could be read.
    """

    use_required_attribute = False
    prefix = "check"

    def __init__(
        self,
        kind: str,
        data: Mapping[str, Any] | None = None,
        *,
        given: Mapping[str, Any] | None = None,
        regions: Iterable[object] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial if initial is not None else given or {}))
        self.kind, self.given, self.regions = kind, given or {}, regions
        self.fields = fields_of(find(kind))
        self.parameters: dict[str, Any] = {}
        self.is_readable = True
        self.is_unfolded = data is not None

    def retyped(self, data: Mapping[str, Any]) -> Self:
        """The same form with what was typed, here or where another kind has a field of that name."""
        typed = {
            name: field.widget.value_from_datadict(data, {}, self.add_prefix(name))
            for name, field in self.fields.items()
            if not field.widget.value_omitted_from_data(data, {}, self.add_prefix(name))
        }
        again = type(self)(self.kind, given=self.given, initial={**self.given, **typed})
        again.is_unfolded = True
        return again

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.parameters = {
            name: value if value not in _EMPTY else self.given[name]
            for name, value in data.items()
            if self._says(name, value)
        }
        self.is_readable = not self.errors
        for problem in problems(self.kind, self.parameters, self.regions):
            field, message = self._placed(problem)
            if field not in self.errors or self.is_readable:
                self.add_error(field, message)
        return data

    @property
    def foremost(self) -> list[BoundField]:
        """What must be said, was said, or is wrong; everything where nothing must be."""
        fields = list(self)
        if not any(vars(field.field)["is_needed"] for field in fields):
            return fields
        return [field for field in fields if self._is_foremost(field)]

    @property
    def further(self) -> list[BoundField]:
        foremost = {field.name for field in self.foremost}
        return [field for field in self if field.name not in foremost]

    def _is_foremost(self, field: BoundField) -> bool:
        says = vars(field.field)
        told = field.value() not in (*_EMPTY, says["default"], field.field.prepare_value(says["default"]))
        return bool(says["is_needed"] or told or field.errors)

    @property
    def has_rows(self) -> bool:
        return any(isinstance(field, Rows) for field in self.fields.values())

    def as_text(self) -> str:
        """What was typed as YAML, right or wrong. Raises `ValidationError` when a field cannot be read."""
        self.full_clean()
        if not self.is_readable:
            raise ValidationError(gettext("Its fields say what is wrong."))
        return write_parameters(self.parameters)

    def _says(self, name: str, value: Any) -> bool:
        """Whether it was filled in; a default counts as said only where it was written out before."""
        default, was_said = default_of(self.fields[name]), name in self.given
        if value in _EMPTY:
            return was_said and default in _EMPTY and self.given[name] in _EMPTY
        return was_said or value != default

    def _placed(self, problem: str) -> tuple[str | None, str]:
        """The field that `problem` (`field: what is expected`) is about, none for the whole, and the rest."""
        where, _, message = problem.partition(": ")
        if where == "parameters":
            field, told = self._placed(message)
            return field, told if field else _sentence(message)
        field, _, inside = where.partition(".")
        if field not in self.fields:
            return None, _sentence(problem)
        place = f"{int(inside) + 1}. " if inside.isdecimal() else f"{inside}: " if inside else ""
        return field, f"{place}{message}" if place else _sentence(message)


def shows(kind: str, parameters: Mapping[str, Any]) -> bool:
    """Whether the form of that kind can show `parameters` and would save the same again."""
    fields = fields_of(find(kind))
    return all(name in fields and _is_kept(fields[name], value) for name, value in parameters.items())


def _is_kept(field: forms.Field, value: Any) -> bool:
    try:
        read = field.clean(field.prepare_value(value))
    except (ValidationError, TypeError, ValueError):
        return False
    if read in _EMPTY:
        return value in _EMPTY and default_of(field) in _EMPTY
    return json.dumps(read, sort_keys=True) == json.dumps(value, sort_keys=True)


def _sentence(message: str) -> str:
    if message == gettext("field required"):
        return gettext("Fill this in.")
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."

"""A field for each parameter of a kind of check, from the JSON Schema of its parameters."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext

from readiness.checks.form.fields import (
    LONG,
    Choice,
    ManyLines,
    Number,
    Numbers,
    OneLine,
    Texts,
    YamlField,
    YesOrNo,
)
from readiness.checks.form.rows import Comparisons, Rows
from readiness.probes.kind import ProbeKind

Schema = Mapping[str, Any]


def fields_of(kind: ProbeKind[Any]) -> dict[str, forms.Field]:
    """By the names that parameters are saved under."""
    schema = kind.schema
    definitions, needed = schema.get("$defs", {}), set(schema.get("required", ()))
    return {
        name: _field(_plain(part, definitions), name, required=name in needed)
        for name, part in schema.get("properties", {}).items()
    }


def default_of(field: forms.Field) -> Any:
    """What a parameter is when nothing is said of it."""
    return getattr(field, "default", None)


def _plain(part: Schema, definitions: Schema) -> dict[str, Any]:
    """`part` with its reference followed, and without the null of what may be left out."""
    if "$ref" in part:
        part = {**definitions.get(part["$ref"].rpartition("/")[2], {}), **part}
    options = [option for option in part.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        return _plain(options[0], definitions) | {name: part[name] for name in part if name != "anyOf"}
    if options and {option.get("type") for option in options} <= {"integer", "number"}:
        return {**part, "type": "number"}
    return {name: _plain(value, definitions) if name in _INNER else value for name, value in part.items()}


_INNER = ("items", "additionalProperties")


def _field(part: dict[str, Any], name: str, *, required: bool) -> forms.Field:
    make = _maker(part)
    field: forms.Field = make(
        label=_said(part.get("title")) or name, help_text=_said(part.get("description")), required=False
    )
    # The kind itself says what is missing, together with whatever else is wrong.
    says = {"default": part.get("default"), "unit": _said(part.get("unit")), "is_needed": required}
    vars(field).update(says)
    _show_default(field)
    return field


def _said(text: str | None) -> str:
    """As the kind marks it for translation; nothing stays nothing, which gettext takes for a question."""
    return gettext(text) if text else ""


def _maker(part: dict[str, Any]) -> Any:
    match part:
        case {"enum": [*options]}:
            return partial(Choice, options, initial=part.get("default"))
        case {"type": "boolean"}:
            return partial(YesOrNo, initial=bool(part.get("default")))
        case {"type": "integer" | "number" as kind}:
            return partial(Number, whole=kind == "integer")
        case {"type": "string"}:
            return _text(part)
        case {"type": "array", "items": {"type": "string"}}:
            return Texts
        case {"type": "array", "items": {"type": "integer" | "number" as kind}}:
            return partial(Numbers, whole=kind == "integer")
        case {"type": "object", "compares": compared}:
            return partial(Comparisons, texts=compared == "texts")
        case {"type": "object", "additionalProperties": {"enum": [*options]}}:
            return partial(Rows, options=options)
        case {"type": "object", "additionalProperties": {"type": "string"}}:
            return Rows
    return YamlField


def _text(part: Schema) -> Any:
    limit = part.get("maxLength")
    return partial(ManyLines if limit and limit > LONG else OneLine, max_length=limit)


def _show_default(field: forms.Field) -> None:
    """What an empty input stands for is written into it, faintly."""
    default = default_of(field)
    if isinstance(field, Choice | YesOrNo | Rows) or default in (None, "", [], {}):
        return
    field.widget.attrs["placeholder"] = str(field.prepare_value(default)).strip()

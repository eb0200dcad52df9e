"""Fields of a check's form. Each shows a value of JSON as people would type it, and reads it as it was.

What was left empty is cleaned to an empty value, which is for the form to leave out.
"""

import math
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from readiness.checks.parameters import parsed, write_parameters

# A text that may be this long is written on several lines.
LONG = 2500
_LINES = re.compile(r"\r\n|\r|\n")
_SEPARATORS = re.compile(r"[\s,;]+")


class OneLine(forms.CharField):
    """A text in which nothing happens to be meant by the space around it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"spellcheck": "false", "class": "mono"}), **options)


class ManyLines(forms.CharField):
    """A text as it stands; a browser's ends of lines become those that everything else has."""

    def __init__(self, rows: int = 4, **options: Any) -> None:
        attributes = {"rows": rows, "spellcheck": "false", "class": "mono"}
        super().__init__(strip=False, widget=forms.Textarea(attrs=attributes), **options)

    def to_python(self, value: Any) -> str:
        return "\n".join(_LINES.split(super().to_python(value) or ""))


class Number(forms.Field):
    """A whole number stays one, also where others are allowed."""

    def __init__(self, *, whole: bool, **options: Any) -> None:
        self.whole = whole
        super().__init__(widget=forms.NumberInput(attrs={"step": "1" if whole else "any"}), **options)

    def to_python(self, value: Any) -> int | float | None:
        text = str(value or "").strip()
        return number(text, whole=self.whole) if text else None

    def prepare_value(self, value: Any) -> Any:
        return None if value is None else str(value)


class Choice(forms.TypedChoiceField):
    """One of `options`, which may be of any simple type."""

    def __init__(self, options: list[Any], *, initial: Any, **others: Any) -> None:
        named = [(str(option), str(option)) for option in options]
        values = {str(option): option for option in options}
        choices = named if initial is not None else [("", gettext("Choose…")), *named]
        super().__init__(
            choices=choices,
            coerce=lambda text: values.get(text, text),
            empty_value=None,
            initial=initial,
            **others,
        )


class YesOrNo(forms.BooleanField):
    pass


class Texts(ManyLines):
    """A list of texts, one on each line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(rows=3, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in str(super().clean(value)).split("\n") if line.strip()]


class Numbers(OneLine):
    """A list of numbers, with commas or spaces between them."""

    def __init__(self, *, whole: bool, **options: Any) -> None:
        self.whole = whole
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int | float]:
        words = _SEPARATORS.split(str(super().clean(value)))
        return [number(word, whole=self.whole) for word in words if word]


class YamlField(ManyLines):
    """What no other field can show, in YAML or JSON."""

    def __init__(self, *, help_text: str = "", **options: Any) -> None:
        written = gettext("Written as YAML or JSON.")
        super().__init__(help_text=f"{help_text} {written}".strip(), **options)

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else write_parameters(value)

    def clean(self, value: Any) -> Any:
        return parsed(str(super().clean(value)))


def number(text: str, *, whole: bool) -> int | float:
    """`text` as a number that JSON can hold. Raises `ValidationError`."""
    try:
        return int(text)
    except ValueError:
        value = math.nan if whole else _decimal(text)
    if not math.isfinite(value):
        problem = (
            gettext("“%(text)s” is not a whole number.") if whole else gettext("“%(text)s” is not a number.")
        )
        raise ValidationError(problem % {"text": text[:40]})
    return value


def _decimal(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan

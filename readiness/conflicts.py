"""Two people changed one thing: both versions, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from django import forms
from django.db import models

from readiness.models import Change
from readiness.wording import in_words


class ConflictSide(NamedTuple):
    field: str
    typed: str
    now: str


@dataclass(frozen=True, slots=True)
class EditConflict:
    """Where what was typed is not what is there now, and the change that came in between."""

    sides: list[ConflictSide]
    between: Change | None

    @classmethod
    def of(
        cls, form: forms.Form, row: models.Model, fields: Mapping[str, str], part: object | None = None
    ) -> Self:
        """`fields`: the form's field to the attribute of the row, or of a `part` of it, that says it too."""
        sides = [
            ConflictSide(str(form[name].label), _typed(form, name), in_words(getattr(part or row, attribute)))
            for name, attribute in fields.items()
        ]
        differing = [side for side in sides if side.typed != side.now]
        return cls(differing, Change.objects.about(row).select_related("author").first())


def _typed(form: forms.Form, name: str) -> str:
    return in_words(form.cleaned_data.get(name))

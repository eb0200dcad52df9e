"""Form fields for labels, links and issues, which work without a script."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from launches.evidence import LONGEST_LABEL, MOST_LABELS, MOST_LINKS, link, plain_label, valid_address
from launches.trackers import addresses
from readiness.models import User


class LabelsField(forms.CharField):
    """Labels, comma between: in lower case, each once, in order."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        typed = (plain_label(part) for part in super().clean(value).split(","))
        labels = sorted({label for label in typed if label})
        if len(labels) > MOST_LABELS or any(len(label) > LONGEST_LABEL for label in labels):
            most = {"most": MOST_LABELS, "longest": LONGEST_LABEL}
            raise ValidationError(_("At most %(most)d labels of %(longest)d letters.") % most)
        return labels


class LinksField(forms.CharField):
    """Addresses of evidence, one to a line, each with what it shows behind it."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{link['url']} {link['title']}" for link in value)

    def clean(self, value: Any) -> Any:
        lines = [line.split(maxsplit=1) for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINKS:
            raise ValidationError(_("At most %(most)d links.") % {"most": MOST_LINKS})
        for url, *_title in lines:
            valid_address(url)
        return [link(*line) for line in lines]


class AddressField(forms.CharField):
    """The address of an issue in an outside tracker; `None` when nothing was typed."""

    widget = forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=addresses.LONGEST, **options)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return addresses.parsed(typed)
        except ValueError as problem:
            raise ValidationError(str(problem)) from problem


def people() -> QuerySet[User]:
    """Those who can own something."""
    return User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let the field `name` choose among `rows`."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows

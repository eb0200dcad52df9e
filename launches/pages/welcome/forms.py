"""What somebody who sets up a launch fills in, step by step."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from launches.models import Launch
from launches.models.signoff import USUAL
from launches.onboarding import columns
from launches.onboarding.inventory import Inventory, understood
from launches.onboarding.places import choices, places
from launches.pages.fields import offer, people
from launches.plan.slugs import slug_of
from readiness.accounts.forms import AddressesForm
from readiness.form_fields import DayField
from readiness.models import Region, User
from readiness.models.region import validate_calendar, validate_timezone
from readiness.sheets import sheet
from readiness.sheets.sheet import Sheet, SheetRow, UnreadableSheet


class PlaceForm(forms.Form):
    """A region of a provider, from which most of ours follows."""

    place = forms.ChoiceField(label=_later("Region of a provider"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ChoiceField", self.fields["place"])
        field.choices = [("", _("none of these")), *choices()]

    @property
    def facts(self) -> dict[str, Any]:
        """What it says of a region; nothing without a choice."""
        place = places().get(self.cleaned_data["place"]) if self.is_valid() else None
        if place is None:
            return {}
        facts = place._asdict()
        return facts | {"provider_code": facts.pop("code"), "slug": slug_of(place.name)}


class RegionForm(forms.Form):
    name = forms.CharField(
        label=_later("Name"), max_length=100, help_text=_later("As people say it: Europe, Australia.")
    )
    slug = forms.SlugField(
        label=_later("Short name for addresses"),
        required=False,
        help_text=_later("Follows from the name when it is empty."),
    )
    jurisdiction = forms.CharField(label=_later("Jurisdiction"), max_length=100, required=False)
    provider = forms.CharField(label=_later("Provider"), max_length=50, required=False)
    provider_code = forms.CharField(
        label=_later("The provider’s code"),
        max_length=50,
        required=False,
        help_text=_later("As the provider writes it: eu-west-1."),
    )
    domain = forms.RegexField(
        r"^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)+$",
        label=_later("Domain"),
        max_length=253,
        required=False,
        help_text=_later("Checks put it for {region.domain}: eu.example.com. Without it they wait."),
        error_messages={"invalid": _later("A domain alone, such as eu.example.com.")},
    )
    timezone = forms.CharField(
        label=_later("Time zone"), max_length=64, initial="UTC", validators=[validate_timezone]
    )
    holiday_calendar = forms.CharField(
        label=_later("Country of the public holidays"),
        max_length=6,
        required=False,
        help_text=_later(
            "ISO code of a country or a part of it, such as IE or DE-BY: nobody works on its weekends and "
            "public holidays, so forecasts leave those days out."
        ),
    )

    def clean_holiday_calendar(self) -> str:
        code: str = self.cleaned_data["holiday_calendar"].upper()
        validate_calendar(code)
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "slug" in data and "name" in data:
            data["slug"] = data["slug"] or slug_of(data["name"])
            if Region.objects.filter(slug=data["slug"]).exists():
                self.add_error("slug", _("There is a region of that name already."))
        return data


class LaunchForm(forms.Form):
    region = forms.ChoiceField(label=_later("Region"))
    name = forms.CharField(
        label=_later("Name"),
        max_length=100,
        required=False,
        help_text=_later("Follows from region and stage when it is empty."),
    )
    stage = forms.ChoiceField(
        label=_later("Stage"), choices=Launch.Stage.choices, initial=Launch.Stage.GENERAL
    )
    target = DayField(label=_later("Target date"))
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=_later("Lead"),
        to_field_name="username",
        help_text=_later("The lead decides what blocks the launch; somebody you invite can take over later."),
    )
    confidence_goal = forms.IntegerField(
        label=_later("How sure to be of the date, in percent"), min_value=50, max_value=99, initial=85
    )
    functions = forms.MultipleChoiceField(
        label=_later("Functions that say go"),
        choices=list(USUAL.items()),
        initial=list(USUAL),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, regions: Sequence[tuple[str, str]], today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.regions = today, dict(regions)
        cast("forms.ChoiceField", self.fields["region"]).choices = list(regions)
        offer(self, "lead", people())
        cast("forms.ModelChoiceField[User]", self.fields["lead"]).empty_label = None

    def clean_target(self) -> date:
        target: date = self.cleaned_data["target"]
        if target < self.today:
            raise forms.ValidationError(_("It is over already."))
        if target.year > self.today.year + 10:
            raise forms.ValidationError(_("Within ten years."))
        return target

    @property
    def said(self) -> dict[str, Any]:
        """As a draft keeps it."""
        data = self.cleaned_data
        stage = Launch.Stage(data["stage"]).label
        name = data["name"] or f"{self.regions[data['region']]}: {stage}"[:100]
        dated = {"target": data["target"].isoformat(), "lead": data["lead"].username}
        return {**data, **dated, "name": name}


class PeopleForm(AddressesForm):
    """Also into teams that are not there yet."""

    teams = forms.MultipleChoiceField(
        label=_later("Teams they join"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, teams: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["teams"]).choices = list(teams)


class SourceForm(forms.Form):
    """A sheet, sent as a file or pasted. Valid, `sheet` is what it holds and `text` its text."""

    file = forms.FileField(label=_later("A CSV file"), required=False)
    text = forms.CharField(
        label=_later("Or paste it"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_later(
            "With commas, semicolons or tabs, at most 1 MB and 5,000 rows. Copied cells of a table will do."
        ),
    )
    sheet: Sheet
    text_read = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        file, text = data.get("file"), data.get("text") or ""
        try:
            self.text_read = _content(file) if file else text
            self.sheet = sheet.parsed(self.text_read)
        except UnreadableSheet as reason:
            self.add_error("file" if file else "text", str(reason))
        return data


def _content(file: "UploadedFile[Any]") -> str:
    if (file.size or 0) > 2 * sheet.BYTES:
        raise UnreadableSheet(_("It is larger than 1 MB. Send it in parts."))
    return sheet.decoded(file.read())


class ColumnsForm(forms.Form):
    """A select for each column of `source`; what they come to is `inventory`."""

    has_header = forms.BooleanField(label=_later("The first row names the columns"), required=False)

    def __init__(self, source: Sheet, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.source = source
        first = source.rows[0].values + [""] * (source.width - len(source.rows[0].values))
        self.headers = first
        self.fields["has_header"].initial = columns.names_columns(first)
        guesses = columns.guessed(first) if columns.names_columns(first) else ["name"] + [""] * source.width
        offered = [("", _("leave out")), *columns.FIELDS.items()]
        self.names = [f"column-{number}" for number in range(source.width)]
        for number, (name, guess) in enumerate(zip(self.names, guesses, strict=False)):
            label = _("Column %(number)s") % {"number": number + 1}
            self.fields[name] = forms.ChoiceField(choices=offered, label=label, required=False, initial=guess)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = [data[name] for name in self.names if data.get(name)]
        if "name" not in said:
            self.add_error(None, _("Say which column names the integrations."))
        for field in {field for field in said if said.count(field) > 1}:
            what = columns.FIELDS[field]
            self.add_error(None, _("Two columns are called “%(what)s”; choose one.") % {"what": what})
        return data

    @property
    def fields_said(self) -> list[str]:
        """What each column is about, as chosen or else as guessed."""
        if self.is_bound and self.is_valid():
            return [self.cleaned_data[name] for name in self.names]
        return [self[name].value() or "" for name in self.names]

    @property
    def skips_header(self) -> bool:
        return bool(self["has_header"].value())

    @property
    def inventory(self) -> Inventory:
        rows = self.source.rows[1:] if self.skips_header else self.source.rows
        return understood(rows, self.fields_said, self._left_out(rows))

    def _left_out(self, rows: Sequence[SheetRow]) -> list[str]:
        """What the columns are called of which something stands there and nothing is taken."""
        filled = {at for row in rows for at, value in enumerate(row.values) if value}
        headers = self.headers if self.skips_header else [""] * len(self.headers)
        return [
            header or str(self.fields[name].label)
            for at, (header, name, field) in enumerate(
                zip(headers, self.names, self.fields_said, strict=True)
            )
            if not field and at in filled
        ]

    @property
    def columns(self) -> list[tuple[str, forms.BoundField]]:
        return [(header, self[name]) for header, name in zip(self.headers, self.names, strict=True)]


class IntoForm(forms.Form):
    """The regions that get what is brought in."""

    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label=_later("Needed in"),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

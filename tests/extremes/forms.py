"""The forms of a page, as a browser sees them, filled with what is plausible but for one field."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit

from django.test import Client

# Whoever does these has left, or nothing is left to do with what it was done to.
LAST_STEPS = ("sign-out", "/live/", "revocation", "deletion", "language", "/theme/")
PLAUSIBLE = {
    "date": "2027-03-01",
    "datetime-local": "2026-11-03T10:00",
    "number": "1",
    "email": "ada@harbor.example",
    "url": "https://harbor.example/evidence",
}
# Where something of the right kind would be refused.
BY_NAME = {"ends_at": "2026-11-04T10:00", "last": "2027-03-02", "addresses": "ada@harbor.example"}


@dataclass
class Field:
    name: str
    kind: str
    is_required: bool = False
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    @property
    def plausible(self) -> list[str]:
        """What it holds; else, where something is required, the last it offers or something of its kind."""
        if self.kind in ("checkbox", "submit", "hidden") or self.values:
            return self.values
        if self.kind in ("select", "radio"):
            return (
                [choice for choice in self.choices if choice][-1:] if self.is_required else self.choices[:1]
            )
        return [BY_NAME.get(self.name, PLAUSIBLE.get(self.kind, "Some words"))] if self.is_required else [""]


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def uploads(self) -> bool:
        return any(one.kind == "file" for one in self.fields.values())

    def filled(self, **instead: str) -> bytes:
        """As a browser sends it, with any bytes in the fields of `instead`."""
        pairs = [
            (name, value)
            for name, one in self.fields.items()
            for value in ([instead[name]] if name in instead else one.plausible)
            if one.kind != "file"
        ]
        return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs).encode()


def escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def forms_of(client: Client, address: str) -> list[Form]:
    answer = client.get(address)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return []
    reader = _Reader(address)
    reader.feed(answer.content.decode())
    return reader.forms


def posts(forms: list[Form]) -> Iterator[Form]:
    for form in forms:
        if form.method == "post" and not any(step in form.action for step in LAST_STEPS):
            yield form


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self._form, self._field = address, [], None, None

    def handle_starttag(self, tag, attributes):
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = urlsplit(urljoin(self.address, told.get("action", "")))
            at = action.path + (f"?{action.query}" if action.query else "")
            self._form = Form(at, told.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag in ("input", "select", "textarea", "button") and self._form and told.get("name"):
            self._meet(tag, told)
        elif tag == "option" and self._field:
            value = told.get("value", "")
            self._field.choices.append(value)
            if "selected" in told:
                self._field.values.append(value)

    def _meet(self, tag, told):
        kind = told.get("type", "text") if tag == "input" else "submit" if tag == "button" else tag
        new = Field(told["name"], kind, "required" in told)
        self._field = self._form.fields.setdefault(told["name"], new)
        if kind in ("checkbox", "radio"):
            self._field.choices.append(told.get("value", "on"))
            if "checked" in told:
                self._field.values.append(told.get("value", "on"))
        elif kind == "submit":
            self._field.values = self._field.values or [told.get("value", "")]
        elif told.get("value"):
            self._field.values.append(told["value"])

    def handle_data(self, data):
        if self._field and self._field.kind == "textarea" and data.strip():
            self._field.values.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag in ("select", "textarea"):
            self._field = None

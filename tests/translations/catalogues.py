"""What the code says to people, and what of it the catalogues say in French.

Each app has one catalogue, for its modules and its templates. GNU gettext is not needed: Babel reads and
writes the same files.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

LANGUAGE = "fr"
# Of Django's functions, which arguments are the text, and which its context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "_later", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    # Those of readiness.language.phrase.
    "phrase": None,
    "phrases": (1, 2),
}
# What `launches.onboarding.starter` says of its files, and as what.
READ = {"name", "owner", "description", "title", "guidance"}
CONTEXT = "starter"
# A date of its own would make every update a difference.
ALWAYS = datetime(2026, 11, 29, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class App:
    name: str
    templates: tuple[str, ...]
    # Files of texts that come along, of which people read what stands under `READ`.
    texts: tuple[str, ...] = ()

    @property
    def readable(self) -> Path:
        return root() / self.name / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def machine_readable(self) -> Path:
        return self.readable.with_suffix(".mo")

    def modules(self) -> list[Path]:
        return sorted((root() / self.name).rglob("*.py"))

    def pages(self) -> list[Path]:
        return sorted(page for pattern in self.templates for page in (root() / "templates").glob(pattern))

    def files(self) -> list[Path]:
        return sorted(file for pattern in self.texts for file in (root() / self.name).glob(pattern))


APPS = (
    App("readiness", ("*.html", "readiness/**/*")),
    App("launches", ("launches/**/*",), ("onboarding/starter/*.yaml",)),
)


def root() -> Path:
    return Path(__file__).resolve().parents[2]


def said(app: App) -> Catalog:
    """Every text of `app` that is marked as one for people."""
    catalogue = Catalog(LANGUAGE)
    for place, text in [*_modules(app), *_pages(app)]:
        for line, message, comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalogue.add(message, locations=[(place, line)], auto_comments=comments, context=context)
    for file in app.files():
        for text in read_texts(yaml.safe_load(file.read_text(encoding="utf-8"))):
            catalogue.add(text, locations=[(str(file.relative_to(root())), 0)], context=CONTEXT)
    return catalogue


def read_texts(entry: Any) -> Iterator[str]:
    """What people read of the starter catalogue, at whatever depth; no parameters of checks."""
    for name, value in entry.items():
        if isinstance(value, dict) and name != "check":
            yield from read_texts(value)
        elif name in READ:
            yield value


def _modules(app: App) -> Iterator[tuple[str, str]]:
    for module in app.modules():
        yield str(module.relative_to(root())), module.read_text()


def _pages(app: App) -> Iterator[tuple[str, str]]:
    """Templates as the Python that Django makes of them for gettext; their indentation is no Python."""
    for page in app.pages():
        if page.is_file():
            code = templatize(page.read_text(), origin=str(page))
            yield str(page.relative_to(root())), "\n".join(line.lstrip() for line in code.splitlines())


def known(app: App) -> Catalog:
    """The catalogue as it is kept; an empty one at the very first."""
    if not app.readable.is_file():
        return Catalog(LANGUAGE)
    with app.readable.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def updated(catalogue: Catalog, app: App) -> Catalog:
    """With the French of `catalogue` for what `app` says now, and nothing that it no longer says."""
    fresh = Catalog(
        LANGUAGE,
        project="Region Readiness",
        creation_date=ALWAYS,
        revision_date=ALWAYS,
        fuzzy=False,
        header_comment=f"# What {app.name} says to people, in French.",
    )
    # Babel has a third form, for millions.
    fresh.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n > 1);")]
    for message in said(app):
        if not message.id:
            continue
        before = catalogue.get(message.id, message.context)
        french = before.string if before and before.id == message.id else ""
        fresh.add(message.id, french, _files(message), context=message.context)
    return fresh


def _files(message: Message) -> list[tuple[str, int]]:
    """Where it stands, without lines: they would change with every edit."""
    return [(place, 0) for place in sorted({place for place, _ in message.locations})]


def write(catalogue: Catalog, app: App) -> None:
    app.readable.parent.mkdir(parents=True, exist_ok=True)
    with app.readable.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False)


def compiled(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def is_done(message: Message) -> bool:
    if message.fuzzy:
        return False
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(forms) and all(forms)

"""Slugs for names that come without one."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field

from django.utils.text import slugify

LONGEST = 50
DIGEST = 8


@dataclass
class Slugs:
    """Slugs of one kind of thing, and what was not plain about them."""

    what: str
    names: dict[str, str] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    spelled: dict[str, list[str]] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """The slug of `name`; the first name of a slug is the one that is kept."""
        if name not in self.slugs:
            slug = self.slugs[name] = slug_of(name)
            first = self.names.setdefault(slug, name)
            if first != name:
                self.spelled.setdefault(slug, [first]).append(name)
        return self.slugs[name]

    def notes(self) -> list[str]:
        notes = []
        invented = [name for slug, name in self.names.items() if slug.endswith(digest(name))]
        if invented:
            notes.append(f"{len(invented)} {self.what} with made-up slugs, such as {_each(invented)}")
        for slug, names in list(self.spelled.items())[:10]:
            if len({_plain(name) for name in names}) > 1:
                notes.append(f"{self.what}: {_each(names)} are one, {slug}")
        return notes


def slug_of(name: str) -> str:
    """ASCII, at most `LONGEST`, and another one for another name.

    When letters are lost (another script) or the name is too long, a digest of it tells it apart; the same
    name always has the same slug.
    """
    slug = slugify(name)
    if slug and len(slug) <= LONGEST and not _loses_letters(name):
        return slug
    return f"{slug[: LONGEST - DIGEST - 1].strip('-') or 'x'}-{digest(name)}"


def digest(name: str) -> str:
    normal = unicodedata.normalize("NFKC", name).casefold()
    return hashlib.sha256(normal.encode()).hexdigest()[:DIGEST]


def _loses_letters(name: str) -> bool:
    """Accents may go (Zürich is zurich); letters and digits may not."""
    decomposed = unicodedata.normalize("NFKD", name)
    return any(not character.isascii() and character.isalnum() for character in decomposed)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.casefold())


def _each(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(f"“{name}”" for name in names[:3]) + more

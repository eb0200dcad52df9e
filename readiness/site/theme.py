"""How pages look: as the system has it, unless somebody chose."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

COOKIE = "theme"
THEMES: Mapping[str, str | Promise] = {
    "system": pgettext_lazy("theme", "system"),
    "light": pgettext_lazy("theme", "light"),
    "dark": pgettext_lazy("theme", "dark"),
}


class Theme(NamedTuple):
    """The one that is shown, what people call it, and the one that comes after it."""

    name: str
    label: str | Promise
    following: str


def chosen(cookies: Mapping[str, str]) -> Theme:
    names = list(THEMES)
    name = cookies.get(COOKIE, "")
    name = name if name in THEMES else names[0]
    return Theme(name, THEMES[name], names[(names.index(name) + 1) % len(names)])

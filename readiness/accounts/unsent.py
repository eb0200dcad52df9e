"""A form that did not arrive, because the session had ended or the page was too old: kept in the page itself.

It is signed, so that only what was refused here comes back, and never sent by itself: whoever signs in again
as the same person reads it, and sends it.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from readiness.wording import field_word, state_word

LASTS = timedelta(days=1)
COOKIE = "person"
_SALT = "readiness.accounts.unsent"
_NOT_KEPT = ("csrfmiddlewaretoken", "password")
# What a page gave along, and nobody typed.
_KEY = re.compile(r"[\d:]+")
_GIVEN = ("version", "next", "token", "shown", "seen")


class Field(NamedTuple):
    """`is_text` was typed and can be changed; what is not `is_shown` goes along unseen."""

    name: str
    value: str

    @property
    def label(self) -> str:
        return field_word(self.name.removeprefix("check-"))

    @property
    def word(self) -> str:
        """Its value as the page said it, where it was chosen."""
        return state_word(self.value)

    @property
    def is_text(self) -> bool:
        return self.is_shown and any(character.isspace() for character in self.value)

    @property
    def is_shown(self) -> bool:
        is_given = self.name.startswith("_") or self.name in _GIVEN or self.name.endswith("token")
        return bool(self.value.strip()) and not is_given and not _KEY.fullmatch(self.value)


class Unsent(NamedTuple):
    """`person` is whose it was, as far as the browser knows; `page` is where it was typed."""

    person: int | None
    path: str
    page: str
    fields: list[Field]

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        fields = [
            Field(name, value)
            for name, values in request.POST.lists()
            if not any(part in name.lower() for part in _NOT_KEPT)
            for value in values
        ]
        return cls(person_before(request), request.get_full_path(), page_behind(request), fields)

    @classmethod
    def opened(cls, sealed: str) -> Self | None:
        try:
            person, path, page, fields = signing.loads(sealed, salt=_SALT, max_age=LASTS)
        except signing.BadSignature:
            return None
        return cls(person, path, page, [Field(*field) for field in fields])

    @property
    def sealed(self) -> str:
        return signing.dumps([*self], salt=_SALT, compress=True)

    @property
    def shown(self) -> Iterator[Field]:
        return (field for field in self.fields if field.is_shown and not field.is_text)

    @property
    def texts(self) -> Iterator[Field]:
        return (field for field in self.fields if field.is_text)

    @property
    def rest(self) -> Iterator[Field]:
        return (field for field in self.fields if not field.is_text)


def page_behind(request: HttpRequest) -> str:
    """The page that the request came from, as a path; the first one where that is not told, or elsewhere."""
    there = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(there)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    # Two slashes would be another host.
    return f"/{path.lstrip('/')}"


def is_from_here(request: HttpRequest) -> bool:
    """Whether a browser says that a page of ours sent it: nobody else's form is ever kept."""
    own = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == own
    return request.headers.get("Referer", "").startswith(f"{own}/")


def person_before(request: HttpRequest) -> int | None:
    """Who is signed in, or was last in this browser."""
    if request.user.is_authenticated:
        return int(request.user.pk)
    try:
        return int(signing.Signer(salt=_SALT).unsign(request.COOKIES.get(COOKIE, "")))
    except (signing.BadSignature, ValueError):
        return None


def remembered(person: int) -> str:
    """What `person_before` reads of the cookie."""
    return signing.Signer(salt=_SALT).sign(str(person))

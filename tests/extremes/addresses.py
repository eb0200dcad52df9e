"""What each page reads of its address, found by watching it read."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.extremes.forms import escaped
from tests.test_permissions import TABLE

# Whose addresses need no account, with what stands in them.
OPEN = {
    "sign-in": (),
    "healthz": (),
    "readyz": (),
    "shared": ("token",),
    "first-account": ("token",),
    "joining": ("token",),
    "ping": ("6d1c0c8e-0b1b-4a59-9f5c-5d9c2c6e8a11",),
    "ping-exit": ("6d1c0c8e-0b1b-4a59-9f5c-5d9c2c6e8a11", 1),
}
# The page, and a part of it.
BOTH = ({}, {"HX-Request": "true"})
# What no view looks up, for what stands at that place of an address.
PLACES = ("first-place", "second-place", "third-place"), (770_001, 770_002, 770_003)


class Watched(QueryDict):
    """The end of an address, and the names that were looked for in it."""

    read: set[str] = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.read.add(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self.read.add(name)
        return super().getlist(name, default)


@contextmanager
def watched() -> Iterator[set[str]]:
    """The names that are read meanwhile."""
    Watched.read = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequest, "GET", property(_watched))
        yield Watched.read


def _watched(request: WSGIRequest) -> QueryDict:
    return request.__dict__.setdefault(
        "_watched", Watched(request.META.get("QUERY_STRING", ""), encoding=request.encoding)
    )


def read_whole(client: Client, address: str, **headers: str) -> HttpResponseBase:
    """Also what comes bit by bit; where that breaks off, it is a 500 as well."""
    answer = client.get(address, headers=headers)
    try:
        answer.getvalue()
    except Exception as problem:  # noqa: BLE001
        answer.status_code, answer.exc_info = 500, (type(problem), problem, None)
    return answer


def names_read(client: Client, address: str) -> list[str]:
    """As the page comes, as a part of it, and again with all of these given: some follow others."""
    names: set[str] = set()
    with watched() as read:
        while True:
            end = "&".join(f"{escaped(name)}=1" for name in sorted(names))
            for headers in BOTH:
                read_whole(client, f"{address}?{end}", **headers)
            if read <= names:
                return sorted(names)
            names |= read


def with_one_more(name: str, instead: str) -> Iterator[str]:
    """The address of that name, each time with `instead` at one of the places that it leaves open."""
    arguments = {**OPEN, **{name: row[0] for name, row in TABLE.items()}}[name]
    for place, argument in enumerate(arguments):
        sign = PLACES[isinstance(argument, int)][place]
        if name.startswith("ping") and place == 0:
            continue
        marked = [sign if number == place else other for number, other in enumerate(arguments)]
        yield reverse(name, args=marked).replace(str(sign), escaped(instead))

"""The regions of large providers, and what follows from one for a region of ours."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from launches.plan.document import read
from launches.plan.slugs import slug_of

_FILE = Path(__file__).parent / "places.yaml"


class ProviderRegion(NamedTuple):
    provider: str
    code: str
    name: str
    jurisdiction: str
    timezone: str
    holiday_calendar: str

    @property
    def key(self) -> str:
        return f"{slug_of(self.provider)}:{self.code}"


@cache
def places() -> Mapping[str, ProviderRegion]:
    """By key, such as `amazon-web-services:eu-west-1`."""
    providers = read(_FILE.read_text(encoding="utf-8"), _FILE.name).data
    every = [
        ProviderRegion(name, code, *facts)
        for name, codes in providers.items()
        for code, facts in codes.items()
    ]
    return {place.key: place for place in every}


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select: by provider, each with its code and what it is called."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for place in places().values():
        groups.setdefault(place.provider, []).append((place.key, f"{place.code} · {place.name}"))
    return list(groups.items())

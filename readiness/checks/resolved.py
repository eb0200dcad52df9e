"""What a check looks at in each region, and what is in its way there as far as can be told beforehand."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _

from readiness import probes
from readiness.models import Region
from readiness.probes.secrets import bound, known, redacted

_SECRET = re.compile(r"\{\s*secret\.(\w+)\s*\}")


class Leaf(NamedTuple):
    """One text, number or truth in a document of JSON, by its path."""

    path: str
    value: str


class Secret(NamedTuple):
    """`origins` are those that it may be sent to."""

    name: str
    is_set: bool
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """`leaves` are those that differ from region to region; `obstacles` say why a run would not go there."""

    region: Region
    leaves: list[Leaf]
    obstacles: list[str]

    @classmethod
    def of(cls, kind: str, parameters: Mapping[str, Any], region: Region) -> Self:
        facts = probes.facts_of(region)
        leaves = [
            Leaf(path, _filled(value, facts)) for path, value in leaves_of(parameters) if "{region." in value
        ]
        return cls(region, leaves, _obstacles(kind, parameters, facts))


def leaves_of(document: Any, path: str = "") -> Iterator[Leaf]:
    """Every end of `document`, in its order."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            yield from leaves_of(value, f"{path}.{name}" if path else str(name))
    elif isinstance(document, list | tuple):
        for number, value in enumerate(document):
            yield from leaves_of(value, f"{path}.{number}")
    else:
        yield Leaf(path, _told(document))


def secrets_in(parameters: Mapping[str, Any]) -> list[Secret]:
    """Those that are named in it, and whether they are set; the value of none."""
    names = {name for __, value in leaves_of(parameters) for name in _SECRET.findall(value)}
    return [Secret(name, bool(known().get(name)), bound().get(name, ())) for name in sorted(names)]


def _filled(value: str, facts: Mapping[str, str]) -> str:
    try:
        return redacted(str(probes.resolve({"": value}, facts)[""]))
    except probes.Unfillable:
        return value


def _obstacles(kind: str, parameters: Mapping[str, Any], facts: Mapping[str, str]) -> list[str]:
    try:
        problems = probes.find(kind).problems_in(parameters, facts)
    except (LookupError, probes.Unfillable) as missing:
        return [str(missing.args[0])]
    return [_("refused: %(problem)s") % {"problem": problem} for problem in problems]


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def resolved_in(kind: str, parameters: Mapping[str, Any], regions: Iterable[Region]) -> list[Resolved]:
    return [Resolved.of(kind, parameters, region) for region in regions]

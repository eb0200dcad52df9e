"""`{region.domain}` and its like: one requirement serves every region."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

FACTS = ("slug", "name", "jurisdiction", "provider", "provider_code", "domain", "timezone")
# What a region may look like, to try parameters before there is one.
SAMPLE: Mapping[str, str] = {
    "slug": "europe",
    "name": "Europe",
    "jurisdiction": "EU",
    "provider": "provider",
    "provider_code": "eu-west-1",
    "domain": "eu.company.example",
    "timezone": "Europe/Dublin",
}
# No host may have it, any header or path may: a secret in a host's name is refused when the check is saved.
SAMPLE_VALUE = "~a-sample-of-a-secret~"
_SECRET = re.compile(r"secret\.[A-Z][A-Z0-9_]{0,60}")
_PLACEHOLDER = re.compile(r"\{\s*([a-z_]+(?:\.[A-Za-z0-9_]*)+)\s*\}")


class Unfillable(ValueError):
    """A placeholder that means nothing, or whose fact the region does not have."""


def facts_of(region: object) -> dict[str, str]:
    """What checks may know of `region`, a model or anything else with its fields."""
    return {name: str(getattr(region, name)) for name in FACTS}


def filled(value: Any, facts: Mapping[str, str], secret: Callable[[str], str] | None = None) -> Any:
    """`value` (JSON) with each placeholder in its texts replaced. Raises `Unfillable`.

    `secret` gives the value for a name; without it references to secrets stay as they are, to be shown.
    """
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: _stands_for(match, facts, secret), value)
    if isinstance(value, Mapping):
        return {key: filled(item, facts, secret) for key, item in value.items()}
    if isinstance(value, list):
        return [filled(item, facts, secret) for item in value]
    return value


def placeholders_in(value: Any) -> set[str]:
    """What the texts of `value` (JSON) name in braces."""
    return set(_PLACEHOLDER.findall(json.dumps(value)))


def unknown(value: Any, path: str = "") -> Iterator[str]:
    """A line for each placeholder in `value` (JSON) that no region has, with where it stands."""
    if isinstance(value, str):
        for name in _PLACEHOLDER.findall(value):
            if not _is_known(name) and not _SECRET.fullmatch(name):
                yield f"{path}: {_meaningless(name)}"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from unknown(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from unknown(item, f"{path}.{number}")


def _stands_for(match: re.Match[str], facts: Mapping[str, str], secret: Callable[[str], str] | None) -> str:
    if not _SECRET.fullmatch(match[1]):
        return _fact(match[1], facts)
    return secret(match[1].removeprefix("secret.")) if secret else match[0]


def _fact(name: str, facts: Mapping[str, str]) -> str:
    if not _is_known(name):
        raise Unfillable(_meaningless(name))
    fact = facts.get(name.removeprefix("region."), "")
    if not fact:
        told = {"fact": name.removeprefix("region."), "name": f"{{{name}}}"}
        if not facts.get("name"):
            raise Unfillable(gettext("the region has no %(fact)s to put for %(name)s") % told)
        told["region"] = facts["name"]
        raise Unfillable(gettext("%(region)s has no %(fact)s to put for %(name)s") % told)
    return fact


def _is_known(name: str) -> bool:
    return name.startswith("region.") and name.removeprefix("region.") in FACTS


def _meaningless(name: str) -> str:
    known = ", ".join(f"{{region.{fact}}}" for fact in FACTS)
    told = {"name": f"{{{name}}}", "known": f"{known}, {{secret.NAME}}"}
    return gettext("%(name)s is not known; there are %(known)s") % told

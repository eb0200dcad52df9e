"""Lists of networks as companies and clouds publish them."""

import json
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from readiness.probes.guard import Network

FORMATS = ("cidr", "aws", "gcp", "azure")


class UnreadableNetworks(ValueError):
    """The list is not what it should be; the message says where."""


def read(text: str, form: str, provider_region: str) -> list[Network]:
    """The networks that a list in format `form` has for `provider_region`. Raises `Unreadable`.

    `cidr`: a block on each line, `#` begins a comment. `aws`: ip-ranges.json. `gcp`: cloud.json. `azure`: the
    service tags' JSON. No network at all is no list, but a wrong region or format.
    """
    pairs = _lines(text) if form == "cidr" else _published(text, form, provider_region)
    networks = [_network(cidr, where) for where, cidr in pairs]
    if not networks:
        of = "" if form == "cidr" else f" of {provider_region}"
        raise UnreadableNetworks(f"There is no network{of} in it.")
    return networks


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if cidr := line.partition("#")[0].strip():
            yield f"line {number}", cidr


def _published(text: str, form: str, provider_region: str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UnreadableNetworks(f"It is not JSON: {problem}.") from problem
    rows = {"aws": _aws, "gcp": _gcp, "azure": _azure}[form](document)
    return ((form, cidr) for region, cidr in rows if region == provider_region)


def _aws(document: Any) -> Iterator[tuple[str, str]]:
    for name, field in (("prefixes", "ip_prefix"), ("ipv6_prefixes", "ipv6_prefix")):
        for row in _rows(document, name):
            yield str(row.get("region")), str(row.get(field))


def _gcp(document: Any) -> Iterator[tuple[str, str]]:
    for row in _rows(document, "prefixes"):
        yield str(row.get("scope")), str(row.get("ipv4Prefix") or row.get("ipv6Prefix"))


def _azure(document: Any) -> Iterator[tuple[str, str]]:
    """Of the tags only `AzureCloud.<region>`: it holds every other service's networks of that region."""
    for row in _rows(document, "values"):
        cloud, _, region = str(row.get("name")).partition(".")
        properties = row.get("properties")
        prefixes = properties.get("addressPrefixes") if isinstance(properties, Mapping) else None
        if cloud == "AzureCloud" and isinstance(prefixes, list):
            yield from ((region, str(prefix)) for prefix in prefixes)


def _rows(document: Any, name: str) -> list[Mapping[str, Any]]:
    rows = document.get(name) if isinstance(document, Mapping) else None
    if not isinstance(rows, list):
        raise UnreadableNetworks(f"It has no list “{name}”, which this format has.")
    return [row for row in rows if isinstance(row, Mapping)]


def _network(cidr: str, where: str) -> Network:
    try:
        return ip_network(cidr)
    except ValueError as problem:
        raise UnreadableNetworks(f"{where}: “{cidr}” is not a network such as 10.20.0.0/16.") from problem

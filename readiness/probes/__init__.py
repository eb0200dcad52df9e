"""Automated checks: a probe looks, returns an `Outcome`, and stores nothing.

A kind is one module and one line in `_KINDS`. It is imported when it is first asked for: models import this
package, and a web process need not carry an HTTP client (a third of a second).
"""

from collections.abc import Mapping
from functools import cache
from pkgutil import resolve_name
from typing import Any

from readiness.probes.kind import Kind
from readiness.probes.outcome import Outcome
from readiness.probes.placeholders import Unfillable, facts_of, filled

__all__ = ["Kind", "Outcome", "Unfillable", "facts_of", "find", "kinds", "names", "resolve", "validate"]

_KINDS = {
    "http": "readiness.probes.http:HTTP",
    "tls": "readiness.probes.tls:TLS",
}


def names() -> list[str]:
    return list(_KINDS)


@cache
def find(name: str) -> Kind[Any]:
    """The kind of that name. Raises `LookupError` that says which there are."""
    if name not in _KINDS:
        raise LookupError(f"“{name}” is not a kind of check; there are {', '.join(_KINDS)}")
    kind: Kind[Any] = resolve_name(_KINDS[name])
    return kind


def kinds() -> dict[str, Kind[Any]]:
    """Every kind by its name, in the order a form offers them."""
    return {name: find(name) for name in _KINDS}


def validate(name: str, parameters: Mapping[str, Any]) -> list[str]:
    """What is wrong with the `parameters` of a check of kind `name`: lines of `field: what is expected`."""
    try:
        return find(name).problems(parameters)
    except LookupError as problem:
        return [f"kind: {problem.args[0]}"]


def resolve(parameters: Mapping[str, Any], facts: Mapping[str, str]) -> dict[str, Any]:
    """`parameters` for one region, `facts` being its own (`facts_of(region)`). Raises `Unfillable`."""
    resolved: dict[str, Any] = filled(parameters, facts)
    return resolved

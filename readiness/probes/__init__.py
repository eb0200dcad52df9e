"""Automated checks: a probe looks, returns an `Outcome`, and stores nothing.

A kind is one module and one line in `_KINDS`. It is imported when it is first asked for: models import this
package, and a web process need not carry an HTTP client (a third of a second).
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import entry_points
from pkgutil import resolve_name
from typing import Any

from django.utils.translation import gettext

from readiness.probes.kind import ProbeKind
from readiness.probes.outcome import Outcome
from readiness.probes.placeholders import Unfillable, facts_of, filled, placeholders_in

__all__ = [
    "Outcome",
    "ProbeKind",
    "Unfillable",
    "facts_of",
    "find",
    "kinds",
    "names",
    "placeholders_in",
    "resolve",
    "validate",
]

_KINDS = {
    "http": "readiness.probes.http:HTTP",
    "tls": "readiness.probes.tls:TLS",
    "dns": "readiness.probes.dns:DNS",
    "tcp": "readiness.probes.tcp:TCP",
    "residency": "readiness.probes.residency:RESIDENCY",
    "parity": "readiness.probes.parity:PARITY",
    "heartbeat": "readiness.probes.heartbeat:HEARTBEAT",
    "prometheus": "readiness.probes.prometheus:PROMETHEUS",
}
# Where another package names its kinds, each as `name = "module:kind"`.
ENTRY_POINTS = "readiness.probes"
_LONGEST_NAME = 20


def names() -> list[str]:
    return list(_known())


@cache
def find(name: str) -> ProbeKind[Any]:
    """The kind of that name. Raises `LookupError` that says which there are, or that it cannot be loaded."""
    if name not in _known():
        told = {"name": name, "kinds": ", ".join(_known())}
        raise LookupError(gettext("“%(name)s” is not a kind of check; there are %(kinds)s") % told)
    try:
        kind = resolve_name(_known()[name])
    except (ImportError, AttributeError, ValueError) as problem:
        raise LookupError(_unloadable(name, type(problem).__name__)) from problem
    if not isinstance(kind, ProbeKind):
        raise LookupError(_unloadable(name, gettext("it is not a Kind")))
    return kind


def _unloadable(name: str, reason: str) -> str:
    said = gettext("the kind of check “%(name)s” cannot be loaded (%(reason)s)")
    return said % {"name": name, "reason": reason}


@cache
def _known() -> dict[str, str]:
    """Where each kind is; what another package brings does not replace one of ours."""
    brought = {
        point.name: point.value
        for point in entry_points(group=ENTRY_POINTS)
        if point.name and len(point.name) <= _LONGEST_NAME
    }
    return _KINDS | {name: place for name, place in sorted(brought.items()) if name not in _KINDS}


def kinds() -> dict[str, ProbeKind[Any]]:
    """Every kind that can be loaded by its name, in the order a form offers them."""
    found: dict[str, ProbeKind[Any]] = {}
    for name in names():
        with suppress(LookupError):
            found[name] = find(name)
    return found


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

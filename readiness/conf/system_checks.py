"""What `manage.py check` says about the settings of checks."""

import ssl
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from readiness.probes.guard import Network, parsed_network
from readiness.probes.network_policy import NetworkPolicy, Route
from readiness.probes.secrets import SHORTEST, bound_to, unbound

_LOOPBACK = tuple(ip_network(network) for network in ("127.0.0.0/8", "::1/128", "::ffff:127.0.0.0/104"))


def probe_settings_can_be_read(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    return [
        *_unreadable("PROBE_ALLOWED_NETWORKS", settings.PROBE_ALLOWED_NETWORKS, parsed_network, "E001"),
        *_unreadable("PROBE_CONNECT_TO", settings.PROBE_CONNECT_TO, Route.parsed, "E002"),
        *_unreadable("PROBE_CA_FILE", filter(None, [settings.PROBE_CA_FILE]), _trusted, "E003"),
        *_unreadable("PROBE_SECRET_*", settings.PROBE_SECRETS.items(), _secret, "E005"),
        *_unreadable("PROBE_SECRET_*_ORIGINS", _bound(), _origin, "E006"),
    ]


def probe_settings_are_safe(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Checks that reach this machine itself belong to tests and to the example."""
    try:
        reach = NetworkPolicy.from_settings()
    except ValueError:
        return []  # probe_settings_can_be_read tells
    opened = [
        ("PROBE_ALLOWED_NETWORKS", text)
        for text, network in zip(settings.PROBE_ALLOWED_NETWORKS, reach.allowed, strict=True)
        if _is_loopback(network)
    ] + [
        ("PROBE_CONNECT_TO", text)
        for text, route in zip(settings.PROBE_CONNECT_TO, reach.routes, strict=True)
        if _is_loopback(ip_network(route.endpoint[0]))
    ]
    opened += [
        (f"PROBE_SECRET_{name}_ORIGINS", text)
        for name, origins in settings.PROBE_SECRET_ORIGINS.items()
        for text in origins
        if text.startswith("http://")
    ]
    return [
        Error(
            f"{name} lets checks reach this machine itself: “{text}”.",
            hint="Remove the entry; only tests and the example need it.",
            id="readiness.E004",
        )
        for name, text in opened
    ]


def probe_secrets_are_bound(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """A secret that may be sent nowhere is of no use: whoever set it has forgotten something."""
    return [
        Error(
            f"PROBE_SECRET_{name} is bound to no https origin, so no check can use it.",
            hint=f"Set PROBE_SECRET_{name}_ORIGINS to where it may be sent, such as https://api.example.",
            id="readiness.E007",
        )
        for name in settings.PROBE_SECRETS
        if unbound(name)
    ]


def _unreadable(name: str, entries: Any, parse: Callable[[Any], object], number: str) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for entry in entries:
        try:
            parse(entry)
        except ValueError as problem:
            found.append(Error(f"{name}: {problem}", id=f"readiness.{number}"))
    return found


def _trusted(path: str) -> None:
    try:
        ssl.create_default_context().load_verify_locations(path)
    except OSError as problem:
        raise ValueError(
            f"“{path}” cannot be read as certificates ({problem.strerror or problem})."
        ) from problem


def _secret(entry: tuple[str, str]) -> None:
    name, value = entry
    if len(value) < SHORTEST:
        raise ValueError(f"“{name}” has fewer than {SHORTEST} characters, too few to be found and hidden.")


def _bound() -> list[str]:
    return [origin for origins in settings.PROBE_SECRET_ORIGINS.values() for origin in origins]


def _origin(text: str) -> None:
    try:
        bound_to(text)
    except ValueError as problem:
        raise ValueError(
            f"“{text}” is not an origin such as https://api.example or https://*.example:8443 ({problem})."
        ) from problem


def _is_loopback(network: Network) -> bool:
    return any(network.version == loopback.version and network.overlaps(loopback) for loopback in _LOOPBACK)

"""Secrets: `{secret.NAME}` in a check stands for `PROBE_SECRET_NAME` of the environment.

The value is put in when the check runs, and taken out again of whatever is kept, shown or logged; so are the
secrets of webhooks, which no check can name.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from logging import Formatter, LogRecord
from urllib.parse import quote, quote_plus, urlsplit

from django.conf import settings
from django.utils.translation import gettext

from readiness.probes.guard import TargetRefused, vetted_host

# A shorter one would be found in half of all texts, and guessed.
SHORTEST = 8
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def known() -> Mapping[str, str]:
    """Values by name."""
    secrets: Mapping[str, str] = settings.PROBE_SECRETS
    return secrets


def bound() -> Mapping[str, tuple[str, ...]]:
    """The origins that a secret may be sent to, by its name; one without any may go nowhere."""
    origins: Mapping[str, tuple[str, ...]] = settings.PROBE_SECRET_ORIGINS
    return origins


def unbound(name: str) -> str:
    """Why no check may use the secret, wherever it leads; nothing where it is bound, or not known here."""
    if bound().get(name) or name not in known():
        return ""
    said = gettext(
        "the secret %(name)s is bound to no https origin: PROBE_SECRET_%(name)s_ORIGINS is not set"
    )
    return f"parameters: {said % {'name': name}}"


def astray(name: str, origins: Iterable[tuple[str, str]]) -> str:
    """Why the secret may not be sent to one of `origins`, which come with their fields; nothing when it may.

    Of what names no origin nobody can tell where it goes.
    """
    allowed = bound().get(name, ())
    told, origins = {"name": name, "allowed": ", ".join(allowed)}, list(origins)
    if not allowed:
        return unbound(name)
    if not origins:
        said = gettext("the secret %(name)s goes to %(allowed)s only, and this check names no https origin")
        return f"parameters: {said % told}"
    said = gettext("the secret %(name)s goes to %(allowed)s only, not to %(origin)s")
    strayed = ((field, origin) for field, origin in origins if not covered(origin, allowed))
    return next((f"{field}: {said % {**told, 'origin': origin}}" for field, origin in strayed), "")


def covered(origin: str, patterns: Iterable[str]) -> bool:
    """Whether `origin` is one of `patterns`; `*.` stands for one label or more."""
    scheme, host, port = _parts(origin)
    return any(_covers(pattern, scheme, host, port) for pattern in patterns)


def bound_to(text: str) -> tuple[str, str, int]:
    """Scheme, host and port of an origin that a secret may be bound to; a host stands for its https origin.

    Raises `ValueError` for what is none. Of http only this machine itself, which `check --deploy` refuses.
    """
    scheme, host, port = _parts(text if "://" in text else f"https://{text}")
    try:
        vetted_host(host.removeprefix("*."))
    except TargetRefused as problem:
        raise ValueError(str(problem)) from problem
    if scheme != "https" and not (scheme == "http" and host in _THIS_MACHINE):
        raise ValueError(f"{scheme} is not https")
    return scheme, host, port


def _parts(origin: str) -> tuple[str, str, int]:
    """Raises `ValueError` where there is more than an origin."""
    parts = urlsplit(origin)
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("it has more than scheme, host and port")
    usual = 443 if parts.scheme == "https" else 80
    return parts.scheme, parts.hostname or "", parts.port or usual


def _covers(pattern: str, scheme: str, host: str, port: int) -> bool:
    try:
        allowed, there, at = bound_to(pattern)
    except ValueError:
        return False
    is_there = host.endswith(there[1:]) if there.startswith("*.") else host == there
    return (scheme, port) == (allowed, at) and is_there


def _hidden() -> tuple[tuple[str, str], ...]:
    """All that is never to be seen: names and values."""
    hooks: Mapping[str, Sequence[str]] = settings.TRACKER_SECRETS
    shared = ((f"{name.upper()}_WEBHOOK_SECRET", value) for name, values in hooks.items() for value in values)
    return (*known().items(), *shared)


def redacted(text: str) -> str:
    """`text` with its name for each secret in it, also where a URL, JSON or base64 writes it differently."""
    return redaction()(text)


def redaction() -> Callable[[str], str]:
    """`redacted` for many texts, with the secrets there are now."""
    forms = _forms(_hidden())
    return partial(_without, forms) if forms else _as_it_is


def _without(forms: Sequence[tuple[str, str]], text: str) -> str:
    for form, name in forms:
        text = text.replace(form, f"{{secret.{name}}}")
    return text


def _as_it_is(text: str) -> str:
    return text


def held(text: str) -> str:
    """The name of a secret whose value stands in `text`; nothing when there is none."""
    return next((name for name, value in _hidden() if len(value) >= SHORTEST and value in text), "")


class Redacting(Formatter):
    """A line of the log, with its traceback, without secrets."""

    def format(self, record: LogRecord) -> str:
        return redacted(super().format(record))


@lru_cache(maxsize=4)
def _forms(secrets: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """The longest first, or a secret that begins another would leave the other's end behind."""
    forms = {form: name for name, value in secrets if len(value) >= SHORTEST for form in _written(value)}
    return sorted(forms.items(), key=lambda form: len(form[0]), reverse=True)


def _written(value: str) -> set[str]:
    return {
        value,
        quote(value, safe=""),
        quote(value),
        quote_plus(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        base64.b64encode(value.encode()).decode().rstrip("="),
    }

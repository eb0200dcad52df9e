"""Secrets: `{secret.NAME}` in a check stands for `PROBE_SECRET_NAME` of the environment.

The value is put in when the check runs, and taken out again of whatever is kept, shown or logged; so are the
secrets of webhooks, which no check can name.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from logging import Formatter, LogRecord
from urllib.parse import quote, quote_plus

from django.conf import settings
from django.utils.translation import gettext

# A shorter one would be found in half of all texts, and guessed.
SHORTEST = 8


def known() -> Mapping[str, str]:
    """Values by name."""
    secrets: Mapping[str, str] = settings.PROBE_SECRETS
    return secrets


def bound() -> Mapping[str, tuple[str, ...]]:
    """The hosts that a secret may be sent to, by its name; one that is not in it may go anywhere."""
    hosts: Mapping[str, tuple[str, ...]] = settings.PROBE_SECRET_HOSTS
    return hosts


def astray(name: str, hosts: Iterable[tuple[str, str]]) -> str:
    """Why the secret may not be sent to one of `hosts`, which come with their fields; nothing when it may.

    Of what names no host nobody can tell where it goes.
    """
    allowed = bound().get(name)
    if allowed is None:
        return ""
    told, hosts = {"name": name, "allowed": ", ".join(allowed)}, list(hosts)
    if not hosts:
        said = gettext("the secret %(name)s goes to %(allowed)s only, and this check names no host")
        return f"parameters: {said % told}"
    said = gettext("the secret %(name)s goes to %(allowed)s only, not to %(host)s")
    strayed = ((field, host) for field, host in hosts if not covered(host, allowed))
    return next((f"{field}: {said % {**told, 'host': host}}" for field, host in strayed), "")


def covered(host: str, patterns: Iterable[str]) -> bool:
    """Whether `host` is one of `patterns`; `*.` stands for one label or more."""
    return any(
        host.lower().endswith(pattern[1:]) if pattern.startswith("*.") else host.lower() == pattern
        for pattern in patterns
    )


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

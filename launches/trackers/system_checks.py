"""What `manage.py check` says about the secrets of webhooks."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from launches.trackers.signatures import SIGNING, signing_key

SHORTEST = 16


def tracker_secrets_can_be_used(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    return [
        Error(f"{tracker.upper()}_WEBHOOK_SECRET: {problem}.", id="launches.E001")
        for tracker, secrets in settings.TRACKER_SECRETS.items()
        for secret in secrets
        for problem in _problems(secret)
    ]


def _problems(secret: str) -> Iterator[str]:
    """What is wrong with it, without a letter of it."""
    if len(secret) < SHORTEST:
        yield f"a secret has at least {SHORTEST} characters, or it can be guessed"
    if not secret.isascii() or not secret.isprintable():
        yield "a secret has plain letters only, or it gets lost on its way"
    if secret.startswith(SIGNING):
        try:
            signing_key(secret)
        except ValueError as problem:
            yield str(problem)

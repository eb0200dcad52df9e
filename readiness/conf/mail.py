"""Where mail goes: the address of a mail server, as Django's settings."""

from typing import Any

import dj_email_url
from django.core.exceptions import ImproperlyConfigured

NOWHERE = "dummy://"


def mail_settings(url: str) -> dict[str, Any]:
    """Django's `EMAIL_…` settings for `url`; nothing is sent without one."""
    try:
        settings: dict[str, Any] = dj_email_url.parse(url or NOWHERE)
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read: {error}") from error
    if "EMAIL_BACKEND" not in settings:
        raise ImproperlyConfigured(
            "EMAIL_URL is not an address such as submission://user:password@mail.example, smtp://… or console://."
        )
    return {name: value for name, value in settings.items() if value not in (None, "")}

"""What a view is given once the middleware has run."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django_htmx.middleware import HtmxDetails

from readiness.models import User

# What fits a key; longer ones overflow in databases, and the longest in Python itself.
DIGITS = 18


class Request(HttpRequest):
    """A request of somebody signed in: `LoginRequiredMiddleware` lets no other through to a view."""

    user: User
    htmx: HtmxDetails


def is_number(text: str) -> bool:
    """Whether it can be the key of a row, or its version."""
    return text.isdecimal() and len(text) <= DIGITS


def moment_of(text: str) -> datetime | None:
    """The moment that `text` is, with its offset; none where it is something else, or out of all bounds."""
    try:
        moment = parse_datetime(text)
        # A database has no year before the first and none after the last, which another zone may have.
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

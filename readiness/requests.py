"""What a view is given once the middleware has run."""

from django.http import HttpRequest
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

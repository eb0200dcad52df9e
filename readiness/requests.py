"""What a view is given once the middleware has run."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from readiness.models import User


class Request(HttpRequest):
    """A request of somebody signed in: `LoginRequiredMiddleware` lets no other through to a view."""

    user: User
    htmx: HtmxDetails

"""What a view behind the sign-in is asked with."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from readiness.models import User


class Request(HttpRequest):
    """The sign-in middleware has let a person through; htmx's says whether a part is wanted."""

    user: User
    htmx: HtmxDetails

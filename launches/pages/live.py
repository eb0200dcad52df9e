"""Pages that follow what others change: polled every few seconds, answered by 304 while nothing did."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language

from readiness.models import Change, Region, User
from readiness.requests import Request

# A change is stamped when its request began, so one that took long may arrive behind newer ones.
NEWEST = 20


def is_poll(request: Request) -> bool:
    """Whether static/js/live.js looks if anything is different."""
    return request.headers.get("Live") == "true"


def stamp(user: User, address: str, now: datetime, region: Region | None = None) -> str:
    """Tells what `user` sees at `address` from what they saw before; one small query.

    Once a minute it is another one anyway: time passes, and forecasts are kept without a change.
    """
    changes = Change.objects.visible_to(user)
    if region is not None:
        changes = changes.filter(region=region)
    newest = changes.order_by("-at", "-pk").values_list("pk", flat=True)[:NEWEST]
    told = [user.pk, get_language(), address, f"{now:%Y-%m-%d %H:%M}", *newest]
    return blake2b(repr(told).encode(), digest_size=12).hexdigest()


def live(
    request: Request, seen: str, template: str, part: str, context: Callable[[], Mapping[str, Any]]
) -> HttpResponse:
    """The page with its `seen` stamp, or `part` of it; nothing to a poll when that has seen it already.

    `seen` is taken before anything is read: what changes in between is seen by the next poll. A page may do
    without one; its first poll then brings it.
    """
    if is_poll(request) and f'"{seen}"' in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": f'W/"{seen}"'})
    name = f"{template}#{part}" if is_poll(request) or request.htmx else template
    response = render(request, name, {**context(), "stamp": seen})
    if seen:
        response["ETag"] = f'W/"{seen}"'
    return response

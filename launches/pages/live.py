"""Pages that follow what others change: polled every few seconds, answered by 304 while nothing did."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Max, Model, OuterRef, Q, Subquery, Value
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import get_language

from launches.models import Blocker, Comment, GoRecord, Launch, Scenario, ShareLink, SignOff, Snapshot
from readiness.models import Change, User
from readiness.requests import Request

# A change is stamped when its request began, so one that took long may arrive behind newer ones.
NEWEST = 20
# Days begin on one of these in every zone.
QUARTER = 15
# What lists of blockers say nothing of.
_IN_NO_LIST = (Comment, GoRecord, Scenario, ShareLink, SignOff)
# What is said of a launch, and where it names it: no news to who looks at another one.
_SAID_OF = ((Launch, "pk"), (Blocker, "launch"), (Comment, "blocker__launch"), (SignOff, "launch"))


def is_poll(request: Request) -> bool:
    """Whether static/js/live.js looks if anything is different."""
    return request.headers.get("Live") == "true"


def stamp(user: User, address: str, now: datetime, launch: Launch | None = None) -> str:
    """Tells what `user` sees at `address`, of `launch` or of all, from what they saw before; one small query.

    Every quarter of an hour it is another one anyway: days end, and not all that is written is a change.
    """
    changes = Change.objects.visible_to(user).filter(_is_of(launch) if launch else _is_listed())
    # What is of no region, such as the name of a team, is anybody's; forecasts are kept without a change.
    nowhere = Change.objects.filter(region=None).order_by("-at", "-pk").values("pk")[:1]
    kept = Snapshot.objects.filter(launch__launched_at=None, day__gt=now.date() - timedelta(days=3))
    kept = kept.filter(launch=launch) if launch else kept
    kept_at = kept.order_by().annotate(all=Value(1)).values("all").annotate(newest=Max("seen_at"))
    newest = changes.order_by("-at", "-pk").values_list(
        "pk", Subquery(nowhere), Subquery(kept_at.values("newest"))
    )
    told = [user.pk, get_language(), address, f"{now:%Y-%m-%d %H}", now.minute // QUARTER, *newest[:NEWEST]]
    return blake2b(repr(told).encode(), digest_size=12).hexdigest()


def _is_of(launch: Launch) -> Q:
    """What is said of its region, and of no other launch there."""
    said = Q(region=launch.region_id)
    for model, path in _SAID_OF:
        others = model._default_manager.filter(pk=OuterRef("object_id")).exclude(**{path: launch.pk})
        said &= ~Q(Exists(others), content_type__in=_kinds(model))
    return said


def _is_listed() -> Q:
    return ~Q(content_type__in=_kinds(*_IN_NO_LIST))


def _kinds(*models: type[Model]) -> list[int]:
    return [kind.pk for kind in ContentType.objects.get_for_models(*models).values()]


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

"""Everything that happened, newest first."""

from datetime import datetime
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from readiness.forms import ActivityFilter
from readiness.models import Change
from readiness.requests import Request, is_number, moment_of

ON_ONE_PAGE = 60


@require_safe
def activity(request: Request) -> HttpResponse:
    form = ActivityFilter(request.GET)
    changes = narrowed(Change.objects.visible_to(request.user), form)
    place = ActivityCursor.of(request)
    rows = list(older(changes, place).select_related("author", "region")[: ON_ONE_PAGE + 1])
    more = len(rows) > ON_ONE_PAGE
    rows = rows[:ON_ONE_PAGE]
    context = {
        "form": form,
        "changes": rows,
        "is_first": place is None,
        "older": older_url(request, rows[-1]) if more else "",
        "now": timezone.now(),
    }
    return render(request, "readiness/activity.html", context)


class ActivityCursor(NamedTuple):
    """Where the page before ended. Rows arrive at the top all the time, so page numbers would shift."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """`?before=2026-11-02T09:00:00+00:00~17`; anything else is the top."""
        at, _, pk = request.GET.get("before", "").partition("~")
        moment = moment_of(at)
        return cls(moment, int(pk)) if moment and is_number(pk) else None


def narrowed(changes: QuerySet[Change], form: ActivityFilter) -> QuerySet[Change]:
    if not form.is_valid():
        return changes
    wanted = {"region": form.cleaned_data["region"], "author": form.cleaned_data["person"]}
    return changes.filter(**{field: value for field, value in wanted.items() if value})


def older(changes: QuerySet[Change], place: ActivityCursor | None) -> QuerySet[Change]:
    if place is None:
        return changes
    # The first condition alone finds the rows by the index; the second drops those of the same instant.
    return changes.filter(at__lte=place.at).filter(Q(at__lt=place.at) | Q(pk__lt=place.pk))


def older_url(request: HttpRequest, last: Change) -> str:
    kept = {name: value for name, value in request.GET.items() if name != "before"}
    return f"?{urlencode({**kept, 'before': f'{last.at.isoformat()}~{last.pk}'})}"

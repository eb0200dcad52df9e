"""How long decisions and work take at one launch, and what nobody moves."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from launches.models import Blocker, Deferral, Launch, Waiver
from launches.pages.common import LaunchPage, visible_launch
from readiness.models import Change
from readiness.requests import Request

OLDEST = 5
DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


class Age(NamedTuple):
    """How long `number` of a kind took, in days: half of them, nine of ten, the longest."""

    label: str
    number: int
    median: float = 0.0
    p90: float = 0.0
    longest: float = 0.0

    @classmethod
    def of(cls, label: str, spans: Iterable[Span]) -> "Age":
        days = sorted(max((end - start) / DAY, 0.0) for start, end in spans)
        if not days:
            return cls(label, 0)
        return cls(label, len(days), median(days), days[ceil(0.9 * len(days)) - 1], days[-1])


@require_safe
def ages(request: Request, slug: str) -> HttpResponse:
    launch = visible_launch(request.user, slug)
    page = LaunchPage(launch, request.user, now := timezone.now(), request.GET)
    blockers = launch.blockers.visible_to(request.user)
    context = {
        "launch": launch,
        "page": page,
        "ages": [
            Age.of(_("Judging a proposal"), _judged(blockers)),
            Age.of(_("Deciding a request to launch without"), _decided(launch)),
            Age.of(_("Resolving what was open"), _resolved(blockers)),
        ],
        "oldest": blockers.outstanding()
        .select_related("launch", "team")
        .order_by("opened_at", "pk")[:OLDEST],
        "now": now,
    }
    return render(request, "launches/ages.html", context)


def _judged(blockers: QuerySet[Any]) -> list[Span]:
    """The first judgement of each: what is rejected after an undo or a reopening is another story."""
    opened = dict(blockers.values_list("pk", "opened_at"))
    kind = ContentType.objects.get_for_model(Blocker)
    changes = Change.objects.filter(content_type=kind, object_id__in=blockers.values("pk"))
    judged = changes.filter(verb__in=("accepted", "rejected")).order_by("-at", "-pk")
    first = dict(judged.values_list("object_id", "at"))
    return [(opened[key], at) for key, at in first.items()]


def _decided(launch: Launch) -> list[Span]:
    spans: list[Span] = []
    for kind in (Waiver, Deferral):
        rows: Any = kind._default_manager.filter(blocker__launch=launch, approved_at__isnull=False)
        spans += rows.values_list("requested_at", "approved_at")
    return spans


def _resolved(blockers: QuerySet[Any]) -> list[Span]:
    done = blockers.filter(state=Blocker.State.RESOLVED, closed_at__isnull=False)
    return list(done.values_list("opened_at", "closed_at"))

"""Undo: one click, within ten minutes, for one step or for many at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from launches.models import Blocker, NotPossible, changes_to_undo, undo
from launches.pages.blockers.blocker import panel_of
from launches.pages.common import (
    CHANGED,
    LaunchPage,
    page_behind,
    shown,
    visible_launch,
    with_changes,
)
from readiness.models import Change
from readiness.requests import Request

# Where a list says what just came of something: there is no panel to answer with.
BESIDE_LIST = "told"


@require_POST
@vary_on_headers("HX-Request")
def take_back(request: Request) -> HttpResponse:
    """Put back what was there before the changes that the token names, all of them or none."""
    now = timezone.now()
    changes: Sequence[Change] = ()
    try:
        changes = changes_to_undo(request.POST.get("token", ""), request.user)
        undo(changes, request.user, now)
    except NotPossible as refusal:
        return _refused(request, _blockers(request, changes), str(refusal))
    return _undone(request, _blockers(request, changes))


def _blockers(request: Request, changes: Sequence[Change]) -> list[Blocker]:
    keys = {change.object_id for change in changes}
    return list(Blocker.objects.visible_to(request.user).filter(pk__in=keys).select_related("launch"))


def _undone(request: Request, blockers: Sequence[Blocker]) -> HttpResponse:
    """Back to the one, or to the launch of the many; htmx gets the panel, and what is different behind it."""
    first, is_one = blockers[0], len(blockers) == 1
    many = ngettext(
        "Undone: %(count)d blocker is as it was.",
        "Undone: %(count)d blockers are as they were.",
        len(blockers),
    )
    said = _("Undone.") if is_one else many % {"count": len(blockers)}
    if not request.htmx:
        messages.success(request, said)
        return redirect(first if is_one else first.launch)
    page = _page(request, first)
    if is_one and request.htmx.target != BESIDE_LIST:
        response = with_changes(request, panel_of(request, page, first.slug, saved=said), page)
        return trigger_client_event(response, CHANGED)
    return with_changes(request, shown(request, "launches/undone.html", {"said": said}), page)


def _refused(request: Request, blockers: Sequence[Blocker], why: str) -> HttpResponse:
    there = blockers[0] if blockers else None
    beside_list = request.htmx and request.htmx.target == BESIDE_LIST
    if there is not None and len(blockers) == 1 and request.htmx and not beside_list:
        return panel_of(request, _page(request, there), there.slug, 409, refused=why)
    return shown(request, "launches/undone.html", {"refused": why, "there": there}, 409)


def _page(request: Request, blocker: Blocker) -> LaunchPage:
    return page_behind(request, visible_launch(request.user, blocker.launch.slug), timezone.now())

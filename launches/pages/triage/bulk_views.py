"""Many blockers at once: one confirmation, one answer, one undo."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from launches.models import Blocker, undo_token
from launches.pages.common import shown
from launches.pages.triage.bulk import (
    ACTIONS,
    Action,
    BulkOutcome,
    Chosen,
    carried_out,
    looked_at,
)
from launches.status.staleness import made_stale_by
from readiness.requests import Request, is_number

MOST = 500


@require_POST
@vary_on_headers("HX-Request")
def many(request: Request) -> HttpResponse:
    """`row` once for each, as `key:version`; `action` says what. With `confirmed` it is done.

    What is one, and needs no words, is done at once: its undo is as near as a question would be.
    """
    action = ACTIONS.get(request.POST.get("action", ""))
    chosen, left = _chosen(request)
    if action is None or not chosen:
        return _nothing(request)
    confirmed = "confirmed" in request.POST
    stale = _made_stale(action, chosen) if not confirmed else []
    at_once = len(chosen) == 1 and not action.needs_words and not stale
    now = timezone.now()
    form = action.form(request.POST if confirmed or at_once else None, today=now.date())
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _asked(request, action, chosen, left, form, status, made_stale=stale)
    outcome = carried_out(action, chosen, by=request.user, now=now, values=form.cleaned_data)
    return _done(request, action, outcome, left)


def _made_stale(action: Action, chosen: Sequence[Chosen]) -> list[str]:
    """The sign-offs that do not hold any more once it is done, as far as these acts have that effect."""
    blockers = [one.blocker for one in chosen]
    if action.key == "severity":
        return made_stale_by(blockers, blocking=True)
    if action.key == "accept":
        return made_stale_by([row for row in blockers if action.starts_from(row.state)])
    return []


def _chosen(request: Request) -> tuple[list[Chosen], int]:
    """The first in the order of the list, and how many more there are; what is no such row is left out.

    One transaction and one undo hold so many; the others are named before and afterwards.
    """
    versions: dict[int, int] = {}
    for text in request.POST.getlist("row"):
        key, _colon, version = text.partition(":")
        if is_number(key) and is_number(version):
            versions[int(key)] = int(version)
    rows = Blocker.objects.visible_to(request.user)
    rows = rows.select_related("launch", "team", "owner", "cell__integration")
    first = list(versions.items())[:MOST]
    found = rows.in_bulk([key for key, _version in first])
    told = request.POST.get("left", "")
    left = len(versions) - len(first) or (int(told) if is_number(told) else 0)
    return [Chosen(found[key], version) for key, version in first if key in found], left


def _asked(
    request: Request, action: Action, chosen: Sequence[Chosen], left: int, form: Any, status: int, **more: Any
) -> HttpResponse:
    """What will happen to which, and what cannot; with what has to be said for it."""
    possible, refused = looked_at(action, chosen, request.user)
    context = {
        "action": action,
        "possible": possible,
        "refused": refused,
        "left": left,
        "most": MOST,
        "all": MOST + left,
        "form": form,
        "next": _back(request),
    } | more
    return shown(request, "launches/many.html", context, status)


def _nothing(request: Request) -> HttpResponse:
    context = {"nothing": True, "next": _back(request)}
    return shown(request, "launches/many.html", context, 422)


def _done(request: Request, action: Action, outcome: BulkOutcome, left: int) -> HttpResponse:
    said = f"{_said(action, outcome)} {_not_done(left)}".rstrip()
    token = undo_token(outcome.changes, request.user) if outcome.changes else ""
    if request.htmx:
        context = {"said": said, "token": token, "refused": outcome.refused}
        response = render(request, "launches/told.html", context)
        response["HX-Retarget"], response["HX-Reswap"] = "#told", "innerHTML"
        return response
    if token:
        messages.success(request, said, extra_tags=token)
    for one in outcome.refused:
        messages.warning(request, _("Not %(name)s: %(why)s") % {"name": one.blocker, "why": one.why})
    return redirect(_back(request))


def _said(action: Action, outcome: BulkOutcome) -> str:
    changed = len(outcome.changes)
    if not changed:
        return _("Nothing was changed.")
    many = ngettext("%(count)d blocker", "%(count)d blockers", changed) % {"count": changed}
    name = outcome.changes[0].label if changed == 1 else many
    return _("%(name)s: %(done)s.") % {"name": name, "done": action.done}


def _not_done(left: int) -> str:
    """What more was chosen than is done at a time."""
    if not left:
        return ""
    words = ngettext(
        "%(left)s more that you had chosen is as it was: choose it again.",
        "%(left)s more that you had chosen are as they were: choose them again.",
        left,
    )
    return words % {"left": left}


def _back(request: Request) -> str:
    """The list it was chosen on."""
    there = request.POST.get("next", "")
    return there if url_has_allowed_host_and_scheme(there, {request.get_host()}) else reverse("blocker-list")

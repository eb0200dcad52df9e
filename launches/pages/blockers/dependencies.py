"""What waits for what: said and taken back in the panel of a blocker, from either end."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from launches import access
from launches.models import Blocker, NotPossible
from launches.pages.blockers.blocker import INCOMPLETE, find, panel_of, saved_panel
from launches.pages.blockers.dependency_forms import DependencyForm
from launches.pages.blockers.dependency_panel import order_of
from launches.pages.common import CHANGED, LaunchPage, page_behind, visible_launch
from readiness.models import Conflict
from readiness.requests import Request


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@vary_on_headers("HX-Request")
def dependencies(request: Request, slug: str, blocker_slug: str) -> HttpResponse:
    """POST adds a link, DELETE, which a plain form sends as POST with `_method`, removes it.

    GET is the blocker's page; for htmx, the titles there are to choose from.
    """
    page = page_behind(request, visible_launch(request.user, slug), timezone.now())
    if request.method in ("POST", "DELETE"):
        return _write(request, page, find(page, blocker_slug))
    if request.htmx:
        context = {"order": order_of(page, find(page, blocker_slug))}
        return render(request, "launches/dependencies.html#known", context)
    return panel_of(request, page, blocker_slug)


def _write(request: Request, page: LaunchPage, found: Blocker) -> HttpResponse:
    access.required(access.may_edit_blocker(request.user, found))
    data = request.POST if request.method == "POST" else request.GET
    form = DependencyForm(data, launch=page.launch, user=request.user, about=found)
    if not form.is_valid():
        return _refused(request, page, found, form, 422, form.problem or str(INCOMPLETE))
    other, version = form.cleaned_data["other"], form.cleaned_data["version"]
    waits = form.cleaned_data["way"] == DependencyForm.WAITS
    waiting, first = (found, other) if waits else (other, found)
    if not access.may_edit_blocker(request.user, waiting):
        why = _("Only its team or the launch’s lead may say what “%(name)s” waits for.")
        return _refused(request, page, found, form, 403, why % {"name": waiting})

    removes = request.method == "DELETE" or request.POST.get("_method") == "DELETE"
    write = waiting.no_longer_wait_for if removes else waiting.wait_for
    try:
        # Of the other end only a link that is shown has been seen in some version.
        change = write(first, by=request.user, now=page.now, version=version if waits or removes else None)
    except (Conflict, NotPossible) as refusal:
        return _refused(request, page, found, form, 409, str(refusal))
    linked = _("“%(waiting)s” waits for “%(first)s”.")
    unlinked = _("“%(waiting)s” no longer waits for “%(first)s”.")
    said = (unlinked if removes else linked) % {"waiting": waiting, "first": first}
    # One click undoes what happened to the one that is shown.
    response = saved_panel(request, page, found, said, change if waits else None)
    return trigger_client_event(response, CHANGED)


def _refused(
    request: Request, page: LaunchPage, found: Blocker, form: DependencyForm, status: int, why: str
) -> HttpResponse:
    told: dict[str, Any] = {"way": form.data.get("way"), "typed": form.data.get("other", ""), "why": why}
    return panel_of(request, page, found.slug, status, unlinked=told)

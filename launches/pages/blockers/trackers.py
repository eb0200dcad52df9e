"""Issues of outside trackers in a blocker's panel: add one by its address, remove it, see how it is."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import NotPossible, TrackerLink
from launches.pages.blockers.blocker import find, panel_of, saved_panel
from launches.pages.blockers.tracker_forms import TrackerForm
from launches.pages.common import page_behind, visible_launch
from launches.status.issues import unfollow
from readiness.requests import Request


@require_POST
@vary_on_headers("HX-Request")
def links(request: Request, slug: str, blocker_slug: str) -> HttpResponse:
    """Follow one more issue."""
    page = page_behind(request, visible_launch(request.user, slug), timezone.now())
    found = find(page, blocker_slug)
    access.required(access.may_edit_blocker(request.user, found))
    form = TrackerForm(request.POST)
    if not form.is_valid():
        return panel_of(request, page, found.slug, 422, tracker_form=form)
    try:
        TrackerLink.objects.follow(found, form.cleaned_data["address"], by=request.user, now=page.now)
    except NotPossible as refusal:
        form.add_error("address", str(refusal))
        return panel_of(request, page, found.slug, 409, tracker_form=form)
    return saved_panel(request, page, found, _("Added."))


@require_http_methods(["POST", "DELETE"])
@vary_on_headers("HX-Request")
def link(request: Request, slug: str, blocker_slug: str, pk: int) -> HttpResponse:
    """DELETE, which a plain form sends as POST with `_method`, follows it no more."""
    page = page_behind(request, visible_launch(request.user, slug), timezone.now())
    found = find(page, blocker_slug)
    access.required(access.may_edit_blocker(request.user, found))
    if request.method == "POST" and request.POST.get("_method") != "DELETE":
        return HttpResponse(_("An issue can only be removed."), status=400, content_type="text/plain")
    shown = get_object_or_404(TrackerLink.objects.visible_to(request.user), blocker=found, pk=pk)
    try:
        unfollow(shown, by=request.user, now=page.now)
    except NotPossible as refusal:
        return panel_of(request, page, found.slug, 409, refused=str(refusal))
    return saved_panel(request, page, found, _("Removed."))

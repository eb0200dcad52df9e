"""When nothing may be changed in a region: planned on its page, changed and lifted on a page of their own."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from readiness import access
from readiness.conflicts import EditConflict
from readiness.forms import FreezeForm, MovedFreezeForm, again
from readiness.models import Conflict, Region, Thawed
from readiness.models.freeze import FreezeRefused
from readiness.regions.region_views import region_of, region_page
from readiness.requests import Request

SIDES = {"first": "first", "last": "last", "reason": "reason"}


@require_POST
def region_freezes(request: Request, slug: str) -> HttpResponse:
    place = region_of(request.user, slug)
    access.required(access.may_edit_region(request.user, place))
    form = FreezeForm(request.POST)
    if not form.is_valid():
        return region_page(request, place, freeze=form, status=422)

    try:
        place.freeze(form.days, by=request.user, now=timezone.now())
    except FreezeRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return region_page(request, place, freeze=form, status=422)
    return _done(request, place, _("The freeze is planned: no work is counted on in its days."))


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def region_freeze(request: Request, slug: str, first: str) -> HttpResponse:
    """GET shows it, POST changes it; DELETE, which a plain form sends as POST with `_method`, lifts it."""
    place = region_of(request.user, slug)
    access.required(access.may_edit_region(request.user, place))
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        lifted = place.thaw(_day(first), by=request.user, now=timezone.now())
        told = _("The freeze is lifted.") if lifted else _("It was lifted already.")
        return _done(request, place, told)
    if request.method == "POST":
        return _move(request, place, first)

    try:
        freeze = place.freeze_from(_day(first))
    except Thawed as error:
        raise Http404 from error
    form = MovedFreezeForm(initial=freeze.facts() | {"version": place.version})
    return _page(request, place, first, form)


def _move(request: Request, place: Region, first: str) -> HttpResponse:
    form = MovedFreezeForm(request.POST)
    if not form.is_valid():
        return _page(request, place, first, form, 422)

    version, now = form.cleaned_data["version"], timezone.now()
    try:
        place.freeze_from(day := _day(first))
        place.move_freeze(day, form.days, by=request.user, now=now, version=version)
    except Thawed:
        return _gone(request, place)
    except Conflict:
        return _clash(request, region_of(request.user, place.slug), first, form)
    except FreezeRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, place, first, form, 422)
    return _done(request, place, _("The freeze is changed."))


def _gone(request: Request, place: Region) -> HttpResponse:
    """Nothing of what was typed is lost: it can be planned anew."""
    form = FreezeForm(request.POST)
    form.is_valid()
    form.add_error("first", _("Somebody has lifted it in the meantime. Plan it anew if it is needed."))
    return region_page(request, place, freeze=form, status=409)


def _clash(request: Request, place: Region, first: str, form: MovedFreezeForm) -> HttpResponse:
    try:
        freeze = place.freeze_from(_day(first))
    except Thawed:
        return _gone(request, place)
    clash = EditConflict.of(form, place, SIDES, freeze)
    return _page(request, place, first, MovedFreezeForm(again(form, place.version)), 409, conflict=clash)


def _page(
    request: Request, place: Region, first: str, form: MovedFreezeForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"region": place, "first": first, "form": form, "now": timezone.now(), **more}
    return render(request, "readiness/freeze.html", context, status=status)


def _done(request: Request, place: Region, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect(place)


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Http404
    return day

"""Filters that somebody keeps under a name. Others are given the address of the list itself."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from launches import access
from launches.models import Launch, SavedFilter
from launches.pages.forms import FilterForm
from readiness.requests import Request


@require_POST
def new_filter(request: Request) -> HttpResponse:
    form = FilterForm(request.POST)
    if not form.is_valid():
        return _again(request, form)
    data = form.cleaned_data
    launch = None
    if data["launch"]:
        launch = get_object_or_404(Launch.objects.visible_to(request.user), slug=data["launch"])
    query = data["query"].removeprefix("?")
    row = SavedFilter(user=request.user, launch=launch, name=data["name"], query=query)
    return _kept(request, form, row)


@require_http_methods(["POST", "DELETE"])
def saved_filter(request: Request, pk: int) -> HttpResponse:
    """Rename it; DELETE, or a form with `_method=DELETE`, forgets it."""
    found = get_object_or_404(SavedFilter, pk=pk)
    access.required(access.may_edit_filter(request.user, found), _("This filter is somebody else’s."))
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        found.delete()
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found})
        return redirect(found)
    form = FilterForm(request.POST)
    if not form.is_valid():
        return _again(request, form)
    found.name = form.cleaned_data["name"]
    return _kept(request, form, found)


def _kept(request: Request, form: FilterForm, row: SavedFilter) -> HttpResponse:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        form.add_error("name", _("You have another filter of that name here."))
        return _again(request, form)
    messages.success(request, _("Saved as “%(name)s”.") % {"name": row})
    return redirect(row)


def _again(request: Request, form: FilterForm) -> HttpResponse:
    return render(request, "launches/saved_filter.html", {"form": form}, status=422)

"""A launch: how it stands, what blocks it, and its target."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import Launch
from launches.pages.common import LaunchPage, page_behind, saved, shown, visible_launch
from launches.pages.forms import TargetForm
from launches.pages.live import is_poll, live
from launches.planning import priced_further
from readiness.conflicts import EditConflict
from readiness.days import day_in_words
from readiness.forms import again
from readiness.models import Conflict
from readiness.requests import Request


@require_safe
@vary_on_headers("HX-Request", "Live")
def launch(request: Request, slug: str) -> HttpResponse:
    found = visible_launch(request.user, slug)
    page = LaunchPage(found, request.user, timezone.now(), request.GET, whole=False)
    if is_poll(request):
        return live(request, page.stamp, "launches/launch.html", "changed", page.context)
    return live(request, "", "launches/launch.html", "blocking", page.context)


@require_safe
@vary_on_headers("HX-Request")
def days_bought(request: Request, slug: str) -> HttpResponse:
    """For htmx how many blockers' costs are known, with one batch more; else the launch with all of them.

    The rows follow by themselves: `LaunchPage.stamp` is another one after each batch.
    """
    found = visible_launch(request.user, slug)
    page = LaunchPage(found, request.user, timezone.now(), request.GET, whole=not request.htmx)
    outlook = page.status.outlook
    if not request.htmx:
        return launch(request, slug)
    further = priced_further(page.status.inputs) if outlook.pending else outlook
    return render(request, "launches/pricing.html", {**page.context(), "outlook": further})


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def target(request: Request, slug: str) -> HttpResponse:
    found = visible_launch(request.user, slug)
    access.required(access.may_edit_launch(request.user, found))
    if request.method == "POST":
        return _move(request, found, timezone.now())
    return _target(request, found, _form(found))


def _move(request: Request, launch: Launch, now: datetime) -> HttpResponse:
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _target(request, launch, form, 422)
    data = form.cleaned_data

    try:
        launch.move_target(
            data["target"], reason=data["reason"], by=request.user, now=now, version=data["version"]
        )
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, {"target": "target"})
        form = TargetForm(again(form, conflict.current.version))
        return _target(request, launch, form, 409, clash=clash)
    moved = visible_launch(request.user, launch.slug)
    return saved(
        request,
        _("The target is %(day)s.") % {"day": day_in_words(moved.target)},
        moved,
        lambda said: _target(request, moved, _form(moved), saved=said),
        page_behind(request, moved, now),
    )


def _form(launch: Launch) -> TargetForm:
    return TargetForm(initial={"target": launch.target, "version": launch.version})


def _target(
    request: Request, launch: Launch, form: TargetForm, status: int = 200, **more: Any
) -> HttpResponse:
    moves = launch.moves.select_related("by")
    return shown(
        request,
        "launches/target.html",
        {"launch": launch, "form": form, "moves": moves, "now": timezone.now()} | more,
        status,
    )

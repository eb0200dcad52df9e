"""How much a team does at once, and in a week: what the forecast of everything it owns rests on."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from readiness import access
from readiness.conflicts import EditConflict
from readiness.forms import CapacityForm, again
from readiness.models import Conflict, Team
from readiness.requests import Request

SIDES = {"parallel_work": "parallel_work", "weekdays": "weekdays", "share": "share"}


@require_http_methods(["GET", "HEAD", "POST"])
def team_capacity(request: Request, slug: str) -> HttpResponse:
    team = get_object_or_404(Team.objects.visible_to(request.user), slug=slug)
    access.required(access.may_edit_team(request.user, team))
    if request.method == "POST":
        return _set(request, team)
    fields = ("parallel_work", "weekdays", "share", "version")
    return _page(request, team, CapacityForm(initial={name: getattr(team, name) for name in fields}))


def _set(request: Request, team: Team) -> HttpResponse:
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form, 422)
    data = form.cleaned_data

    try:
        team.set_capacity(
            data["parallel_work"],
            " ".join(data["weekdays"]),
            data["share"],
            by=request.user,
            now=timezone.now(),
            version=data["version"],
        )
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, SIDES)
        form = CapacityForm(again(form, conflict.current.version))
        return _page(request, team, form, 409, conflict=clash)
    messages.success(request, _("The capacity is saved."))
    return redirect(team)


def _page(request: Request, team: Team, form: CapacityForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"team": team, "form": form, "now": timezone.now(), **more}
    return render(request, "readiness/capacity.html", context, status=status)

"""The teams, and what each owns."""

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from readiness.models import Integration, Team, User
from readiness.requests import Request


@require_safe
def team_list(request: Request) -> HttpResponse:
    integrations = Prefetch("integrations", Integration.objects.order_by("name"))
    # A closed account does no work.
    members = Prefetch("members", User.objects.filter(is_active=True))
    teams = Team.objects.visible_to(request.user).prefetch_related(integrations, members)
    return render(request, "readiness/team_list.html", {"teams": teams.order_by("name")})

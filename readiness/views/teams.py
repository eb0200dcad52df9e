"""The teams, and what each owns."""

from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from readiness.models import Integration, Team
from readiness.requests import Request


@require_safe
def team_list(request: Request) -> HttpResponse:
    integrations = Prefetch("integrations", Integration.objects.order_by("name"))
    teams = Team.objects.visible_to(request.user).prefetch_related(integrations, "members")
    # Django forgets the order of a model when it groups its rows.
    context = {"teams": teams.annotate(size=Count("members")).order_by("name")}
    return render(request, "readiness/team_list.html", context)

"""The integrations, and one with its checklist."""

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from readiness import access
from readiness.forms import IntegrationFilter, MaintenanceForm
from readiness.language.folding import fold
from readiness.models import Integration, User
from readiness.requests import Request
from readiness.state import CellState, Importance


@require_safe
def integration_list(request: Request) -> HttpResponse:
    form = IntegrationFilter(request.GET)
    integrations = Integration.objects.visible_to(request.user)
    if form.is_valid():
        if kind := form.cleaned_data["kind"]:
            integrations = integrations.filter(kind=kind)
        if text := form.cleaned_data["q"]:
            integrations = integrations.filter(name__folded__contains=fold(text))
    must = Q(cells__importance=Importance.MUST)
    ready = must & Q(cells__state=CellState.READY)
    rows = integrations.select_related("team").annotate(
        requirement_count=Count("requirements", distinct=True),
        needed=Count("cells", filter=must, distinct=True),
        ready=Count("cells", filter=ready, distinct=True),
        declared=Count("cells", filter=ready & ~Q(cells__accepted=[]), distinct=True),
    )
    # Grouping drops the order of the model.
    rows = rows.order_by("kind", "name")
    return render(request, "readiness/integration_list.html", {"form": form, "integrations": rows})


@require_safe
def integration(request: Request, slug: str) -> HttpResponse:
    return integration_page(request, integration_of(request.user, slug))


def integration_of(user: User, slug: str) -> Integration:
    return get_object_or_404(Integration.objects.visible_to(user).select_related("team"), slug=slug)


def integration_page(
    request: Request, row: Integration, typed: MaintenanceForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "integration": row,
        "requirements": row.requirements.all(),
        "cells": row.cells.select_related("region", "integration").order_by("region"),
        "may_edit": access.may_edit_checklist(request.user, row),
        "maintenance": row.maintenance.ahead(now),
        "maintenance_form": typed or MaintenanceForm(),
        "may_maintain": access.may_maintain(request.user, row),
        "now": now,
    }
    return render(request, "readiness/integration.html", context, status=status)

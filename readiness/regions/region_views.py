"""One region: what it is, and how far each integration is there."""

from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from readiness import access
from readiness.forms import FreezeForm, MaintenanceForm
from readiness.models import Readiness, Region, User
from readiness.requests import Request
from readiness.state import CellState, Importance, ItemState, Level


@require_safe
def region(request: Request, slug: str) -> HttpResponse:
    return region_page(request, region_of(request.user, slug))


def region_of(user: User, slug: str) -> Region:
    return get_object_or_404(Region.objects.visible_to(user).select_related("modelled_on"), slug=slug)


def region_page(
    request: Request,
    place: Region,
    typed: MaintenanceForm | None = None,
    status: int = 200,
    *,
    freeze: FreezeForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    cells = list(with_open_musts(place).select_related("integration__team", "region"))
    context = {
        "region": place,
        "cells": cells,
        "tally": RegionTally.of(cells),
        "launches": place.launches.all(),
        "maintenance": place.maintenance.ahead(now),
        "maintenance_form": typed or MaintenanceForm(),
        "may_maintain": access.may_maintain(request.user, place),
        "freezes": [one for one in place.frozen if one.last >= place.today(now)],
        "freeze_form": freeze or FreezeForm(),
        "may_edit": access.may_edit_region(request.user, place),
        "may_run": access.may_run_checks(request.user),
        "now": now,
    }
    return render(request, "readiness/region.html", context, status=status)


def with_open_musts(place: Region) -> QuerySet[Readiness]:
    open_must = Q(items__requirement__level=Level.MUST) & ~Q(items__state=ItemState.PASSED)
    return place.cells.annotate(
        open_count=Count("items", filter=open_must),
        must_count=Count("items", filter=Q(items__requirement__level=Level.MUST)),
    ).order_by("integration__kind", "importance", "integration__name")


@dataclass(frozen=True, slots=True)
class RegionTally:
    """The must-haves of a region."""

    needed: int
    ready: int
    regressed: int
    declared: int

    @classmethod
    def of(cls, cells: list[Readiness]) -> Self:
        needed = [cell for cell in cells if cell.importance == Importance.MUST]
        states = [cell.state for cell in needed]
        declared = sum(bool(cell.declared_over) for cell in needed)
        return cls(len(states), states.count(CellState.READY), states.count(CellState.REGRESSED), declared)

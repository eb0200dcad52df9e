"""Integrations out of a sheet: read, shown with what each column is taken for, kept when confirmed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from launches import access
from launches.onboarding.beginning import add
from launches.onboarding.inventory import Inventory
from launches.pages.welcome.forms import ColumnsForm, IntoForm, SourceForm
from launches.pages.welcome.welcome import NOT_YOURS
from launches.plan.problems import LoadRefused
from readiness.access import may_set_up
from readiness.models import Integration, Region
from readiness.requests import Request
from readiness.web.body_limits import WITH_FILE, takes_body

PREVIEWED = 6


@dataclass(frozen=True)
class Bringing:
    """Where a sheet is sent to, where its page leads back to, and what keeps what it comes to."""

    here: str
    back: str
    keep: Callable[[Inventory], HttpResponse]
    into: IntoForm | None = None


@takes_body(WITH_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
def integration_import(request: Request) -> HttpResponse:
    """A sheet into what is there already."""
    access.required(may_set_up(request.user), str(NOT_YOURS))
    ahead = Region.objects.exclude(state=Region.State.LIVE)
    into = IntoForm(request.POST if "confirm" in request.POST else None, initial={"regions": list(ahead)})

    def keep(inventory: Inventory) -> HttpResponse:
        if not into.is_valid():
            return _page(request, bringing, SourceForm(), status=422)
        regions = [region.slug for region in into.cleaned_data["regions"]]
        new = inventory.without(known_of(inventory))
        report = add(new.plan(), regions, by=request.user, now=timezone.now())
        there = [one for slug, one in inventory.found.items() if slug not in new.found]
        context = {"report": report, "made": new, "there": there, "refused": inventory.refused}
        return render(request, "launches/integration_imported.html", context, status=201)

    bringing = Bringing("integration-import", "integration-list", keep, into)
    return imported(request, bringing)


def imported(request: Request, bringing: Bringing) -> HttpResponse:
    """One page, three times: the sheet; its columns; and once those are confirmed, what came of it."""
    if request.method != "POST":
        return _page(request, bringing, SourceForm())
    source = SourceForm(request.POST, request.FILES)
    if not source.is_valid():
        return _page(request, bringing, source, status=422)
    chosen = ColumnsForm(source.sheet, request.POST if "column-0" in request.POST else None)
    inventory = chosen.inventory
    if not chosen.is_bound or "confirm" not in request.POST:
        status = 422 if chosen.is_bound and not chosen.is_valid() else 200
        return _page(request, bringing, source, chosen, inventory, status)
    if not chosen.is_valid() or not inventory.found:
        chosen.add_error(None, _("No row can be used as it is."))
        return _page(request, bringing, source, chosen, inventory, 422)
    try:
        return bringing.keep(inventory)
    except LoadRefused as refused:
        problems = refused.problems
        return _page(request, bringing, source, chosen, inventory, 422, problems=problems)


def known_of(inventory: Inventory) -> set[str]:
    """Those of its integrations that are there already."""
    there = Integration.objects.filter(slug__in=inventory.found)
    return set(there.values_list("slug", flat=True))


def _page(
    request: Request,
    bringing: Bringing,
    source: SourceForm,
    chosen: ColumnsForm | None = None,
    inventory: Inventory | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context: dict[str, Any] = {"bringing": bringing, "source": source}
    if chosen is not None and inventory is not None:
        known = known_of(inventory)
        context |= {
            "chosen": chosen,
            "inventory": inventory,
            "text": source.text_read,
            "rows": [_padded(row.values, chosen) for row in chosen.source.rows[:PREVIEWED]],
            "row_count": len(chosen.source.rows) - chosen.skips_header,
            "known": [one for slug, one in inventory.found.items() if slug in known],
            "new_count": len(inventory.found) - len(known),
        }
    return render(request, "launches/integration_import.html", context | more, status=status)


def _padded(values: list[str], chosen: ColumnsForm) -> list[str]:
    return values + [""] * (chosen.source.width - len(values))

"""Windows in which checks may fail without consequence: over a region, an integration, or one check."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from readiness import access
from readiness.checklists.integrations import integration_of, integration_page
from readiness.checks.check_views import check_of, shown
from readiness.forms import MaintenanceForm, SnoozeForm
from readiness.models import Integration, Item, Maintenance, Region
from readiness.regions.region_views import region_of, region_page
from readiness.requests import Request


@vary_on_headers("HX-Request")
@require_POST
def check_maintenance(request: Request, pk: int) -> HttpResponse:
    """Snooze one check, from now on."""
    row, now = check_of(request.user, pk), timezone.now()
    access.required(access.may_maintain(request.user, row))
    form = SnoozeForm(row.cell.region, now, request.POST)
    if not form.is_valid():
        return shown(request, row, snooze=form, status=422)
    Maintenance.plan(row, now, form.ends_at, form.cleaned_data["reason"], by=request.user, now=now)
    told = _("It is snoozed: it still runs, and what does not pass changes nothing.")
    if request.htmx:
        return shown(request, check_of(request.user, pk), told)
    messages.success(request, told)
    return redirect("check", row.pk)


@require_POST
def region_maintenance(request: Request, slug: str) -> HttpResponse:
    place = region_of(request.user, slug)
    access.required(access.may_maintain(request.user, place))
    form = MaintenanceForm(request.POST)
    if not form.is_valid():
        return region_page(request, place, form, 422)
    return _planned(request, place, form)


@require_POST
def integration_maintenance(request: Request, slug: str) -> HttpResponse:
    row = integration_of(request.user, slug)
    access.required(access.may_maintain(request.user, row))
    form = MaintenanceForm(request.POST)
    if not form.is_valid():
        return integration_page(request, row, form, 422)
    return _planned(request, row, form)


@vary_on_headers("HX-Request")
@require_http_methods(["POST", "DELETE"])
def maintenance(request: Request, pk: int) -> HttpResponse:
    """End it now, or call it off: DELETE, which a plain form sends as POST with `_method`."""
    windows = Maintenance.objects.visible_to(request.user)
    window = get_object_or_404(windows.select_related("region", "integration", "item__cell__region"), pk=pk)
    access.required(access.may_maintain(request.user, window.subject))
    if request.method == "POST" and request.POST.get("_method") != "DELETE":
        return HttpResponseBadRequest(_("_method is DELETE"), content_type="text/plain")
    ended = window.end(by=request.user, now=timezone.now())
    told = _("The maintenance is over: from the next run on everything counts again.")
    told = told if ended else _("It was over already.")
    if request.htmx and window.item:
        return shown(request, check_of(request.user, window.item.pk), told)
    messages.success(request, told)
    return redirect(_page_of(window.subject))


def _planned(request: Request, subject: Region | Integration, form: MaintenanceForm) -> HttpResponse:
    data = form.cleaned_data
    now = timezone.now()
    Maintenance.plan(subject, data["starts_at"], data["ends_at"], data["reason"], by=request.user, now=now)
    messages.success(request, _("The maintenance is planned. It ends by itself."))
    return redirect(_page_of(subject))


def _page_of(subject: Region | Integration | Item) -> str:
    """A check's own page; its item's address leads to the cell."""
    return reverse("check", args=[subject.pk]) if isinstance(subject, Item) else subject.get_absolute_url()

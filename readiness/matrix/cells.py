"""One cell of the matrix: its page, which is also the side panel, and what people do there.

The same views serve another address, such as a launch's: it passes its own `base_url`, below which the forms
post. Every answer to htmx is the whole panel.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from readiness import access
from readiness.forms import DeclarationForm, EstimateForm, ImportanceForm, SignOffForm, VersionedForm
from readiness.matrix.panels import Panel, cell_of, ids, item_name
from readiness.models import Conflict, Item, NeedsApproval, OpenMusts
from readiness.requests import Request

page_or_panel = vary_on_headers("HX-Request")
NO_OVERRIDE = gettext_lazy("Only the launch’s lead or an admin may declare it ready despite open items.")
# What both sides of a clash are told by: the form's field, and what of the row says the same.
DECLARED = {"state": "state"}
WEIGHED = {"importance": "importance"}
ESTIMATED = {"best": "best", "likely": "likely", "worst": "worst"}
SIGNED = {"outcome": "state", "fact": "fact", "expires_on": "expires_on"}


@page_or_panel
@require_safe
def cell(
    request: Request, region_slug: str, integration_slug: str, base_url: str | None = None
) -> HttpResponse:
    row = cell_of(request.user, region_slug, integration_slug)
    return Panel(request, row, base_url, timezone.now()).response()


@page_or_panel
@require_POST
def declare(
    request: Request, region_slug: str, integration_slug: str, base_url: str | None = None
) -> HttpResponse:
    row = cell_of(request.user, region_slug, integration_slug)
    access.required(access.may_edit_cell(request.user, row))
    panel = Panel(request, row, base_url, now := timezone.now())
    form = DeclarationForm(request.POST)
    if not form.is_valid():
        return panel.invalid("declaration", form)
    data = form.cleaned_data
    reason = data["override_reason"]
    access.required(not reason or access.may_override(request.user, row), str(NO_OVERRIDE))

    try:
        change = row.declare(
            data["state"], by=request.user, now=now, version=data["version"], override_reason=reason
        )
    except OpenMusts as refusal:
        return panel.refuse(form, list(refusal.items))
    except NeedsApproval as needed:
        return panel.ask("declaration", form, needed, reason)
    except Conflict:
        return panel.clash("declaration", form, DECLARED)
    return panel.done(change, _("The state is saved."))


@page_or_panel
@require_POST
def set_importance(
    request: Request, region_slug: str, integration_slug: str, base_url: str | None = None
) -> HttpResponse:
    row = cell_of(request.user, region_slug, integration_slug)
    access.required(access.may_override(request.user, row))
    panel = Panel(request, row, base_url, now := timezone.now())
    form = ImportanceForm(request.POST)
    if not form.is_valid():
        return panel.invalid("importance", form)
    data = form.cleaned_data

    try:
        change = row.set_importance(data["importance"], by=request.user, now=now, version=data["version"])
    except NeedsApproval as needed:
        return panel.ask("importance", form, needed, data["why"])
    except Conflict:
        return panel.clash("importance", form, WEIGHED)
    return panel.done(change, _("The importance is saved."))


@page_or_panel
@require_POST
def set_estimate(
    request: Request, region_slug: str, integration_slug: str, base_url: str | None = None
) -> HttpResponse:
    row = cell_of(request.user, region_slug, integration_slug)
    access.required(access.may_edit_cell(request.user, row))
    panel = Panel(request, row, base_url, now := timezone.now())
    form = EstimateForm(request.POST)
    if not form.is_valid():
        return panel.invalid("estimate", form)

    try:
        version = form.cleaned_data["version"]
        change = row.set_estimate(form.estimate, by=request.user, now=now, version=version)
    except Conflict:
        return panel.clash("estimate", form, ESTIMATED)
    return panel.done(change, _("The estimate is saved."))


@page_or_panel
@require_http_methods(["POST", "DELETE"])
def sign_off(
    request: Request, region_slug: str, integration_slug: str, pk: int, base_url: str | None = None
) -> HttpResponse:
    """POST signs the item off; DELETE, which a plain form sends as POST with `_method`, takes it back."""
    row = cell_of(request.user, region_slug, integration_slug)
    access.required(access.may_edit_cell(request.user, row))
    item = get_object_or_404(row.items.filter(requirement__probe=""), pk=pk)
    panel = Panel(request, row, base_url, timezone.now())
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        return _withdraw(panel, item)
    return _sign_off(panel, item)


def _sign_off(panel: Panel, item: Item) -> HttpResponse:
    form = SignOffForm(panel.request.POST, auto_id=ids(item))
    if not form.is_valid():
        return panel.invalid(item_name(item), form)
    data = form.cleaned_data

    try:
        change = item.sign_off(
            form.said,
            by=panel.request.user,
            now=panel.now,
            effective_on=data["effective_on"],
            expires_on=data["expires_on"],
            version=data["version"],
        )
    except Conflict:
        item.refresh_from_db()
        return panel.clash(item_name(item), form, SIGNED, item)
    return panel.done(change, _("The sign-off is saved."))


def _withdraw(panel: Panel, item: Item) -> HttpResponse:
    """A withdrawal carries nothing but the version the person saw; htmx sends it in the address."""
    request = panel.request
    form = VersionedForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return panel.response(422)

    try:
        change = item.withdraw(by=request.user, now=panel.now, version=form.cleaned_data["version"])
    except Conflict:
        item.refresh_from_db()
        return panel.clash("withdrawal", form, {}, item)
    return panel.done(change, _("The sign-off is withdrawn."))

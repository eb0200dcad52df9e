"""The checklist editor: add, amend, move and remove the lines of an integration's checklist."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from readiness import access
from readiness.forms import AmendmentForm, RequirementForm, VersionedForm, again
from readiness.models import Conflict, Integration, Requirement, User
from readiness.requests import Request
from readiness.signals import cells_changed
from readiness.views.conflicts import Clash

# What both sides of a clash are told by; each field is called as the row's attribute.
FIELDS = {name: name for name in RequirementForm.base_fields}


@require_http_methods(["GET", "HEAD", "POST"])
def requirement_new(request: Request, slug: str) -> HttpResponse:
    now = timezone.now()
    integration = get_object_or_404(Integration.objects.visible_to(request.user), slug=slug)
    access.required(access.may_edit_checklist(request.user, integration))
    form = RequirementForm(request.POST or None)
    context = {"form": form, "integration": integration}
    if request.method != "POST":
        return render(request, "readiness/requirement.html", context)
    if not form.is_valid():
        return render(request, "readiness/requirement.html", context, status=422)

    requirement = integration.add_requirement(form.values, by=request.user, now=now)
    settle(integration, now)
    messages.success(request, f"“{requirement.title}” is on the checklist, open in every region.")
    return redirect(integration)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def requirement(request: Request, slug: str, requirement_slug: str) -> HttpResponse:
    """GET shows the form, POST amends, DELETE (or POST with `_method=DELETE`) removes."""
    now = timezone.now()
    row = requirement_of(request.user, slug, requirement_slug)
    access.required(access.may_edit_checklist(request.user, row.integration))
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        return _remove(request, row, now)
    if request.method == "POST":
        return _amend(request, row, now)
    return render(request, "readiness/requirement.html", _context(row))


@require_POST
def requirement_move(request: Request, slug: str, requirement_slug: str) -> HttpResponse:
    """`by` -1 for one place up, 1 for one down."""
    row = requirement_of(request.user, slug, requirement_slug)
    access.required(access.may_edit_checklist(request.user, row.integration))
    steps = {"up": -1, "down": 1}.get(request.POST.get("direction", ""), 0)
    row.move(steps, by=request.user, now=timezone.now())
    return redirect(f"{row.integration.get_absolute_url()}#requirement-{row.pk}")


def _amend(request: Request, row: Requirement, now: datetime) -> HttpResponse:
    form = AmendmentForm(request.POST)
    if not form.is_valid():
        return render(request, "readiness/requirement.html", _context(row, form), status=422)

    try:
        row.amend(form.values, by=request.user, now=now, version=form.cleaned_data["version"])
    except Conflict:
        return _clash(request, row, form)
    settle(row.integration, now)
    messages.success(request, f"“{form.cleaned_data['title']}” is saved, for every region.")
    return redirect(row.integration)


def _remove(request: Request, row: Requirement, now: datetime) -> HttpResponse:
    form = VersionedForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, "readiness/requirement.html", _context(row), status=422)

    try:
        row.remove(by=request.user, now=now, version=form.cleaned_data["version"])
    except Conflict:
        return _clash(request, row, form)
    settle(row.integration, now)
    messages.success(request, f"“{row.title}” is off the checklist.")
    return redirect(row.integration)


def _clash(request: Request, row: Requirement, form: AmendmentForm | VersionedForm) -> HttpResponse:
    """Both versions; what was typed stays in the form, ready to be sent over the newer one."""
    row.refresh_from_db()
    if isinstance(form, AmendmentForm):
        clash, retry = Clash.of(form, row, FIELDS), AmendmentForm(again(form, row.version))
    else:
        clash, retry = Clash.of(form, row, {}), AmendmentForm.of(row)
    return render(request, "readiness/requirement.html", _context(row, retry, clash), status=409)


def _context(
    row: Requirement, form: AmendmentForm | None = None, conflict: Clash | None = None
) -> dict[str, object]:
    form = form or AmendmentForm.of(row)
    return {
        "requirement": row,
        "integration": row.integration,
        "form": form,
        "conflict": conflict,
        "now": timezone.now(),
    }


def requirement_of(user: User, slug: str, requirement_slug: str) -> Requirement:
    rows = Requirement.objects.visible_to(user).select_related("integration__team")
    return get_object_or_404(rows, integration__slug=slug, slug=requirement_slug)


def settle(integration: Integration, now: datetime) -> None:
    """The checklist is the same in every region, so each region's cell may have changed."""
    cells = list(integration.cells.values_list("pk", flat=True))
    cells_changed.send(sender=Requirement, cells=cells, now=now)

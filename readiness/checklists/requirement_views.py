"""The checklist editor: add, amend, move and remove the lines of an integration's checklist."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from readiness.checklists.editor import Editor, integration_of, requirement_of
from readiness.checklists.form import AmendmentForm, RequirementForm
from readiness.conflicts import EditConflict
from readiness.forms import RemovalForm, again
from readiness.matrix.panels import ASKED
from readiness.models import ChangeRequest, Conflict, Integration, NeedsApproval, NotDecided, Requirement
from readiness.requests import Request
from readiness.signals import cells_changed

# What both sides of a clash are told by; each field is called as the row's attribute.
FIELDS = {name: name for name in RequirementForm.base_fields}


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def requirement_new(request: Request, slug: str) -> HttpResponse:
    """POST adds; with `_show` it only shows what was typed in another way."""
    now = timezone.now()
    integration = integration_of(request.user, slug)
    editor = Editor(request, integration, now)
    if request.method != "POST":
        return editor.shown(editor.blank())
    if "_show" in request.POST:
        return editor.shown_as(request.POST["_show"])
    form = editor.posted()
    if not form.is_valid():
        return editor.shown(form, 422)

    added = integration.add_requirement(form.values, by=request.user, now=now)
    settle(integration, now)
    messages.success(
        request, _("“%(title)s” is on the checklist, open in every region.") % {"title": added.title}
    )
    return redirect(integration)


@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def requirement(request: Request, slug: str, requirement_slug: str) -> HttpResponse:
    """GET shows the form, POST amends (with `_show` it only shows), DELETE (or `_method=DELETE`) removes."""
    now = timezone.now()
    row = requirement_of(request.user, slug, requirement_slug)
    editor = Editor(request, row.integration, now, row)
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        return _remove(editor, row)
    if request.method != "POST":
        return editor.shown(editor.blank())
    if "_show" in request.POST:
        return editor.shown_as(request.POST["_show"])
    return _amend(editor, row)


@vary_on_headers("HX-Request")
@require_POST
def requirement_new_trial(request: Request, slug: str) -> HttpResponse:
    integration = integration_of(request.user, slug)
    return Editor(request, integration, timezone.now()).try_it()


@vary_on_headers("HX-Request")
@require_POST
def requirement_trial(request: Request, slug: str, requirement_slug: str) -> HttpResponse:
    """What was typed, tried once in `region`; nothing is kept."""
    row = requirement_of(request.user, slug, requirement_slug)
    return Editor(request, row.integration, timezone.now(), row).try_it()


@require_POST
def requirement_move(request: Request, slug: str, requirement_slug: str) -> HttpResponse:
    """`direction` is `up` or `down`, by one place."""
    row = requirement_of(request.user, slug, requirement_slug)
    steps = {"up": -1, "down": 1}.get(request.POST.get("direction", ""), 0)
    row.move(steps, by=request.user, now=timezone.now())
    return redirect(f"{row.integration.get_absolute_url()}#requirement-{row.pk}")


def _amend(editor: Editor, row: Requirement) -> HttpResponse:
    form = editor.posted()
    if not form.is_valid() or not isinstance(form, AmendmentForm):
        return editor.shown(form, 422)

    try:
        by, version = editor.request.user, form.cleaned_data["version"]
        row.amend(form.values, by=by, now=editor.now, version=version)
    except Conflict:
        return _clash(editor, row, form)
    except NeedsApproval as needed:
        return _ask(editor, needed, form) or editor.shown(form, 422)
    settle(row.integration, editor.now)
    messages.success(
        editor.request, _("“%(title)s” is saved, for every region.") % {"title": form.cleaned_data["title"]}
    )
    return redirect(row.integration)


def _remove(editor: Editor, row: Requirement) -> HttpResponse:
    request = editor.request
    form = RemovalForm(request.POST if request.method == "POST" else request.GET, auto_id="removal_%s")
    if not form.is_valid():
        return editor.shown(editor.blank(), 422)

    try:
        row.remove(by=request.user, now=editor.now, version=form.cleaned_data["version"])
    except Conflict:
        return _clash(editor, row, form)
    except NeedsApproval as needed:
        editor.removal = form
        return _ask(editor, needed, form) or editor.shown(editor.blank(), 422)
    settle(row.integration, editor.now)
    messages.success(request, _("“%(title)s” is off the checklist.") % {"title": row.title})
    return redirect(row.integration)


def _ask(editor: Editor, needed: NeedsApproval, form: AmendmentForm | RemovalForm) -> HttpResponse | None:
    """It takes two people: ask for it, or `None` when the form has to say why first."""
    by, why = editor.request.user, form.cleaned_data["why"]
    try:
        ChangeRequest.objects.ask(needed, by=by, now=editor.now, reason=why)
    except NotDecided as refusal:
        form.add_error("why", f"{needed} {refusal}")
        return None
    messages.success(editor.request, ASKED)
    return redirect(editor.integration)


def _clash(editor: Editor, row: Requirement, form: RequirementForm | RemovalForm) -> HttpResponse:
    """Both versions; what was typed stays in the form, ready to be sent over the newer one."""
    row.refresh_from_db()
    if not isinstance(form, RequirementForm):
        editor.conflict = EditConflict.of(form, row, {})
        return editor.shown(editor.blank(), 409)
    editor.conflict = EditConflict.of(form, row, FIELDS)
    retry = AmendmentForm(again(form, row.version), row=row, regions=editor.regions)
    return editor.shown(retry, 409)


def settle(integration: Integration, now: datetime) -> None:
    """The checklist is the same in every region, so each region's cell may have changed."""
    cells = list(integration.cells.values_list("pk", flat=True))
    cells_changed.send(sender=Requirement, cells=cells, now=now)

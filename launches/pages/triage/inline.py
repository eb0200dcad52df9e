"""A fact of a blocker, edited in its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import Blocker, NotPossible
from launches.pages.common import visible_launch
from launches.pages.forms import AssignedForm, DueForm, SeverityForm
from launches.pages.lists.rows import BlockerRow
from launches.pages.lists.table import line
from launches.status.staleness import made_stale_by
from readiness.conflicts import EditConflict
from readiness.form_fields import POINTS
from readiness.forms import EstimateForm, VersionedForm, again
from readiness.models import Conflict
from readiness.requests import Request
from readiness.wording import shortest


@dataclass(frozen=True)
class Fact:
    """What is edited together in one cell of the table."""

    label: Promise
    form: type[VersionedForm]
    names: tuple[str, ...]


FACTS: Mapping[str, Fact] = {
    "owner": Fact(pgettext_lazy("button", "Assign"), AssignedForm, ("team", "owner")),
    "estimate": Fact(gettext_lazy("Estimate"), EstimateForm, POINTS),
    "due": Fact(gettext_lazy("Due date"), DueForm, ("due",)),
    "severity": Fact(gettext_lazy("Severity"), SeverityForm, ("severity",)),
}


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def edit(request: Request, slug: str, blocker_slug: str, field: str) -> HttpResponse:
    """The form of one fact; for htmx it takes the place of the cell, and the cell comes back once saved."""
    if field not in FACTS:
        raise Http404
    fact, found = FACTS[field], _find(request, slug, blocker_slug)
    access.required(access.may_edit_blocker(request.user, found))
    if request.method != "POST":
        return _form(request, field, found, _filled(fact, found))
    form = fact.form(request.POST, auto_id=_ids(found))
    if not form.is_valid():
        return _form(request, field, found, form, 422)

    values = _typed(fact, found, form)
    try:
        found.amend(by=request.user, now=timezone.now(), version=form.cleaned_data["version"], **values)
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, {name: name for name in fact.names})
        form = fact.form(again(form, conflict.current.version), auto_id=_ids(found))
        return _form(request, field, found, form, 409, clash=clash)
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
        return _form(request, field, found, form, 422)
    if not request.htmx:
        messages.success(request, _("%(name)s: saved.") % {"name": found})
        return redirect(found.launch)
    return _cell(request, field, _find(request, slug, blocker_slug))


def _find(request: Request, slug: str, blocker_slug: str) -> Blocker:
    launch = visible_launch(request.user, slug)
    rows = launch.blockers.visible_to(request.user).select_related("team", "owner", "cell", "launch")
    return get_object_or_404(rows, slug=blocker_slug)


def _ids(blocker: Blocker) -> str:
    """More than one may be open on a page."""
    return f"edit-{blocker.pk}-%s"


def _filled(fact: Fact, blocker: Blocker) -> VersionedForm:
    """With what the cell of the table shows."""
    initial = {name: getattr(blocker, name) for name in (*fact.names, "version")}
    if fact.names == POINTS and blocker.points:
        initial |= dict(zip(POINTS, map(shortest, blocker.points), strict=True))
    return fact.form(initial=initial, auto_id=_ids(blocker))


def _typed(fact: Fact, blocker: Blocker, form: VersionedForm) -> dict[str, Any]:
    """An estimate of the checklist that was left as it stood stays the checklist's, unless it was a guess."""
    values = {name: form.cleaned_data[name] for name in fact.names}
    if fact.names == POINTS and tuple(values.values()) == blocker.points and not blocker.is_guessed:
        return {name: getattr(blocker, name) for name in POINTS}
    return values


def _form(
    request: Request, field: str, blocker: Blocker, form: VersionedForm, status: int = 200, **more: Any
) -> HttpResponse:
    template = "launches/inline.html#form" if request.htmx else "launches/inline.html"
    context = {
        "blocker": blocker,
        "field": field,
        "label": FACTS[field].label,
        "form": form,
        "now": timezone.now(),
        "url": f"{blocker.get_absolute_url()}edit/{field}/",
        "stale_if_blocks": made_stale_by([blocker], blocking=True) if field == "severity" else [],
    }
    return render(request, template, context | more, status=status)


def _cell(request: Request, field: str, blocker: Blocker) -> HttpResponse:
    today = blocker.launch.region.today(timezone.now())
    row = BlockerRow(blocker, today, may_edit=access.may_edit_blocker(request.user, blocker))
    response = render(request, f"launches/blockers.html#{field}", {"line": line(row)})
    response.write(format_html(' <span class="saved" role="status">{}</span>', _("saved")))
    return response

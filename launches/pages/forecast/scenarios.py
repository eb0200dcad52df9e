"""What-ifs that were kept: saved, compared, accepted."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from launches import access
from launches.charts import distribution
from launches.models import Blocker, Launch, NotPossible, Scenario
from launches.models.decision import KINDS
from launches.pages.common import visible_launch
from launches.pages.forecast.forms import AcceptForm, ScenarioForm
from launches.pages.forecast.what_if import WhatIfPage, answered
from readiness.forms import VersionedForm, again
from readiness.models import Conflict
from readiness.requests import Request

MOST_COMPARED = 4


@require_http_methods(["GET", "HEAD", "POST"])
def scenarios(request: Request, slug: str) -> HttpResponse:
    """Compare up to four of them with today; posting saves one."""
    launch = visible_launch(request.user, slug)
    if request.method == "POST":
        access.required(access.may_raise_blocker(request.user, launch), _("Join a team to save a scenario."))
        return _save(request, launch)
    return _compare(request, launch)


def _save(request: Request, launch: Launch) -> HttpResponse:
    form = ScenarioForm(request.POST)
    query = QueryDict(request.POST.get("query", "")[:20_000])
    page = WhatIfPage(launch, request.user, now := timezone.now(), query)
    if not (form.is_valid() and page.form.is_valid()):
        return answered(request, page, form, 422)
    kept = page.what_if.query
    try:
        with transaction.atomic():
            launch.scenarios.create(
                name=form.cleaned_data["name"], query=kept, saved_by=request.user, saved_at=now
            )
    except IntegrityError:
        form.add_error("name", _("There is a scenario of that name already."))
        return answered(request, page, form, 422)
    messages.success(request, _("Saved. Its address can be shared."))
    return redirect(f"{reverse('what-if', args=[launch.slug])}?{kept}")


def _compare(request: Request, launch: Launch) -> HttpResponse:
    now = timezone.now()
    picked = [key for key in request.GET.getlist("pick") if key.isdecimal() and len(key) < 10]
    saved = launch.scenarios.select_related("saved_by")
    chosen = list(saved.filter(pk__in=picked)[:MOST_COMPARED])
    pages = [WhatIfPage(launch, request.user, now, QueryDict(scenario.query)) for scenario in chosen]
    today = WhatIfPage(launch, request.user, now, QueryDict())
    curves = [today.today.curve, *(page.seen.curve for page in pages)]
    context: dict[str, Any] = {
        "launch": launch,
        "today": today,
        "columns": list(zip(chosen, pages, strict=True)),
        "scenarios": saved,
        "too_many": len(picked) > MOST_COMPARED,
        "most": MOST_COMPARED,
        "chart": distribution((), curves, launch.target, []),
    }
    return render(request, "launches/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Ask once, then remove it; the history keeps what it said."""
    launch = visible_launch(request.user, slug)
    found = get_object_or_404(launch.scenarios.select_related("launch", "saved_by"), pk=pk)
    access.required(
        access.may_delete_scenario(request.user, found),
        _("Only the person who saved it or the launch’s lead may do that."),
    )
    if request.method != "POST":
        return _deleting(request, found)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        refused = _("The form came without the version it was shown with.")
        return _deleting(request, found, 422, refused=refused)

    try:
        found.forget(by=request.user, now=timezone.now(), version=form.cleaned_data["version"])
    except (Conflict, NotPossible) as refusal:
        found.refresh_from_db()
        return _deleting(request, found, 409, refused=str(refusal))
    said = _("“%(name)s” is deleted; the history keeps what it said.") % {"name": found.name}
    messages.success(request, said)
    return redirect("scenarios", launch.slug)


def _deleting(request: Request, found: Scenario, status: int = 200, refused: str = "") -> HttpResponse:
    context = {"scenario": found, "launch": found.launch, "refused": refused}
    return render(request, "launches/scenario_delete.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: Request, slug: str, pk: int) -> HttpResponse:
    """Turn it into requests: somebody else approves them."""
    launch = visible_launch(request.user, slug)
    access.required(access.may_edit_launch(request.user, launch))
    found = get_object_or_404(launch.scenarios.select_related("launch"), pk=pk)
    page = WhatIfPage(launch, request.user, timezone.now(), QueryDict(found.query))
    if request.method == "POST":
        return _accept(request, page, found)
    return _accepting(request, page, found, _form(page, initial={"version": found.version}))


def _accept(request: Request, page: WhatIfPage, found: Scenario) -> HttpResponse:
    form = _form(page, request.POST)
    if not form.is_valid():
        return _accepting(request, page, found, form, 422)
    data = form.cleaned_data

    try:
        refused = found.accept(
            KINDS[data["asks"]],
            _dropped(page),
            page.target,
            by=request.user,
            now=timezone.now(),
            reason=data["reason"],
            version=data["version"],
            **form.facts,
        )
    except (Conflict, NotPossible) as refusal:
        found.refresh_from_db()
        form = _form(page, again(form, found.version))
        return _accepting(request, page, found, form, 409, refused=str(refusal))
    messages.success(request, _("Asked. Each request waits for somebody else to approve it."))
    for why in refused:
        messages.warning(request, _("Not asked: %(why)s") % {"why": why})
    return redirect(page.launch)


def _form(page: WhatIfPage, *args: Any, **kwargs: Any) -> AcceptForm:
    return AcceptForm(*args, today=page.status.today, drops=bool(_dropped(page)), **kwargs)


def _accepting(
    request: Request, page: WhatIfPage, found: Scenario, form: AcceptForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "page": page,
        "launch": page.launch,
        "scenario": found,
        "dropped": _dropped(page),
        "form": form,
    } | more
    return render(request, "launches/scenario_accept.html", context, status=status)


def _dropped(page: WhatIfPage) -> list[Blocker]:
    return [row.blocker for row in page.rows if row.blocker.slug in page.what_if.dropped]

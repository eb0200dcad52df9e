"""One function's go or no-go."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import SignOff
from launches.pages.common import LaunchPage, page_behind, saved, shown, visible_launch
from launches.pages.forms import DecisionForm
from readiness.conflicts import EditConflict
from readiness.forms import again
from readiness.models import Conflict
from readiness.requests import Request

NOT_YOURS = gettext_lazy("This answer is its signer’s to give.")


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def sign_off(request: Request, slug: str, function: str) -> HttpResponse:
    """Looking is for everybody, deciding for the signer."""
    now = timezone.now()
    page = page_behind(request, visible_launch(request.user, slug), now)
    found = get_object_or_404(page.launch.sign_offs, slug=function)
    if request.method == "POST":
        access.required(access.may_sign(request.user, found), str(NOT_YOURS))
        return _decide(request, page, found)
    return _sign_off(request, page, found, _form(found))


def _decide(request: Request, page: LaunchPage, found: SignOff) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _sign_off(request, page, found, form, 422)
    data = form.cleaned_data

    try:
        found.decide(
            data["decision"], by=request.user, now=page.now, note=data["note"], version=data["version"]
        )
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, {"decision": "decision", "note": "note"})
        form = DecisionForm(again(form, conflict.current.version))
        return _sign_off(request, page, found, form, 409, clash=clash)
    found.refresh_from_db()
    return saved(
        request,
        _("%(function)s: %(decision)s.")
        % {"function": found.function, "decision": found.get_decision_display()},
        page.launch,
        lambda said: _sign_off(request, page, found, _form(found), saved=said),
        page,
    )


def _form(found: SignOff) -> DecisionForm:
    return DecisionForm(initial={"version": found.version})


def _sign_off(
    request: Request,
    page: LaunchPage,
    found: SignOff,
    form: DecisionForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    row = next(row for row in page.gates if row.gate.sign_off.pk == found.pk)
    context = {"launch": page.launch, "row": row, "form": form, "now": page.now} | more
    return shown(request, "launches/sign_off.html", context, status)

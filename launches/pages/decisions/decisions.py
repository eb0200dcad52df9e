"""Launch without a blocker, or fill it later: one asks, another decides."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import Blocker, Launch, NotPossible
from launches.models.decision import KINDS, open_request
from launches.pages.blockers.blocker import INCOMPLETE, find, panel_of, saved_panel
from launches.pages.common import LaunchPage, page_behind, shown, visible_launch
from launches.pages.decision_forms import AskForm, DeferralForm, VersionedAnswerForm, WaiverForm
from readiness.forms import again
from readiness.models import Conflict
from readiness.requests import Request

FORMS: dict[str, type[AskForm]] = {"waiver": WaiverForm, "deferral": DeferralForm}
NOT_YOURS = gettext_lazy("The person who asks never decides: the launch’s lead or another admin does.")
ANSWERS = {
    "approve": gettext_lazy("Approved: the launch goes without it."),
    "refuse": gettext_lazy("Refused: it blocks on."),
}


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@vary_on_headers("HX-Request")
def request_for(request: Request, slug: str, blocker_slug: str, kind: str) -> HttpResponse:
    """GET the form, POST asks; DELETE, which a plain form sends as POST with `_method`, withdraws."""
    page = _page(request, slug)
    found = find(page, blocker_slug)
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        return _withdraw(request, page, found, kind)
    access.required(access.may_edit_blocker(request.user, found))
    if request.method == "POST":
        return _ask(request, page, found, kind)
    return _asking(request, page, found, kind, FORMS[kind].of(found, page.status.today))


def _ask(request: Request, page: LaunchPage, found: Blocker, kind: str) -> HttpResponse:
    today = page.launch.region.today(page.now)
    form = FORMS[kind](request.POST, launch=page.launch, today=today)
    if not form.is_valid():
        return _asking(request, page, found, kind, form, 422)
    try:
        change = KINDS[kind].ask(found, by=request.user, now=page.now, **form.facts)
    except (Conflict, NotPossible) as refusal:
        now_there = find(page, found.slug)
        form = FORMS[kind](again(form, now_there.version), launch=page.launch, today=today)
        return _asking(request, page, now_there, kind, form, 409, refused=str(refusal))
    return saved_panel(request, page, found, _asked(page.launch, form.facts.get("expires_on")), change)


def _asked(launch: Launch, ends: date | None) -> str:
    said = _("Asked: it blocks on until somebody approves.")
    if ends is None or ends >= launch.target:
        return said
    days = {"day": date_format(ends, "j M Y"), "target": date_format(launch.target, "j M Y")}
    warned = _("It ends on %(day)s, before the target, %(target)s: from then on it blocks the launch again.")
    return f"{said} {warned % days}"


def _withdraw(request: Request, page: LaunchPage, found: Blocker, kind: str) -> HttpResponse:
    asked = getattr(found, kind, None)
    access.required(access.may_withdraw(request.user, asked.requested_by_id if asked else None))
    try:
        if asked is None:
            raise NotPossible(_("Nobody asks for it any more."))
        change = asked.withdraw(by=request.user, now=page.now)
    except (Conflict, NotPossible) as refusal:
        return panel_of(request, page, found.slug, 409, refused=str(refusal))
    return saved_panel(request, page, found, _("Withdrawn: it blocks on."), change)


def _asking(
    request: Request,
    page: LaunchPage,
    found: Blocker,
    kind: str,
    form: AskForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"launch": page.launch, "blocker": found, "kind": kind, "form": form, "now": page.now} | more
    return shown(request, "launches/asking.html", context, status)


@require_POST
@vary_on_headers("HX-Request")
def decide(request: Request, slug: str, blocker_slug: str) -> HttpResponse:
    """Approve or refuse what somebody asks for."""
    page = _page(request, slug)
    found = find(page, blocker_slug)
    asked = open_request(found)
    requested_by = asked.requested_by_id if asked else None
    access.required(access.may_decide(request.user, found, requested_by), str(NOT_YOURS))
    form = VersionedAnswerForm(request.POST)
    if not form.is_valid():
        why = form.errors.get("note", [INCOMPLETE])[0]
        return panel_of(request, page, found.slug, 422, refused=why)
    data = form.cleaned_data
    verdict = {"by": request.user, "now": page.now, "note": data["note"], "version": data["version"]}

    try:
        if asked is None:
            raise NotPossible(_("Nobody asks for it any more."))
        change = asked.approve(**verdict) if data["answer"] == "approve" else asked.refuse(**verdict)
    except (Conflict, NotPossible) as refusal:
        return panel_of(request, page, found.slug, 409, refused=str(refusal), answer_note=data["note"])
    return saved_panel(request, page, found, str(ANSWERS[data["answer"]]), change)


@require_POST
@vary_on_headers("HX-Request")
def acknowledge(request: Request, slug: str, blocker_slug: str, function: str) -> HttpResponse:
    """A function's signer knows of the deferral."""
    page = _page(request, slug)
    found = find(page, blocker_slug)
    sign_off = get_object_or_404(page.launch.sign_offs, slug=function)
    access.required(access.may_acknowledge(request.user, sign_off), _("Only its signer acknowledges it."))
    deferral = getattr(found, "deferral", None)
    try:
        if deferral is None:
            raise NotPossible(_("Nothing is deferred here."))
        change = deferral.acknowledge(function, by=request.user, now=page.now)
    except NotPossible as refusal:
        return panel_of(request, page, found.slug, 409, refused=str(refusal))
    return saved_panel(
        request, page, found, _("%(function)s has acknowledged it.") % {"function": sign_off.function}, change
    )


def _page(request: Request, slug: str) -> LaunchPage:
    return page_behind(request, visible_launch(request.user, slug), timezone.now())

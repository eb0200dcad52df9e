"""The functions that say go or no-go to a launch: who they are, and asking them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from launches import access
from launches.models import Launch, NotPossible, SignOff
from launches.models.signoff import usual
from launches.pages.common import LaunchPage, visible_launch
from launches.pages.signoffs.forms import (
    USUAL_FUNCTIONS,
    AmendFunctionForm,
    FunctionForm,
    SignerForm,
    StartFromForm,
    chosen,
    names_of_concerns,
)
from readiness.conflicts import EditConflict
from readiness.forms import VersionedForm, WhyForm, again
from readiness.matrix.panels import ASKED
from readiness.models import ChangeRequest, Conflict, NeedsApproval, NotDecided, User
from readiness.requests import Request

SAME = {name: name for name in ("signer", "lead_days", "is_required", "concerns")}


@require_http_methods(["GET", "HEAD", "POST"])
def functions(request: Request, slug: str) -> HttpResponse:
    """All of them. The lead adds one, or starts from those that are usual or that another launch has."""
    launch = visible_launch(request.user, slug)
    if request.method != "POST":
        return _list(request, launch)
    access.required(access.may_edit_launch(request.user, launch))
    if "ask" in request.POST:
        return _ask_all(request, launch)
    return _start(request, launch) if "start_from" in request.POST else _add(request, launch)


def _ask_all(request: Request, launch: Launch) -> HttpResponse:
    """Ask every signer whose answer is missing, or does not hold any more."""
    page = LaunchPage(launch, request.user, timezone.now(), request.GET)
    waiting = [row.gate.sign_off for row in page.gates if row.waits_for_other_than(request.user)]
    try:
        with transaction.atomic():
            for one in waiting:
                one.ask(by=request.user, now=page.now)
    except NotPossible as refusal:
        return _list(request, launch, 409, refused=str(refusal))
    names = ", ".join(one.function for one in waiting)
    asked = _("Asked: %(names)s.") % {"names": names}
    messages.success(request, asked if waiting else _("Nobody is left to ask."))
    return redirect("sign-off-list", launch.slug)


def _add(request: Request, launch: Launch) -> HttpResponse:
    form = FunctionForm(request.POST)
    if form.is_valid() and _is_allowed(request, form, SignOff(launch=launch)):
        try:
            added = SignOff.objects.added(launch, by=request.user, now=timezone.now(), **form.facts)
        except NotPossible as refusal:
            form.add_error("function", str(refusal))
        else:
            messages.success(request, _("%(function)s signs this launch.") % {"function": added.function})
            return redirect("sign-off-list", launch.slug)
    return _list(request, launch, 422, form=form)


def _start(request: Request, launch: Launch) -> HttpResponse:
    form = StartFromForm(request.POST, user=request.user, launch=launch)
    if not form.is_valid():
        return _list(request, launch, 422, start=form)
    template = _template(form.cleaned_data["start_from"])
    added = SignOff.objects.start_from(launch, template, by=request.user, now=timezone.now())
    names = ", ".join(one.function for one in added)
    told = _("Added: %(names)s.") % {"names": names}
    messages.success(request, told if added else _("All of these are there already."))
    return redirect("sign-off-list", launch.slug)


def _template(chosen: str) -> Sequence[SignOff]:
    if chosen == USUAL_FUNCTIONS:
        return [SignOff(slug=slug, function=function) for slug, function in usual().items()]
    return list(SignOff.objects.filter(launch__slug=chosen).select_related("signer"))


def _list(request: Request, launch: Launch, status: int = 200, **more: Any) -> HttpResponse:
    page = LaunchPage(launch, request.user, timezone.now(), request.GET)
    called = names_of_concerns()
    for row in page.gates:
        one = row.gate.sign_off
        one.concerned = [called.get(value, value) for value in chosen(one.concerns)]
    context = {
        "page": page,
        "launch": launch,
        "status": page.status,
        "form": FunctionForm(),
        "start": StartFromForm(user=request.user, launch=launch),
        "usual": usual().values(),
    } | more
    return render(request, "launches/sign_offs.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def function(request: Request, slug: str, function: str) -> HttpResponse:
    """GET the form, POST changes; DELETE, which a plain form sends as POST with `_method`, removes."""
    launch, found = _found(request, slug, function)
    if request.method == "DELETE" or request.POST.get("_method") == "DELETE":
        return _remove(request, launch, found)
    if request.method == "POST":
        return _amend(request, launch, found)
    return _function(request, launch, found, AmendFunctionForm.of(found))


def _amend(request: Request, launch: Launch, found: SignOff) -> HttpResponse:
    form = AmendFunctionForm(request.POST)
    if not form.is_valid() or not _is_allowed(request, form, found):
        return _function(request, launch, found, form, 422)
    version = form.cleaned_data["version"]
    try:
        said = _amended(request, found, form, version)
    except NotDecided as refusal:
        form.add_error("why", str(refusal))
        return _function(request, launch, found, form, 422)
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, SAME)
        form = AmendFunctionForm(again(form, conflict.current.version))
        return _function(request, launch, found, form, 409, clash=clash)
    messages.success(request, said)
    return redirect("sign-off-list", launch.slug)


@transaction.atomic
def _amended(request: Request, found: SignOff, form: AmendFunctionForm, version: int) -> str:
    """What one person may say is said; that the launch does not wait for it may take two."""
    by, now = request.user, timezone.now()
    try:
        found.amend(by=by, now=now, version=version, **form.facts)
    except NeedsApproval as needed:
        found.amend(by=by, now=now, version=version, **form.facts | {"is_required": True})
        _ask_for(needed, form, by, now)
        return str(ASKED)
    return _("%(function)s is changed.") % {"function": found.function}


def _ask_for(needed: NeedsApproval, form: WhyForm, by: User, now: datetime) -> None:
    try:
        ChangeRequest.objects.ask(needed, by=by, now=now, reason=form.cleaned_data["why"])
    except NotDecided as refusal:
        raise NotDecided(f"{needed} {refusal}") from refusal


def _is_allowed(request: Request, form: SignerForm, found: SignOff) -> bool:
    """Whether this person may have it so; otherwise the form says why not."""
    signer, is_required = form.cleaned_data["signer"], form.cleaned_data["is_required"]
    if not access.may_name_signer(request.user, found, signer.pk if signer else None):
        form.add_error("signer", _("Nobody names themselves: have somebody else name you."))
    if found.is_required and not is_required and not access.may_make_advice(request.user, found):
        form.add_error("is_required", _("It has answered: only an admin turns that into advice."))
    narrows = form.cleaned_data["concerns"] != found.concerns
    if narrows and not access.may_make_advice(request.user, found):
        form.add_error("concerns", _("It has answered: only an admin changes what makes that stale."))
    return form.is_valid()


def _remove(request: Request, launch: Launch, found: SignOff) -> HttpResponse:
    form = WhyForm(request.POST, auto_id="removal_%s")
    if not form.is_valid():
        return _function(request, launch, found, AmendFunctionForm.of(found), 422, removal=form)
    try:
        found.remove(by=request.user, now=timezone.now())
    except NeedsApproval as needed:
        return _ask_to_remove(request, launch, found, needed, form)
    except NotPossible as refusal:
        return _function(request, launch, found, AmendFunctionForm.of(found), 409, refused=str(refusal))
    messages.success(
        request, _("%(function)s does not sign this launch any more.") % {"function": found.function}
    )
    return redirect("sign-off-list", launch.slug)


def _ask_to_remove(
    request: Request, launch: Launch, found: SignOff, needed: NeedsApproval, form: WhyForm
) -> HttpResponse:
    try:
        _ask_for(needed, form, request.user, timezone.now())
    except NotDecided as refusal:
        form.add_error("why", str(refusal))
        return _function(request, launch, found, AmendFunctionForm.of(found), 422, removal=form)
    messages.success(request, str(ASKED))
    return redirect("sign-off-list", launch.slug)


def _function(
    request: Request,
    launch: Launch,
    found: SignOff,
    form: AmendFunctionForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "launch": launch,
        "sign_off": found,
        "form": form,
        "now": timezone.now(),
        "stands": found.stands_on(),
        "requests": ChangeRequest.objects.open().about(found).select_related("requested_by", "content_type"),
        "removal": WhyForm(auto_id="removal_%s"),
    } | more
    return render(request, "launches/function.html", context, status=status)


@require_POST
def ask(request: Request, slug: str, function: str) -> HttpResponse:
    """Ask its signer for an answer."""
    launch, found = _found(request, slug, function)
    form = VersionedForm(request.POST)
    if not form.is_valid():
        return _list(request, launch, 422, refused=_("Nobody was asked: look at the list again."))
    try:
        found.ask(by=request.user, now=timezone.now(), version=form.cleaned_data["version"])
    except (Conflict, NotPossible) as refusal:
        return _list(request, launch, 409, refused=str(refusal))
    name = found.signer.label_as_owner if found.signer else _("Nobody")
    messages.success(request, _("%(name)s is asked to sign.") % {"name": name})
    return redirect("sign-off-list", launch.slug)


def _found(request: Request, slug: str, function: str) -> tuple[Launch, SignOff]:
    """Both, for who may say which functions sign."""
    launch = visible_launch(request.user, slug)
    access.required(access.may_edit_launch(request.user, launch))
    rows = launch.sign_offs.select_related("signer", "launch__region")
    return launch, get_object_or_404(rows, slug=function)

"""Go or no-go: what stands in the way, the decision, its record, and the moment it is live."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from launches import access
from launches.models import GoRecord, Launch, NotPossible
from launches.pages.common import LaunchPage, visible_launch
from launches.pages.signoffs.forms import GoForm, LiveForm, WithdrawForm
from launches.status import (
    InTheWay,
    NotAsShown,
    Obstacles,
    go_live,
    record_go,
    shown_of,
    token_of,
)
from readiness.models import Conflict
from readiness.requests import Request

STRANGE = gettext_lazy(
    "This page did not send back what it was given. Nothing was recorded; look again, and decide anew."
)


class GoPage(LaunchPage):
    """The launch page's facts, and what stands between now and GO."""

    @cached_property
    def hurdles(self) -> Obstacles:
        return Obstacles(self.status)

    @cached_property
    def records(self) -> list[GoRecord]:
        """Newest first, without what was known, which only the page of each shows."""
        rows = self.launch.go_records.select_related("by", "withdrawn_by").defer("known")
        return list(rows)

    @property
    def record(self) -> GoRecord | None:
        """The GO that holds."""
        return next((row for row in self.records if row.is_in_force), None)

    @property
    def may_override(self) -> bool:
        return access.may_override_gates(self.user)

    @property
    def may_launch(self) -> bool:
        ahead = not self.launch.launched_at
        return ahead and access.may_launch(self.user, self.launch, self.record is not None)


@require_http_methods(["GET", "HEAD", "POST"])
def go(request: Request, slug: str) -> HttpResponse:
    """Looking is for everybody, recording GO or NO-GO for the lead."""
    page = _page_of(request, visible_launch(request.user, slug))
    if request.method == "POST":
        access.required(page.may_edit)
        return _record(request, page)
    return _go(request, page)


def _record(request: Request, page: GoPage) -> HttpResponse:
    form = GoForm(request.POST, may_override=page.may_override)
    if not form.is_valid():
        return _go(request, page, 422, form=form, seen=request.POST.get("seen"))
    data = form.cleaned_data
    try:
        record = record_go(
            page.launch,
            data["decision"],
            by=request.user,
            now=page.now,
            token=data["seen"],
            note=data["note"],
            override_reason=data.get("override_reason", ""),
        )
    except NotAsShown as difference:
        return _go(request, page, 409, form=form, changes=difference.changes)
    except NotPossible as refusal:
        return _go(request, page, 409, form=form, refused=str(refusal))
    except InTheWay as refusal:
        said = _("%(number)d in the way: solve them, or have an admin override them.") % {
            "number": len(refusal.hurdles.red)
        }
        return _go(request, page, 422, form=form, refused=said)
    except BadSignature:
        return _go(request, page, 422, form=form, refused=STRANGE)
    messages.success(request, _("%(decision)s is recorded.") % {"decision": record.get_decision_display()})
    return redirect(record)


@require_POST
def live(request: Request, slug: str) -> HttpResponse:
    """It is launched: after a GO by the lead, without one by an admin who says why."""
    page = _page_of(request, visible_launch(request.user, slug))
    access.required(access.may_launch(request.user, page.launch, page.record is not None))
    form = LiveForm(request.POST, needs_reason=page.record is None)
    if not form.is_valid():
        return _go(request, page, 422, live_form=form, seen=request.POST.get("seen"))
    data = form.cleaned_data
    try:
        go_live(page.launch, by=request.user, now=page.now, token=data["seen"], reason=data["reason"])
    except NotAsShown as difference:
        return _go(request, page, 409, live_form=form, changes=difference.changes)
    except Conflict as conflict:
        return _go(request, page, 409, live_form=form, refused=str(conflict))
    except BadSignature:
        return _go(request, page, 422, live_form=form, refused=STRANGE)
    messages.success(request, _("%(launch)s is live.") % {"launch": page.launch.name})
    return redirect(page.launch)


def _page_of(request: Request, launch: Launch) -> GoPage:
    return GoPage(launch, request.user, timezone.now(), request.GET)


def _go(
    request: Request, page: GoPage, status: int = 200, seen: str | None = None, **more: Any
) -> HttpResponse:
    """`seen` is what a page said it showed: kept as it is while what was typed is not complete."""
    if status != 200:
        page = _page_of(request, visible_launch(request.user, page.launch.slug))
    context = {
        "page": page,
        "launch": page.launch,
        "status": page.status,
        "hurdles": page.hurdles,
        "form": GoForm(may_override=page.may_override),
        "live_form": LiveForm(needs_reason=page.record is None),
        "seen": seen or token_of(shown_of(page.hurdles)),
    } | more
    return render(request, "launches/go.html", context, status=status)


@require_safe
def record(request: Request, slug: str, pk: int) -> HttpResponse:
    """What was decided, and on what: it prints on a page."""
    return _shown(request, _found(request, slug, pk))


@require_POST
def withdraw(request: Request, slug: str, pk: int) -> HttpResponse:
    found = _found(request, slug, pk)
    access.required(access.may_edit_launch(request.user, found.launch))
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, 422, form=form)
    data = form.cleaned_data
    try:
        found.withdraw(by=request.user, now=timezone.now(), **data)
    except (Conflict, NotPossible) as refusal:
        return _shown(request, _found(request, slug, pk), 409, form=form, refused=str(refusal))
    messages.success(request, _("The GO is withdrawn."))
    return redirect(found)


def _found(request: Request, slug: str, pk: int) -> GoRecord:
    launch = visible_launch(request.user, slug)
    rows = launch.go_records.select_related("by", "withdrawn_by", "launch__region")
    return get_object_or_404(rows, pk=pk)


def _shown(request: Request, found: GoRecord, status: int = 200, **more: Any) -> HttpResponse:
    launch = found.launch
    may = found.is_in_force and not launch.launched_at and access.may_edit_launch(request.user, launch)
    context = {"record": found, "launch": launch, "known": found.known, "may_withdraw": may} | more
    return render(request, "launches/go_record.html", context, status=status)

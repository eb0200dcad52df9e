"""What waits for a decision in one launch: what each request buys, and one answer to several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from launches import access
from launches.models import Blocker, Deferral, NotPossible, Waiver, undo_token
from launches.models.decision import KINDS, UNDECIDED
from launches.pages.change_requests import open_in
from launches.pages.common import LaunchPage, visible_launch
from launches.pages.decision_forms import AnswerForm, AnswersForm
from launches.pages.lists.rows import BlockerRow, rows
from readiness.models import Change, Conflict
from readiness.requests import Request


@dataclass(frozen=True)
class RequestRow:
    """One request, its blocker among all of the launch, and whether this person may decide it."""

    row: BlockerRow
    asked: Waiver | Deferral
    may_decide: bool

    @property
    def blocker(self) -> Blocker:
        return self.row.blocker

    @property
    def until(self) -> Any:
        """The day of its promise, or the one until which it would hold."""
        return self.asked.fill_by if isinstance(self.asked, Deferral) else self.asked.expires_on


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: Request, slug: str) -> HttpResponse:
    """Everything somebody asks for; posting answers what was ticked, all of it or none."""
    launch = visible_launch(request.user, slug)
    page = LaunchPage(launch, request.user, timezone.now(), request.GET)
    if request.method != "POST":
        return _shown(request, page)
    access.required(access.may_edit_launch(request.user, launch))
    form = AnswersForm(request.POST)
    if not form.is_valid():
        return _shown(request, page, form, 422)
    try:
        changes = _answered(_picked(page, form), page, form)
    except (Conflict, NotPossible) as refusal:
        fresh = LaunchPage(launch, request.user, page.now, request.GET)
        return _shown(request, fresh, form, 409, refused=str(refusal))
    approved, refused = _("Approved: %(count)d."), _("Refused: %(count)d.")
    said = approved if form.cleaned_data["answer"] == AnswerForm.APPROVE else refused
    messages.success(request, said % {"count": len(changes)}, extra_tags=undo_token(changes, request.user))
    return redirect("decisions", launch.slug)


def _picked(page: LaunchPage, form: AnswersForm) -> list[RequestRow]:
    """In the order of their blockers' keys, so that two who decide at once never deadlock."""
    by_slug = {row.blocker.slug: row for row in open_requests(page)}
    seen = dict(form.picked)
    if missing := seen.keys() - by_slug.keys():
        names = ", ".join(sorted(missing))
        raise NotPossible(_("Nobody asks for %(names)s any more.") % {"names": names})
    picked = sorted((by_slug[slug] for slug in seen), key=lambda row: row.blocker.pk)
    access.required(all(row.may_decide for row in picked), _("The person who asks never decides."))
    return picked


@transaction.atomic
def _answered(picked: Sequence[RequestRow], page: LaunchPage, form: AnswersForm) -> list[Change]:
    seen, changes = dict(form.picked), []
    told = {"by": page.user, "now": page.now, "note": form.cleaned_data["note"]}
    for row in picked:
        approves = form.cleaned_data["answer"] == AnswerForm.APPROVE
        answer = row.asked.approve if approves else row.asked.refuse
        changes.append(answer(version=seen[row.blocker.slug], **told))
    return changes


def open_requests(page: LaunchPage) -> list[RequestRow]:
    """What is asked for of what is in the way, what buys most days first; two queries beside the status."""
    asked = {
        row.blocker_id: row
        for model in KINDS.values()
        for row in model._default_manager.filter(UNDECIDED, blocker__launch=page.launch)
        .select_related("requested_by", "blocker")
        .order_by("pk")
    }
    waiting = [blocker for blocker in page.status.blocking if blocker.pk in asked]
    return [_row(row, asked[row.blocker.pk], page) for row in rows(waiting, page.status)]


def _row(row: BlockerRow, asked: Waiver | Deferral, page: LaunchPage) -> RequestRow:
    may = access.may_decide(page.user, row.blocker, asked.requested_by_id)
    return RequestRow(row, asked, may)


def _shown(
    request: Request,
    page: LaunchPage,
    form: AnswersForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    waiting: Sequence[RequestRow] = open_requests(page)
    context = {
        "page": page,
        "launch": page.launch,
        "status": page.status,
        "requests": waiting,
        "asked_changes": open_in(page.launch, page.user),
        "form": form or AnswersForm(),
        "picked": {slug for slug, _ in form.picked} if form else set(),
        "may_decide": any(row.may_decide for row in waiting),
    } | more
    return render(request, "launches/decisions.html", context, status=status)

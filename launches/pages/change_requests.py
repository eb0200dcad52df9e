"""One request for what takes two people: who asks, what would be different, and somebody else's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from launches import access
from launches.models import Blocker, Launch, NotPossible, SignOff
from launches.pages.decision_forms import RequestAnswerForm
from launches.pages.fields import people
from readiness.models import (
    Change,
    ChangeRequest,
    Conflict,
    LiveBlocker,
    NeedsApproval,
    NotDecided,
    Readiness,
    Region,
    Requirement,
    User,
)
from readiness.models.approval import live_at
from readiness.models.change_request import launches_of
from readiness.models.people import with_ties
from readiness.requests import Request

NOT_YOURS = gettext_lazy(
    "The person who asks never decides: an admin does, or the person who leads all launches it concerns."
)
SAID = {
    "approve": gettext_lazy("Approved, and done."),
    "refuse": gettext_lazy("Refused: it stays as it is."),
    "withdraw": gettext_lazy("Withdrawn: it stays as it is."),
    "apply": gettext_lazy("Done: nothing stood in the way any more."),
}
# With all that says what stands on them.
_SUBJECTS = [
    Blocker.objects.select_related("launch"),
    Launch.objects.all(),
    Readiness.objects.select_related("region", "integration"),
    Region.objects.prefetch_related("cells__items__requirement"),
    Requirement.objects.select_related("integration").prefetch_related("items"),
    SignOff.objects.select_related("launch"),
]
RELATED = ("requested_by", "decided_by", "content_type")


@dataclass
class AskedRow:
    """One request, as `user` sees it."""

    asked: ChangeRequest
    user: User

    @cached_property
    def subject(self) -> Any:
        return self.asked.subject

    @cached_property
    def stands(self) -> list[LiveBlocker]:
        return self.asked.blockers_in_the_way() if self.asked.is_open else []

    @property
    def may_decide(self) -> bool:
        launches = launches_of(self.stands, self.asked)
        return self.asked.is_open and access.may_approve(self.user, launches, self.asked.requested_by_id)

    @property
    def may_withdraw(self) -> bool:
        return self.asked.is_open and access.may_withdraw(self.user, self.asked.requested_by_id)

    @property
    def is_moot(self) -> bool:
        """Whether nothing stands on it any more: who asked does it alone."""
        return self.asked.is_open and not self.stands

    @property
    def may_apply(self) -> bool:
        return self.is_moot and self.subject is not None and self.asked.requested_by_id == self.user.pk

    @cached_property
    def is_otherwise(self) -> bool:
        """Whether the row is not as it was when this was asked for."""
        row, before = self.subject, self.asked.before
        # A scope is many rows; what was asked keeps their slugs.
        now = {name: row.in_scope() if name == "scope" else _plain(getattr(row, name)) for name in before}
        return bool(now != before)

    @cached_property
    def deciders(self) -> list[User]:
        """Who may approve it: who leads all the launches, and the admins; not who asked."""
        launches = launches_of(self.stands, self.asked)
        able = people().filter(Q(led_launches__in=launches) | Q(is_superuser=True)).distinct()
        asked_by = self.asked.requested_by_id
        return [person for person in with_ties(able) if access.may_approve(person, launches, asked_by)]


def _plain(value: Any) -> Any:
    """As what was asked keeps it: another row by its slug."""
    return getattr(value, "slug", value)


@require_http_methods(["GET", "HEAD", "POST"])
def change_request(request: Request, pk: int) -> HttpResponse:
    """Its page; posting answers it, withdraws it, or does it once nothing stands on it."""
    row = _row(request, pk)
    if request.method != "POST":
        return _shown(request, row)
    access.required(row.may_decide or row.may_withdraw or not row.asked.is_open, str(NOT_YOURS))
    form = RequestAnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, 422, form=form)
    answer = form.cleaned_data["answer"]
    _may(row, answer)
    try:
        _answered(row, form)
    except NeedsApproval as needed:
        return _shown(request, _row(request, pk), 409, refused=str(needed))
    except ValidationError as problems:
        return _shown(request, _row(request, pk), 409, refused=" ".join(problems.messages))
    except (Conflict, NotDecided, NotPossible) as refusal:
        return _shown(request, _row(request, pk), 409, form=form, refused=str(refusal))
    messages.success(request, str(SAID[answer]))
    return redirect("change-request", pk)


def _row(request: Request, pk: int) -> AskedRow:
    found = ChangeRequest.objects.visible_to(request.user).select_related(*RELATED)
    return AskedRow(get_object_or_404(found, pk=pk), request.user)


def _may(row: AskedRow, answer: str) -> None:
    """What has been answered already is for the model to refuse."""
    if row.asked.is_open:
        is_theirs = {"withdraw": row.may_withdraw, "apply": row.asked.requested_by_id == row.user.pk}
        access.required(is_theirs.get(answer, row.may_decide), str(NOT_YOURS))


def _answered(row: AskedRow, form: RequestAnswerForm) -> Change | None:
    data = form.cleaned_data
    told = {"by": row.user, "now": timezone.now(), "version": data["version"]}
    if data["answer"] == "approve":
        return row.asked.approve(**told, seen=data["seen"], note=data["note"])
    if data["answer"] == "refuse":
        return row.asked.refuse(**told, note=data["note"])
    return (
        row.asked.apply(**told, seen=data["seen"])
        if data["answer"] == "apply"
        else row.asked.withdraw(**told)
    )


def _shown(request: Request, row: AskedRow, status: int = 200, **more: Any) -> HttpResponse:
    asked = row.asked
    context = {
        "row": row,
        "asked": asked,
        "blockers": Blocker.objects.filter(pk__in=asked.blockers).select_related(
            "launch", "cell__integration"
        ),
        "form": RequestAnswerForm(),
        "changes": Change.objects.about(asked).select_related("author"),
        "now": timezone.now(),
    } | more
    return render(request, "launches/change_request.html", context, status=status)


def open_in(launch: Launch, user: User) -> list[AskedRow]:
    """What is asked for that concerns `launch`; the number of queries does not grow with it."""
    found = _open().prefetch_related(GenericPrefetch("subject", _SUBJECTS))
    rows = [AskedRow(asked, user) for asked in found if launch.pk in asked.launches]
    for row, stands in zip(rows, live_at([row.asked.at_stake() for row in rows]), strict=True):
        row.stands = stands
    return rows


def open_on(blocker: Blocker) -> list[ChangeRequest]:
    """What is asked for that would take `blocker` away."""
    return [asked for asked in _open() if blocker.pk in asked.blockers]


def open_for(user: User) -> Sequence[ChangeRequest]:
    """What `user` may decide, as far as it was known when it was asked for."""
    return [asked for asked in _open() if access.may_approve(user, asked.launches, asked.requested_by_id)]


def _open() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.open().select_related("requested_by", "content_type")

"""The people, who was asked in, and what an admin says of an account."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from readiness import access
from readiness.accounts import inviting
from readiness.accounts.forms import InvitingForm, PersonForm
from readiness.accounts.inviting import InviteLink
from readiness.accounts.permitting import LastAdmin, permit
from readiness.models import Invitation, User
from readiness.requests import Request

NOT_YOURS = gettext_lazy("Only an admin invites people and decides what they may do.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Request) -> HttpResponse:
    """Posting asks people in; their links are shown this once."""
    if request.method != "POST":
        return _people(request, InvitingForm())
    access.required(access.may_set_up(request.user), str(NOT_YOURS))
    form = InvitingForm(request.POST)
    if not form.is_valid():
        return _people(request, form, status=422)

    invited = inviting.invite(
        form.cleaned_data["emails"],
        form.cleaned_data["teams"],
        by=request.user,
        now=timezone.now(),
        absolute=request.build_absolute_uri,
        form_key=form.cleaned_data["form_key"],
    )
    told = inviting.mail(invited.links, request.user)
    # No redirect: the tokens would have to be kept somewhere on the way.
    return _people(request, InvitingForm(), status=201, invited=invited, told=told)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: Request, pk: int) -> HttpResponse:
    access.required(access.may_set_up(request.user), str(NOT_YOURS))
    row = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return _person(request, row, PersonForm(initial=_said_of(row)))
    form = PersonForm(request.POST)
    if form.is_valid() and row == request.user and not _stays_admin(form):
        form.add_error(None, _("You cannot shut yourself out; another admin can."))
    if not form.is_valid():
        return _person(request, row, form, status=422)
    try:
        permit(row, **form.cleaned_data, by=request.user, now=timezone.now())
    except LastAdmin:
        form.add_error(None, _("Nobody else is an admin any more: make somebody one first."))
        return _person(request, row, form, status=422)
    messages.success(request, _("Saved what %(name)s may do.") % {"name": row.label})
    return redirect("people")


@never_cache
@require_POST
def renew(request: Request, pk: int) -> HttpResponse:
    access.required(access.may_set_up(request.user), str(NOT_YOURS))
    invitation = get_object_or_404(Invitation.objects.select_related("person"), pk=pk)
    token = invitation.renew(by=request.user, now=timezone.now())
    if not token:
        messages.warning(request, _("%(name)s is in already.") % {"name": invitation.person.label})
        return redirect("people")
    links = [InviteLink(invitation.person, inviting.link(token, request.build_absolute_uri))]
    told = inviting.mail(links, request.user)
    return _people(request, InvitingForm(), status=201, invited=inviting.Invited(links), told=told)


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    access.required(access.may_set_up(request.user), str(NOT_YOURS))
    invitation = get_object_or_404(Invitation.objects.select_related("person"), pk=pk)
    if invitation.revoke(by=request.user, now=timezone.now()):
        messages.success(request, _("Revoked. Nobody gets in through that link any more."))
    else:
        messages.warning(request, _("It was taken up or revoked meanwhile."))
    return redirect("people")


def _people(request: Request, form: InvitingForm, status: int = 200, **more: Any) -> HttpResponse:
    rows = User.objects.order_by("first_name", "last_name", "username").prefetch_related("teams")
    now = timezone.now()
    pending = Invitation.objects.pending().select_related("person", "invited_by")
    pending = pending.prefetch_related("person__teams")
    context = {
        "people": rows.select_related("invitation"),
        "pending": [(row, row.is_open(now) and access.invitation_works(row.invited_by)) for row in pending],
        "form": form,
        "may_set_up": access.may_set_up(request.user),
        "now": now,
    }
    return render(request, "readiness/people.html", context | more, status=status)


def _person(request: Request, row: User, form: PersonForm, status: int = 200) -> HttpResponse:
    return render(request, "readiness/person.html", {"person": row, "form": form}, status=status)


def _said_of(row: User) -> dict[str, Any]:
    teams = list(row.teams.values_list("slug", flat=True))
    return {"teams": teams, "is_superuser": row.is_superuser, "is_active": row.is_active}


def _stays_admin(form: PersonForm) -> bool:
    return bool(form.cleaned_data["is_superuser"] and form.cleaned_data["is_active"])

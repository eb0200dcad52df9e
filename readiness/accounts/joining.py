"""How an account begins: the first one of a site, and those that somebody was asked to open."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from readiness import access
from readiness.accounts import first_account
from readiness.accounts.forms import FirstAccountForm, JoiningForm
from readiness.models import Invitation, User
from readiness.web.discreet import discreet


@login_not_required
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, token: str) -> HttpResponse:
    """While nobody has an account, whoever has the link makes one."""
    if not (first_account.is_genuine(token) and first_account.is_needed()):
        return _over(request)
    form = FirstAccountForm(request.POST or None)
    if request.method != "POST":
        return _form(request, "first_account", {"form": form})
    if not form.is_valid():
        return _form(request, "first_account", {"form": form}, 422)

    said = {name: form.cleaned_data[name] for name in ("user_name", "email", "password")}
    person = first_account.opened(**said, now=timezone.now())
    return _signed_in(request, person, "welcome") if person else _over(request)


@login_not_required
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def joining(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever was asked in chooses a password."""
    now = timezone.now()
    invitation = Invitation.objects.of_token(token).first()
    if invitation is None or not invitation.is_open(now):
        return _over(request)
    if not access.invitation_works(invitation.invited_by):
        return _over(request)
    form = JoiningForm(invitation.person, request.POST or None)
    context = {"form": form, "invitation": invitation}
    if request.method != "POST":
        return _form(request, "joining", context)
    if not form.is_valid():
        return _form(request, "joining", context, 422)

    said = {name: form.cleaned_data[name] for name in ("name", "password")}
    person = invitation.accept(**said, now=now)
    return _signed_in(request, person, "home") if person else _over(request)


def _form(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Browsers that send no referrer say no origin either, and a form without one is refused."""
    response = render(request, f"readiness/{name}.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response


def _signed_in(request: HttpRequest, person: User, then: str) -> HttpResponse:
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect(then)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "readiness/link_over.html", status=404)

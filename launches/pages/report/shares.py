"""Links that show a report, or the wall, to people without an account: made, listed, revoked."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from launches import access
from launches.models import Launch, ShareLink
from launches.pages.common import visible_launch
from launches.pages.forms import ShareForm
from readiness.models import User
from readiness.requests import Request

NOT_YOURS = gettext_lazy("Only the launch’s lead shares it, and only an admin shares all of them.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shares(request: Request, slug: str = "") -> HttpResponse:
    """Of one launch, or without a slug of the wall. Posting makes a link, which is shown this once."""
    launch = _shareable(request.user, slug)
    today = timezone.localdate(now := timezone.now())
    if request.method != "POST":
        return _shares(request, launch, ShareForm(today=today), today)
    form = ShareForm(request.POST, today=today)
    if not form.is_valid():
        return _shares(request, launch, form, today, 422)

    expires_on = form.cleaned_data["expires_on"]
    _, token = ShareLink.objects.made(launch, expires_on=expires_on, by=request.user, now=now)
    address = request.build_absolute_uri(reverse("shared", args=[token]))
    # No redirect: the token would have to be kept somewhere on the way.
    return _shares(request, launch, ShareForm(today=today), today, 201, address=address, until=expires_on)


@require_POST
def revoke(request: Request, pk: int, slug: str = "") -> HttpResponse:
    launch = _shareable(request.user, slug)
    link = get_object_or_404(ShareLink.objects.select_related("launch"), pk=pk, launch=launch)
    link.revoke(by=request.user, now=timezone.now())
    messages.success(request, _("Revoked. Nobody can look through that link any more."))
    return redirect(_address(launch))


def _shareable(user: User, slug: str) -> Launch | None:
    launch = visible_launch(user, slug) if slug else None
    access.required(access.may_share(user, launch), str(NOT_YOURS))
    return launch


def _address(launch: Launch | None) -> str:
    return reverse("shares", args=[launch.slug]) if launch else reverse("wall-shares")


def _shares(
    request: Request, launch: Launch | None, form: ShareForm, today: date, status: int = 200, **more: Any
) -> HttpResponse:
    links = ShareLink.objects.filter(launch=launch).select_related("created_by", "launch")
    now = timezone.now()
    makers = {link.created_by_id: link.created_by for link in links}
    works = {key: access.share_link_works(maker, launch) for key, maker in makers.items()}
    rows = [(link, link.why_over(now, may_share=works[link.created_by_id])) for link in links]
    context = {"launch": launch, "here": _address(launch), "form": form, "links": rows, "now": now} | more
    return render(request, "launches/shares.html", context, status=status)

"""Choose the language, signed in or not."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from readiness.language.activation import is_spoken
from readiness.requests import Request

A_YEAR = 365 * 24 * 60 * 60
PLAIN = "text/plain; charset=utf-8"


@login_not_required
@require_POST
def language(request: Request) -> HttpResponse:
    """Kept with the account, and in the browser for the page that asks who one is."""
    chosen = request.POST.get("language", "")
    if not is_spoken(chosen):
        return HttpResponseBadRequest(_("This language is not spoken here."), content_type=PLAIN)
    if request.user.is_authenticated:
        request.user.speaks(chosen)
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=A_YEAR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _back(request: Request) -> str:
    here = request.POST.get("next", "")
    if not here.startswith("/"):
        return "/"
    safe = url_has_allowed_host_and_scheme(here, {request.get_host()}, require_https=request.is_secure())
    return here if safe else "/"

"""Light, dark or as the system has it: kept in a cookie, so that a page comes in the chosen theme."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from readiness.requests import Request
from readiness.site.theme import COOKIE, THEMES

# Browsers keep none for longer.
KEPT_FOR = timedelta(days=400)


@require_POST
def theme(request: Request) -> HttpResponse:
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        return HttpResponseBadRequest(_("There is no such theme."), content_type="text/plain; charset=utf-8")
    there = request.headers.get("Referer", "")
    is_here = url_has_allowed_host_and_scheme(there, {request.get_host()})
    response = HttpResponseRedirect(there if is_here else "/")
    response.set_cookie(
        COOKIE, wanted, KEPT_FOR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
    return response

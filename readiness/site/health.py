"""Whether this process lives, and whether everything behind it works: what probes and `manage.py up` ask."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from readiness.site.brokers.reachable import trouble_with_broker
from readiness.site.liveness import vital_signs

Answer = Callable[[HttpRequest], HttpResponse]


def health_middleware(answer: Answer) -> Answer:
    """Before all others: machines ask under any name, and by address, which is no host of the site's."""

    def answering(request: HttpRequest) -> HttpResponse:
        view = ANSWERED.get(request.path_info)
        return answer(request) if view is None else view(request)

    return answering


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 `ok`: this process answers. That others do not is no reason to end it."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Part by part `ok` or what is wrong; 503 when anything is. `?exclude=checks` leaves a part out."""
    now, left_out = timezone.now(), request.GET.getlist("exclude")
    troubles: dict[str, str] = {}
    for name, look in PARTS.items():
        if name not in left_out:
            troubles[name] = look(now, troubles)
    ready = not any(troubles.values())
    parts = {name: trouble or "ok" for name, trouble in troubles.items()}
    return JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)


def _database(now: datetime, troubles: Mapping[str, str]) -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return UNREACHABLE
    return ""


def _broker(now: datetime, troubles: Mapping[str, str]) -> str:
    return trouble_with_broker()


def _checks(now: datetime, troubles: Mapping[str, str]) -> str:
    """That they are started, and that they complete."""
    # It is not tried twice: that would take twice as long as the pool of connections waits.
    if troubles.get("database"):
        return UNREACHABLE
    try:
        return vital_signs(now).trouble
    except DatabaseError:
        return UNREACHABLE


UNREACHABLE = "the database cannot be reached"
PARTS: dict[str, Callable[[datetime, Mapping[str, str]], str]] = {
    "database": _database,
    "broker": _broker,
    "checks": _checks,
}
ANSWERED: dict[str, Answer] = {"/healthz": healthz, "/readyz": readyz}

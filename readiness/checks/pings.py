"""Where jobs elsewhere tell that they ran. The address is the only credential they need."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from readiness.models.heartbeat import MAX_BODY, Heartbeat, Signal
from readiness.web.body_limits import keeps_of_body

METHODS = ["GET", "HEAD", "POST", "PUT"]


@keeps_of_body(MAX_BODY)
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(METHODS)
def ping(request: HttpRequest, address: uuid.UUID, said: str = "success") -> HttpResponse:
    """`said` is `success`, `start` or `fail`."""
    signal = {"start": Signal.START, "fail": Signal.FAILURE}.get(said, Signal.SUCCESS)
    return _told(request, address, signal)


@keeps_of_body(MAX_BODY)
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(METHODS)
def ping_exit(request: HttpRequest, address: uuid.UUID, code: int) -> HttpResponse:
    """The exit status of the job: 0 is a success."""
    if code > 255:
        return HttpResponse("an exit status is between 0 and 255", status=400, content_type="text/plain")
    return _told(request, address, Signal.FAILURE if code else Signal.SUCCESS, code)


def _told(
    request: HttpRequest, address: uuid.UUID, signal: Signal, exit_code: int | None = None
) -> HttpResponse:
    # Read within bounds, whatever was announced; a job that says more has still ended.
    body = request.read(MAX_BODY).decode(errors="replace") if request.method in ("POST", "PUT") else ""
    news = Heartbeat.objects.told(address, signal, now=timezone.now(), body=body, exit_code=exit_code)
    if news is None:
        return HttpResponse("not found", status=404, content_type="text/plain")
    return HttpResponse("OK" if news else "OK, as said just now", content_type="text/plain")

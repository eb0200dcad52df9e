"""Where outside trackers tell of their issues. Each delivery proves itself; nobody signs in."""

import hashlib
import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from launches.models import Hook
from launches.status.issues import apply_event
from launches.trackers import Delivered, Forged, Tracker, event, verified
from readiness.web.body_limits import takes_body
from readiness.web.nesting import json_of

logger = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024


@takes_body(MAX_BODY)
@csrf_exempt
@login_not_required
@never_cache
@require_POST
def hook(request: HttpRequest, tracker: str) -> HttpResponse:
    """One delivery. Who cannot prove to have the secret changes nothing, and learns nothing."""
    now = timezone.now()
    secrets = settings.TRACKER_SECRETS[tracker]
    if not secrets:
        label, variable = Tracker(tracker).label, f"{tracker.upper()}_WEBHOOK_SECRET"
        return _said(f"{label} is not set up here: {variable} is empty.", 503)
    if request.content_type != "application/json":
        return _said("send application/json", 415)
    body = request.read()
    try:
        delivery = verified(tracker, Delivered(request.headers, body), secrets, now)
    except Forged as why:
        Hook.objects.refused(tracker, now)
        logger.warning("A delivery to /hooks/%s/ was refused: %s.", tracker, why)
        return _said("refused", 401)
    try:
        payload = json_of(body)
    except ValueError:
        return _said("not JSON", 400)
    told = event(tracker, payload)
    if told is None:
        return _said("nothing about an issue", 200)
    return _said(apply_event(told, delivery, hashlib.sha256(body).hexdigest(), now), 200)


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")

"""A launch on one page: to print, to paste, to send."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches import access
from launches.models import Launch
from launches.pages.common import visible_launch
from launches.pages.report.brief import Brief
from launches.pages.report.brief_markdown import markdown
from launches.status import status_of
from readiness.models import User
from readiness.requests import Request


@require_safe
def report(request: Request, slug: str) -> HttpResponse:
    launch = visible_launch(request.user, slug)
    context = {
        "brief": brief_of(launch, request.user, timezone.now()),
        "launch": launch,
        "linked": True,
        "may_share": access.may_share(request.user, launch),
    }
    return render(request, "launches/report.html", context)


@require_safe
def report_markdown(request: Request, slug: str) -> HttpResponse:
    launch = visible_launch(request.user, slug)
    brief = brief_of(launch, request.user, timezone.now())
    address = request.build_absolute_uri(launch.get_absolute_url())
    return HttpResponse(markdown(brief, address), content_type="text/markdown; charset=utf-8")


def brief_of(launch: Launch, user: User, now: datetime) -> Brief:
    return Brief(status_of(launch, user, now), user, now)

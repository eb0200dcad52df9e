"""What a share link shows to whoever has it. The address is the only credential."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import ShareLink
from launches.pages.report.report import brief_of
from launches.pages.report.wall import shown_on_wall
from readiness.web.discreet import discreet


@login_not_required
@discreet
@require_safe
@vary_on_headers("HX-Request")
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """One launch is a report, all of them are the wall, both as the maker of the link sees them."""
    link = ShareLink.objects.of_token(token).first()
    if link is None:
        return render(request, "launches/share_over.html", status=404)
    works = access.share_link_works(link.created_by, link.launch)
    if why := link.why_over(now := timezone.now(), may_share=works):
        return render(request, "launches/share_over.html", {"why": why}, status=410)
    link.used(now)
    if link.launch is None:
        return shown_on_wall(request, link.created_by, is_own=False)
    brief = brief_of(link.launch, link.created_by, now)
    return render(request, "launches/shared.html", {"brief": brief, "launch": link.launch, "link": link})

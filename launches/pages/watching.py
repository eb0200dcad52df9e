"""To hear of something, or not to."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from launches.models import Blocker, Launch, Watch
from launches.pages.common import visible_launch
from readiness.models import User
from readiness.requests import Request


@dataclass(frozen=True)
class Watched:
    """The button that says whether somebody watches this, and changes it."""

    there: Launch | Blocker
    is_on: bool

    @property
    def url(self) -> str:
        return f"{self.there.get_absolute_url()}watch/"

    @property
    def hint(self) -> str:
        if isinstance(self.there, Launch):
            return _("Be told when its date moves, when something is in its way, and when it is signed")
        return _("Be told of comments, decisions and when it is resolved")


def watched(user: User, there: Launch | Blocker) -> Watched:
    return Watched(there, user.pk in Watch.objects.watchers_of([there])[there])


@require_POST
@vary_on_headers("HX-Request")
def watch_launch(request: Request, slug: str) -> HttpResponse:
    return _watch(request, visible_launch(request.user, slug))


@require_POST
@vary_on_headers("HX-Request")
def watch_blocker(request: Request, slug: str, blocker_slug: str) -> HttpResponse:
    rows = Blocker.objects.visible_to(request.user).select_related("launch")
    return _watch(request, get_object_or_404(rows, launch__slug=slug, slug=blocker_slug))


def _watch(request: Request, there: Launch | Blocker) -> HttpResponse:
    """`wanted` is `yes` or `no`: pressed twice it is the same."""
    wanted = {"yes": True, "no": False}.get(request.POST.get("wanted", ""))
    if wanted is None:
        return HttpResponseBadRequest(_("wanted is yes or no"), content_type="text/plain")
    Watch.objects.put(request.user, there, wanted=wanted, now=timezone.now())
    if request.htmx:
        return render(request, "launches/watch.html", {"watch": Watched(there, wanted), "focus": True})
    said = _("You watch %(name)s.") if wanted else _("You no longer watch %(name)s.")
    messages.success(request, said % {"name": there})
    return redirect(there)

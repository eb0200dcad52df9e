"""What a region needs: ticked in the catalogue that comes along, or brought in a sheet."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from launches.models import Draft
from launches.onboarding.inventory import Inventory
from launches.onboarding.starter import Offer, offers
from launches.pages.welcome.integration_import import Bringing, imported
from launches.pages.welcome.welcome import draft_of, onward, said, shown
from readiness.models import Integration
from readiness.requests import Request
from readiness.web.body_limits import WITH_FILE, takes_body


@require_http_methods(["GET", "HEAD", "POST"])
def integrations(request: Request) -> HttpResponse:
    """The buttons beside the search and the groups change the ticks, and save nothing."""
    draft = draft_of(request.user)
    if request.method != "POST":
        before = draft.said("integrations").get("chosen")
        return _choosing(request, draft, _usual() if before is None else before)
    chosen = [slug for slug in dict.fromkeys(request.POST.getlist("chosen")) if slug in offers()]
    if "tick" in request.POST or "untick" in request.POST or "search" in request.POST:
        return _choosing(request, draft, _ticked(request, chosen))
    if "skip" in request.POST:
        return said(request, draft, "integrations", None)
    own = draft.said("integrations").get("own")
    if not (chosen or own or Integration.objects.exists()):
        trouble = _("Tick what the region needs, bring your own, or skip this step.")
        return _choosing(request, draft, chosen, trouble=trouble, status=422)
    Draft.objects.say(request.user, "integrations", {"chosen": chosen}, timezone.now())
    return onward(request.user)


@takes_body(WITH_FILE)
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request) -> HttpResponse:
    """A sheet into the draft, in place of one brought before."""
    draft = draft_of(request.user)

    def keep(inventory: Inventory) -> HttpResponse:
        before = draft.said("integrations")
        kept = {"chosen": before.get("chosen", _usual()), "own": inventory.plan()}
        Draft.objects.say(request.user, "integrations", kept, timezone.now())
        number = len(inventory.found)
        told = ngettext("%(number)s of your own is kept.", "%(number)s of your own are kept.", number)
        messages.success(request, told % {"number": number})
        if inventory.left_out:
            names = ", ".join(inventory.left_out)
            messages.warning(request, _("Columns left out: %(names)s.") % {"names": names})
        return redirect("welcome-integrations")

    return imported(request, Bringing("welcome-import", "welcome-integrations", keep))


def _usual() -> list[str]:
    return [slug for slug, offer in offers().items() if offer.is_must]


def _ticked(request: Request, chosen: list[str]) -> list[str]:
    """`chosen`, with all of a group or of what the search shows added or taken away."""
    scope, untick = request.POST.get("tick", ""), request.POST.get("untick", "")
    meant = {offer.slug for offer in _found(request) if (scope or untick) in ("all", offer.kind)}
    if scope:
        return [slug for slug in offers() if slug in meant or slug in chosen]
    return [slug for slug in chosen if slug not in meant]


def _found(request: Request) -> list[Offer]:
    text = request.POST.get("q", "").strip()[:100]
    return [offer for offer in offers().values() if offer.matches(text)]


def _choosing(
    request: Request, draft: Draft, chosen: Iterable[str], trouble: str = "", status: int = 200
) -> HttpResponse:
    ticked, found = set(chosen), _found(request)
    kinds = dict(Integration.Kind.choices)
    groups = [
        (kind, label, [offer for offer in found if offer.kind == kind]) for kind, label in kinds.items()
    ]
    more = {
        "groups": [group for group in groups if group[2]],
        "chosen": ticked,
        # Ticked, but not among what the search shows.
        "carried": [slug for slug in offers() if slug in ticked - {offer.slug for offer in found}],
        "own": draft.said("integrations").get("own", {}).get("integrations", {}),
        "q": request.POST.get("q", ""),
        "trouble": trouble,
        "offered": len(offers()),
        "there": Integration.objects.count(),
    }
    return shown(request, draft, "integrations", None, status=status, **more)

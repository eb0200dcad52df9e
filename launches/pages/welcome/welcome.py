"""From nothing to a launch, in steps that can be left out, taken back and gone on with on another day."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from launches import access
from launches.models import Draft, Launch
from launches.models.draft import STEPS
from launches.onboarding.beginning import (
    NothingToBegin,
    begin,
    integrations_of,
    region_choices,
    team_choices,
)
from launches.pages.welcome.forms import LaunchForm, PeopleForm, PlaceForm, RegionForm
from launches.plan.problems import LoadRefused
from readiness.access import may_set_up
from readiness.accounts import inviting
from readiness.models import User
from readiness.requests import Request

NOT_YOURS = _later("Only an admin sets up a region and its launch.")
TITLES: dict[str, str | Promise] = {
    "region": _later("The region"),
    "integrations": _later("Its integrations"),
    "launch": _later("The launch"),
    "people": _later("The people"),
}


@dataclass(frozen=True)
class WelcomeStep:
    """One line of the walk."""

    name: str
    title: str | Promise
    state: str
    is_here: bool

    @property
    def url_name(self) -> str:
        return f"welcome-{self.name}"

    @property
    def drawn(self) -> str:
        return {"said": "ready", "skipped": "waived"}.get(
            self.state, "progress" if self.is_here else "unknown"
        )


@never_cache
@require_safe
def welcome(request: Request) -> HttpResponse:
    draft = draft_of(request.user)
    return render(request, "launches/welcome.html", overview(draft))


@require_POST
def start(request: Request) -> HttpResponse:
    """Make all that was said, at once."""
    draft = draft_of(request.user)
    now = timezone.now()
    absolute, form_key = request.build_absolute_uri, request.POST.get("form_key", "")
    try:
        today = timezone.localdate(now)
        begun = begin(request.user, now=now, today=today, absolute=absolute, form_key=form_key)
    except NothingToBegin:
        if links := inviting.invited_by_form(form_key, request.user, absolute):
            return _begun(request, inviting.Invited(links), None)
        messages.warning(request, _("There is nothing to begin with yet."))
        return redirect("welcome")
    except LoadRefused as refused:
        context = overview(draft) | {"problems": refused.problems}
        return render(request, "launches/welcome.html", context, status=422)
    if not (begun.invited.links or begun.invited.already_there):
        return redirect(begun.launch or "home")
    return _begun(request, begun.invited, begun.launch)


def _begun(request: Request, invited: inviting.Invited, launch: Launch | None) -> HttpResponse:
    """No redirect: the tokens would have to be kept somewhere on the way."""
    told = inviting.mail(invited.links, request.user)
    context = {"invited": invited, "told": told, "launch": launch}
    response = render(request, "launches/begun.html", context, status=201)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def undo(request: Request, step: str) -> HttpResponse:
    """Take back what was said in one step."""
    draft = draft_of(request.user)
    if step not in STEPS:
        raise Http404
    Draft.objects.clear(draft.person, step, timezone.now())
    return redirect("welcome")


@require_http_methods(["GET", "HEAD", "POST"])
def region(request: Request) -> HttpResponse:
    draft = draft_of(request.user)
    if request.method == "POST":
        return said(request, draft, "region", RegionForm(request.POST), place_form=PlaceForm())
    place_form = PlaceForm(request.GET if "place" in request.GET else None)
    initial = draft.said("region") | place_form.facts
    return shown(request, draft, "region", RegionForm(initial=initial), place_form=place_form)


@require_http_methods(["GET", "HEAD", "POST"])
def launch(request: Request) -> HttpResponse:
    draft = draft_of(request.user)
    regions, today = region_choices(draft), timezone.localdate()
    if request.method == "POST":
        return said(request, draft, "launch", LaunchForm(regions, today, request.POST))
    initial = {"lead": request.user.username} | draft.said("launch")
    return shown(request, draft, "launch", LaunchForm(regions, today, initial=initial), regions=regions)


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Request) -> HttpResponse:
    draft = draft_of(request.user)
    teams = team_choices(draft)
    if request.method == "POST":
        return said(request, draft, "people", PeopleForm(teams, request.POST))
    before = draft.said("people")
    initial = before | {"emails": "\n".join(before.get("emails", []))}
    return shown(request, draft, "people", PeopleForm(teams, initial=initial))


def draft_of(user: User) -> Draft:
    access.required(may_set_up(user), str(NOT_YOURS))
    return Draft.objects.of(user)


def steps_of(draft: Draft, here: str) -> list[WelcomeStep]:
    return [WelcomeStep(name, TITLES[name], draft.state(name), name == here) for name in STEPS]


def overview(draft: Draft) -> dict[str, Any]:
    plan = integrations_of(draft)
    return {
        "steps": steps_of(draft, draft.next_step or ""),
        "next": f"welcome-{draft.next_step}" if draft.next_step else None,
        "said": {step: draft.said(step) for step in STEPS},
        "target": parse_date(draft.said("launch").get("target", "")),
        "integrations": plan["integrations"],
        "requirements": sum(len(one.get("requirements", {})) for one in plan["integrations"].values()),
        "teams": plan["teams"],
        "may_begin": any(draft.steps.values()),
        "form_key": secrets.token_urlsafe(),
    }


def said(request: Request, draft: Draft, step: str, form: Any, **more: Any) -> HttpResponse:
    """Keep what was said, or that it was skipped, and go on."""
    now = timezone.now()
    if "skip" in request.POST:
        Draft.objects.clear(draft.person, step, now)
        Draft.objects.say(draft.person, step, {}, now)
        return onward(draft.person)
    if not form.is_valid():
        return shown(request, draft, step, form, status=422, **more)
    Draft.objects.say(draft.person, step, getattr(form, "said", form.cleaned_data), now)
    return onward(draft.person)


def onward(person: User) -> HttpResponse:
    following = Draft.objects.of(person).next_step
    return redirect(f"welcome-{following}" if following else "welcome")


def shown(
    request: Request, draft: Draft, step: str, form: Form | None, status: int = 200, **more: Any
) -> HttpResponse:
    number = STEPS.index(step) + 1
    context = {"form": form, "steps": steps_of(draft, step), "title": TITLES[step], "number": number}
    return render(request, f"launches/welcome_{step}.html", context | more, status=status)

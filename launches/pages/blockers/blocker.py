"""One blocker: what is known about it, and the steps it can take."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from launches import access
from launches.models import Blocker, Launch, NotPossible, TrackerLink
from launches.models.transition_table import TRANSITIONS, Transition
from launches.pages.blockers.decision_panel import decision_row
from launches.pages.blockers.dependency_panel import order_of
from launches.pages.blockers.issue_panel import followed_by
from launches.pages.blockers.steps import brings_back, steps_open_to
from launches.pages.blockers.tracker_forms import TrackerForm
from launches.pages.change_requests import open_on
from launches.pages.common import (
    LaunchPage,
    WriteMessage,
    has_launch_behind,
    page_behind,
    saved,
    shown,
    visible_launch,
)
from launches.pages.forms import BlockerForm, RaiseForm, StepForm
from launches.pages.lists.rows import BlockerRow, rows
from launches.status.staleness import (
    made_stale,
    made_stale_by,
    stale_if_it_blocks,
    stale_if_raised,
)
from readiness.access import may_override
from readiness.conflicts import EditConflict
from readiness.form_fields import POINTS
from readiness.forms import again
from readiness.matrix.cells import NO_OVERRIDE
from readiness.matrix.panels import ASKED
from readiness.models import Change, ChangeRequest, Conflict, NeedsApproval, NotDecided, OpenMusts, User
from readiness.requests import Request

_RELATED = (
    *("team", "owner", "raised_by", "cell__integration", "cell__region", "item__requirement"),
    "item__paused_by",
    *("waiver__requested_by", "waiver__approved_by", "deferral__requested_by", "deferral__approved_by"),
)
PANEL = "blocker-panel"
SHOWN = 20
INCOMPLETE = gettext_lazy("Nothing was changed: the form came without the version it was shown with.")
_FACTS = (
    *("title", "description", "violates", "team", "owner", "due", *POINTS),
    *("kind", "severity", "certainty", "spike_by", "labels", "links"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def raised(request: Request, slug: str) -> HttpResponse:
    """Raise one: for the launch's lead it stands at once, for others it is a proposal."""
    now = timezone.now()
    launch = visible_launch(request.user, slug)
    access.required(access.may_raise_blocker(request.user, launch), _("Join a team to raise a blocker."))
    proposes = not access.may_edit_launch(request.user, launch)
    form = RaiseForm(request.POST or None, user=request.user, proposes=proposes)
    if not form.is_valid():
        context = {"launch": launch, "form": form, "proposes": proposes, "criteria": launch.criteria()}
        context |= {"stale_if_blocks": [] if proposes else stale_if_raised(launch)}
        return shown(request, "launches/blocker_new.html", context, 422 if form.is_bound else 200)
    new = _raised(launch, form, by=request.user, now=now, proposed=proposes)
    page = page_behind(request, launch, now)
    said = _("Proposed; the launch’s lead decides.") if proposes else _("It is on the list.")
    response = saved_panel(request, page, new, said, Change.objects.about(new).earliest("pk"))
    if request.htmx:
        # A reload shows what was raised, not the empty form again.
        response["HX-Replace-Url"] = new.get_absolute_url()
    return response


def _raised(launch: Launch, form: RaiseForm, **how: Any) -> Blocker:
    address = form.cleaned_data["tracker"]
    if address is None:
        return Blocker.objects.raised(launch, **form.facts, **how)
    return TrackerLink.objects.raised(launch, address, **form.facts, **how)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def blocker(request: Request, slug: str, blocker_slug: str) -> HttpResponse:
    """Its page; posting to it changes its facts."""
    page = page_behind(request, visible_launch(request.user, slug), timezone.now())
    if request.method != "POST":
        return panel_of(request, page, blocker_slug)
    found = find(page, blocker_slug)
    access.required(access.may_edit_blocker(request.user, found))
    form = BlockerForm(request.POST, user=request.user)
    if not form.is_valid():
        return panel_of(request, page, blocker_slug, 422, form=form)

    try:
        change = found.amend(
            by=request.user, now=page.now, version=form.cleaned_data["version"], **form.facts
        )
    except Conflict as conflict:
        clash = EditConflict.of(form, conflict.current, {name: name for name in _FACTS})
        form = BlockerForm(again(form, conflict.current.version), user=request.user)
        return panel_of(request, page, blocker_slug, 409, form=form, clash=clash)
    except NotPossible as refusal:
        return panel_of(request, page, blocker_slug, 409, form=form, refused=str(refusal))
    return saved_panel(request, page, found, _("Saved."), change)


@require_POST
@vary_on_headers("HX-Request")
def step(request: Request, slug: str, blocker_slug: str, verb: str) -> HttpResponse:
    """Accept, reject, start, resolve, clarify, fill or reopen it."""
    found = _with_launch(request, slug, blocker_slug)
    page = page_behind(request, found.launch, timezone.now())
    chosen = TRANSITIONS[verb]
    access.required(access.may_take(request.user, found, chosen))
    form = StepForm(request.POST, needs_note=chosen.needs_note)
    if not form.is_valid():
        why = form.errors.get("note", [INCOMPLETE])[0]
        return panel_of(request, page, blocker_slug, 422, refused=why)
    data = form.cleaned_data
    taken = {name: data[name] for name in ("version", "note")}
    if data["override_reason"]:
        taken |= _override(request.user, found, chosen, data["override_reason"])

    try:
        change = getattr(found, verb)(by=request.user, now=page.now, **taken)
    except OpenMusts as refusal:
        return _unfilled(request, page, found, form, refusal)
    except NeedsApproval as needed:
        return _ask(request, page, found, needed, form)
    except (Conflict, NotPossible) as refusal:
        return panel_of(
            request, page, blocker_slug, 409, refused=str(refusal), wanted=chosen, note=data["note"]
        )
    if request.htmx.target == PANEL and not has_launch_behind(request):
        return _course(request, slug, found, WriteMessage.of(str(chosen.said), [change], request.user))
    return saved_panel(request, page, found, str(chosen.said), change)


def _override(user: User, found: Blocker, chosen: Transition, reason: str) -> dict[str, str]:
    """For those who may declare what it stands for ready over open items; of the other steps none asks."""
    if chosen.name != "fill" or found.cell is None:
        return {}
    access.required(may_override(user, found.cell), str(NO_OVERRIDE))
    return {"override_reason": reason}


def _ask(
    request: Request, page: LaunchPage, found: Blocker, needed: NeedsApproval, form: StepForm
) -> HttpResponse:
    """It takes two people: the reason to fill it over open items is what it is asked with."""
    why = form.cleaned_data["override_reason"]
    try:
        ChangeRequest.objects.ask(
            needed, by=request.user, now=page.now, reason=why, version=form.cleaned_data["version"]
        )
    except (Conflict, NotDecided) as refusal:
        return panel_of(request, page, found.slug, 409, refused=f"{needed} {refusal}")
    return saved_panel(request, page, found, str(ASKED))


def _unfilled(
    request: Request, page: LaunchPage, found: Blocker, form: StepForm, refusal: OpenMusts
) -> HttpResponse:
    may = found.cell is not None and may_override(request.user, found.cell)
    more = {"open_items": refusal.items, "may_override": may, "step_form": form}
    return panel_of(request, page, found.slug, 409, refused=str(refusal), **more)


def _course(request: Request, slug: str, stepped: Blocker, said: WriteMessage) -> HttpResponse:
    """Only what a step changes: forecasting the launch anew can wait until the answer is there."""
    found, now = _with_launch(request, slug, stepped.slug, *_RELATED), timezone.now()
    context = {
        "lean": True,
        "launch": found.launch,
        "now": now,
        "blocker": found,
        "row": BlockerRow(found, found.launch.region.today(now)),
        "steps": (steps := steps_open_to(request.user, found)),
        "made_stale": made_stale_by([found]) if brings_back(steps) else [],
        "decision": decision_row(LaunchPage(found.launch, request.user, now, request.GET), found),
        "requests": open_on(found) if found.is_live else [],
        "form": access.may_edit_blocker(request.user, found),
        "changes": _history(found),
        "saved": said,
    }
    response = render(request, "launches/blocker.html#course", context)
    return reswap(retarget(response, "#blocker-course"), "outerHTML")


def _with_launch(request: Request, slug: str, blocker_slug: str, *more: str) -> Blocker:
    """One query for both, and for `more`: what a panel shows takes longer to plan than to read."""
    rows = Blocker.objects.visible_to(request.user).select_related("launch__region", "launch__lead", *more)
    return get_object_or_404(rows, launch__slug=slug, slug=blocker_slug)


def _history(found: Blocker) -> QuerySet[Change]:
    return Change.objects.about(found).select_related("author")[:SHOWN]


def saved_panel(
    request: Request, page: LaunchPage, found: Blocker, said: str, change: Change | None = None
) -> HttpResponse:
    told = WriteMessage.of(said, [change], request.user) if change else said
    return saved(request, told, found, lambda said: panel_of(request, page, found.slug, saved=said), page)


def find(page: LaunchPage, slug: str) -> Blocker:
    rows = page.launch.blockers.visible_to(page.user).select_related(*_RELATED)
    return get_object_or_404(rows, slug=slug)


def panel_of(request: Request, page: LaunchPage, slug: str, status: int = 200, **more: Any) -> HttpResponse:
    context = _context(page, find(page, slug)) | more
    return shown(request, "launches/blocker.html", context, status)


def _context(page: LaunchPage, found: Blocker) -> dict[str, Any]:
    user = page.user
    # The one in the status knows how many items are open, and what it waits for.
    judged = next((row for row in page.status.blockers if row.pk == found.pk), found)
    may_edit = access.may_edit_blocker(user, found)
    return {
        "page": page,
        "launch": page.launch,
        "status": page.status,
        "now": page.now,
        "blocker": found,
        "row": rows([judged], page.status)[0],
        "order": order_of(page, found),
        "steps": (steps := steps_open_to(user, found)),
        "made_stale": made_stale(page.status, found) if brings_back(steps) else [],
        "stale_if_blocks": stale_if_it_blocks(page.status, found) if may_edit else [],
        "decision": decision_row(page, found),
        "requests": open_on(found) if found.is_live else [],
        "form": BlockerForm.of(found, user) if may_edit else None,
        "issues": followed_by(found),
        "tracker_form": TrackerForm() if may_edit else None,
        "changes": _history(found),
    }

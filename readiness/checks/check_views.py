"""The automated checks: which fail, and what one has said over time."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, QuerySet, Value, When
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from readiness import access
from readiness.checks import charts, track_record
from readiness.checks.check_status import latencies, rows, turns
from readiness.checks.progress import Progress
from readiness.forms import CheckFilter, SnoozeForm
from readiness.models import Change, Heartbeat, Item, Maintenance, User
from readiness.models.claiming import ItemQuerySet
from readiness.models.daily import KEPT_RUNS
from readiness.requests import Request
from readiness.site.liveness import vital_signs
from readiness.state import WORST_FIRST

ON_ONE_PAGE = 50


@require_safe
def check_list(request: Request) -> HttpResponse:
    now = timezone.now()
    form = CheckFilter(request.GET)
    checks = narrowed(checks_of(request.user), form)
    found = ordered(checks.with_maintenance(now), form, now)
    page = Paginator(found, ON_ONE_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": rows(list(page), now),
        "counts": counts(checks),
        "may_run": access.may_run_checks(request.user),
        "progress": Progress.of(request),
        "vitals": vital_signs(now),
        "now": now,
    }
    return render(request, "readiness/check_list.html", context)


@vary_on_headers("HX-Request")
@require_safe
def check(request: Request, pk: int) -> HttpResponse:
    return shown(request, check_of(request.user, pk))


@require_POST
def check_run(request: Request, pk: int) -> HttpResponse:
    row = check_of(request.user, pk)
    access.required(access.may_run_checks(request.user))
    due = Item.objects.filter(pk=row.pk).run_now(timezone.now())
    stopped = (
        _("It is paused: resume it first.")
        if row.paused
        else _("It is not run: the region does not need this integration.")
    )
    told = _("It is due now, and runs within seconds.") if due else stopped
    if request.htmx:
        return shown(request, check_of(request.user, pk), told)
    messages.success(request, told)
    return redirect("check", row.pk)


@require_POST
def check_pause(request: Request, pk: int) -> HttpResponse:
    """`paused` is `yes` or `no`."""
    row = check_of(request.user, pk)
    access.required(access.may_edit_item(request.user, row))
    paused = {"yes": True, "no": False}.get(request.POST.get("paused", ""))
    if paused is None:
        return HttpResponseBadRequest(_("paused is yes or no"), content_type="text/plain")
    row.pause(paused, by=request.user, now=timezone.now())
    told = _("It is paused, and goes stale until it is resumed.") if paused else _("It runs again.")
    if request.htmx:
        return shown(request, check_of(request.user, pk), told)
    messages.success(request, told)
    return redirect("check", row.pk)


def shown(
    request: Request, row: Item, told: str = "", snooze: SnoozeForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    results = list(row.results.select_related("by")[:KEPT_RUNS])
    record = track_record.on_page(row, now)
    may_edit = access.may_edit_item(request.user, row)
    context = {
        "item": row,
        "ping": ping_of(request, row) if may_edit else "",
        "results": results,
        "bars": charts.bars(results[::-1], charts.ON_PAGE),
        "record": record,
        "latencies": latencies(record),
        "told": told,
        "may_run": access.may_run_checks(request.user),
        "may_edit": may_edit,
        "turns": turns(Change.objects.about(row).filter(after__has_key="state"), now),
        "changes": Change.objects.about(row).exclude(after__has_key="state").select_related("author")[:20],
        "maintenance": Maintenance.objects.over(row).ahead(now),
        "snooze": snooze or SnoozeForm(row.cell.region, now),
        "vitals": vital_signs(now),
        "now": now,
    }
    template = "readiness/check.html#check" if request.htmx else "readiness/check.html"
    return render(request, template, context, status=status)


def ping_of(request: Request, row: Item) -> str:
    """Where the job behind a heartbeat tells that it ran; it is made with the check's first run."""
    heartbeat = Heartbeat.objects.filter(item=row).first() if row.requirement.probe == "heartbeat" else None
    return request.build_absolute_uri(heartbeat.get_absolute_url()) if heartbeat else ""


def checks_of(user: User) -> ItemQuerySet[Item]:
    items = Item.objects.visible_to(user).automated()
    return items.select_related("requirement", "cell__region", "cell__integration__team")


def check_of(user: User, pk: int) -> Item:
    return get_object_or_404(checks_of(user).with_maintenance(timezone.now()), pk=pk)


def narrowed(checks: ItemQuerySet[Item], form: CheckFilter) -> ItemQuerySet[Item]:
    """Those the address asks for; all of them when it makes no sense."""
    if not form.is_valid():
        return checks
    wanted = {
        "cell__region": form.cleaned_data["region"],
        "cell__integration": form.cleaned_data["integration"],
        "requirement__probe": form.cleaned_data["kind"],
        "state": form.cleaned_data["state"],
    }
    return checks.filter(**{field: value for field, value in wanted.items() if value})


def ordered(checks: QuerySet[Item], form: CheckFilter, now: datetime) -> QuerySet[Item]:
    """As the address asks; the worst first when it asks for nothing."""
    if form.cleaned_data.get("sort") == "slowest":
        return checks.order_by(F("latency").desc(nulls_last=True), "pk")
    if form.cleaned_data.get("sort") == "uptime":
        return track_record.least_up_first(checks, now)
    return newest_failing_first(checks)


def newest_failing_first(checks: QuerySet[Item]) -> QuerySet[Item]:
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(WORST_FIRST)]
    return checks.order_by(Case(*ranks), F("since").desc(nulls_last=True), "pk")


def counts(checks: QuerySet[Item]) -> dict[str, int]:
    """How many in each state there are, worst first, states without any left out."""
    found = dict(checks.order_by().values_list("state").annotate(Count("pk")))
    return {state: found[state] for state in WORST_FIRST if state in found}

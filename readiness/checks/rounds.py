"""Run many checks at once, and how far that is."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from readiness import access
from readiness.checks.check_views import check_list, checks_of, narrowed
from readiness.checks.progress import Progress
from readiness.forms import CheckFilter
from readiness.requests import Request


@require_POST
def check_run_all(request: Request) -> HttpResponse:
    """Those that the form's filter finds: of a region, or what the list shows."""
    access.required(access.may_run_checks(request.user))
    form = CheckFilter(request.POST)
    chosen = {name: request.POST[name] for name in form.fields if request.POST.get(name)}
    if not form.is_valid():
        messages.warning(request, _("Nothing was run: there is no such region, kind or state."))
        return redirect("check-list")
    now = timezone.now()
    due = narrowed(checks_of(request.user), form).run_now(now)
    if not due:
        messages.warning(request, _("There is nothing to run: what is paused, or not needed, is left out."))
        return redirect(f"{reverse('check-list')}?{urlencode(chosen)}")
    round_ = {"since": now.isoformat(), "of": due}
    return redirect(f"{reverse('check-list')}?{urlencode({**chosen, **round_})}")


@vary_on_headers("HX-Request")
@require_safe
def check_progress(request: Request) -> HttpResponse:
    """The list, and the line of it that it asks for every two seconds."""
    if not request.htmx:
        return check_list(request)
    progress = Progress.of(request)
    if progress is None:
        return HttpResponse(status=204)
    return render(request, "readiness/progress.html", {"progress": progress})

"""What templates say of launches."""

from datetime import datetime
from typing import NamedTuple

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from launches.blocking import Verdict
from launches.blocking.gaps import Gap, gaps
from launches.models import Blocker
from launches.percentages import percent
from launches.views.lists import ListPage
from launches.views.page import LaunchPage
from readiness.models import Region, User
from readiness.phrase import render

register = template.Library()
register.filter(percent)
register.filter(render)

# The verdict as one of the five states that pages draw.
_DRAWN = {
    Verdict.LAUNCHED: "ready",
    Verdict.READY: "ready",
    Verdict.ON_TRACK: "ready",
    Verdict.AT_RISK: "progress",
    Verdict.OFF_TRACK: "blocked",
}


@register.filter
def verdict_class(verdict: str) -> str:
    return _DRAWN.get(Verdict(verdict), "unknown")


@register.simple_tag
def open_gaps(region: Region, user: User, now: datetime) -> list[Gap]:
    """The promises of the launches of `region` that are not kept yet, the most urgent first."""
    return gaps(region, user, now)


@register.filter
def away(days: int) -> str:
    """How many days, either way: `1 day`, `3 days`."""
    return ngettext("%(count)d day", "%(count)d days", abs(days)) % {"count": abs(days)}


@register.filter
def times(count: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: _("once"), 2: _("twice")}.get(count, _("%(count)d times") % {"count": count})


class Neighbours(NamedTuple):
    """The blockers before and after one on its list; `query` ends their addresses."""

    before: Blocker | None
    after: Blocker | None
    query: str


@register.simple_tag
def beside(page: LaunchPage, blocker: Blocker) -> Neighbours:
    """On the list that the address of the panel tells of: the launch's, or that of all launches."""
    if page.query.get("in") == "all":
        every = ListPage(page.user, page.now, page.query)
        return Neighbours(*every.beside(blocker), every.table_query)
    return Neighbours(*page.beside(blocker), page.filter.query)

"""What templates say of launches."""

from datetime import datetime
from typing import NamedTuple

from django import template

from launches.models import Blocker
from launches.pages.common import LaunchPage
from launches.pages.triage.blocker_list import ListPage
from launches.pages.words import away, times
from launches.percentages import percent
from launches.status import Verdict
from launches.status.gaps import Gap, gaps
from readiness.language.phrase import render
from readiness.models import Region, User

register = template.Library()
register.filter(away)
register.filter(times)
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

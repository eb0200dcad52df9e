"""What templates say of launches."""

from datetime import datetime

from django import template

from launches.blocking import Verdict
from launches.blocking.gaps import Gap, gaps
from launches.blocking.verdict import percent
from readiness.models import Region, User

register = template.Library()
register.filter(percent)

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
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'}"


@register.filter
def times(count: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")

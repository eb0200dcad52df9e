"""What is said about a blocker, and who watches, wherever a page shows it."""

from django import template
from django.utils import timezone

from launches.models import Blocker, Launch
from launches.pages.blockers.comments import Discussion
from launches.pages.watching import Watched, watched
from readiness.requests import Request

register = template.Library()


@register.simple_tag(takes_context=True)
def talk_about(context: template.Context, blocker: Blocker) -> Discussion | None:
    """What the view prepared, or the talk as it is now.

    `None` in the answer to a write: the panel that sent it has the talk already, with what is being typed.
    """
    request: Request = context["request"]
    if "talk" in context:
        prepared: Discussion = context["talk"]
        return prepared
    if request.htmx and request.method != "GET":
        return None
    return Discussion(blocker, request.user, timezone.now())


@register.simple_tag(takes_context=True)
def watch_of(context: template.Context, there: Launch) -> Watched:
    return watched(context["request"].user, there)

"""Who did what moved a date: the team of whoever changed a blocker last, or their name."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType

from launches.models import Blocker, Launch
from readiness.models import Change, Readiness, User

# Which fields in a change make which aspect of a blocker.
_ASPECTS = {
    "estimate": {"estimate", "best", "likely", "worst"},
    "state": {"state"},
    "team": {"team", "team_id"},
}


def change_authors(launch: Launch, since: datetime) -> dict[tuple[str, str], str]:
    """By the slug of a blocker of `launch` and the aspect of it: who changed that last, from `since` on.

    A change of the cell that a blocker stands for is one of the blocker.
    """
    last = dict(_touched(launch, since))
    if not last:
        return {}
    names = {user.pk: _called(user) for user in _with_teams(set(last.values()))}
    found: dict[tuple[str, str], str] = {}
    # What was done to the blocker itself is nearer than what was done to its cell, and comes second.
    for of_blocker in (False, True):
        for slug, key, cell in launch.blockers.values_list("slug", "pk", "cell"):
            for aspect in _ASPECTS:
                where = (of_blocker, key if of_blocker else cell, aspect)
                if where in last:
                    found[slug, aspect] = names[last[where]]
    return found


def freeze_author(launch: Launch, since: datetime) -> str:
    """Who changed the freezes of its region last, from `since` on; nobody when the plan file did."""
    rows = Change.objects.about(launch.region).filter(at__gte=since, verb__startswith="freeze")
    last = rows.order_by("-at", "-pk").first()
    return _called(_with_teams({last.author_id}).get()) if last and last.author_id else ""


def _touched(launch: Launch, since: datetime) -> Iterator[tuple[tuple[bool, int, str], int]]:
    """Whether a blocker (or a cell), its key, and the aspect; and by whom, oldest first."""
    blockers, cells = (ContentType.objects.get_for_model(model) for model in (Blocker, Readiness))
    rows = Change.objects.filter(
        region=launch.region_id, at__gte=since, author__isnull=False, content_type__in=(blockers, cells)
    ).order_by("at", "pk")
    for row in rows.only("author", "content_type", "object_id", "after"):
        for aspect, fields in _ASPECTS.items():
            if fields & row.after.keys():
                yield (row.content_type_id == blockers.pk, row.object_id, aspect), row.author_id or 0


def _with_teams(keys: set[int]) -> Any:
    return User.objects.filter(pk__in=keys).prefetch_related("teams")


def _called(user: User) -> str:
    """The team, where there is just one: what an estimate says is the team's word."""
    teams = list(user.teams.all())
    return teams[0].name if len(teams) == 1 else user.label

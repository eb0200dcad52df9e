"""The launch page as a whole, and how a write answers with what it changed there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from launches.blocking import Standing, standing
from launches.charts import Fan
from launches.forms import BlockerFilter
from launches.models import Blocker, Launch, TargetMove, undo_token
from launches.views.rows import BlockerRow, GateRow, gate_row, rows
from launches.views.seen import History, history_of
from readiness import access
from readiness.models import Change, User
from readiness.requests import Request

# What is over can be many; the newest are on the page.
OVER_SHOWN = 200


def visible_launch(user: User, slug: str) -> Launch:
    found = Launch.objects.visible_to(user).select_related("region", "lead")
    return get_object_or_404(found, slug=slug)


class LaunchPage:
    """What the page of `launch` shows to `user`; `query` holds its filters.

    Everything is read when it is first asked for, so a page made before a write shows what came of it.
    """

    def __init__(self, launch: Launch, user: User, now: datetime, query: QueryDict) -> None:
        self.launch = launch
        self.user = user
        self.now = now
        self.query = query

    @cached_property
    def standing(self) -> Standing:
        return standing(self.launch, self.user, self.now)

    @cached_property
    def history(self) -> History:
        return history_of(self.standing, self.now)

    @cached_property
    def fan(self) -> Fan | None:
        return None if self.launch.launched_at else self.history.fan(self.moves)

    @cached_property
    def filter(self) -> BlockerFilter:
        return BlockerFilter(self.query, teams=_teams(self.standing))

    @cached_property
    def rows(self) -> list[BlockerRow]:
        chosen = [blocker for blocker in self._in_state() if self.filter.keeps(blocker, self.user)]
        return rows(chosen, self.standing)

    def _in_state(self) -> list[Blocker]:
        state = self.filter.state
        if state == "blocking":
            return self.standing.blocking
        if state == Blocker.State.RESOLVED:
            over = self._over().select_related("team", "owner", "cell__integration", "item")
            return list(over.select_related("launch").order_by("-closed_at", "-pk")[:OVER_SHOWN])
        return self.standing.in_state(state)

    def _over(self) -> Any:
        return self.launch.blockers.filter(state__in=Blocker.OVER)

    @cached_property
    def tabs(self) -> list[tuple[str, str, int, bool]]:
        """Address, label, count, and whether it is the one shown."""
        counts = {"blocking": len(self.standing.blocking), Blocker.State.RESOLVED: self._over().count()}
        return [
            (
                self.filter.link(state),
                label,
                counts.get(state, len(self.standing.in_state(state))),
                state == self.filter.state,
            )
            for state, label in BlockerFilter.STATES
        ]

    @cached_property
    def gates(self) -> list[GateRow]:
        return [gate_row(gate, self.standing, self.user) for gate in self.standing.gates]

    @cached_property
    def moves(self) -> list[TargetMove]:
        return list(self.launch.moves.select_related("by"))

    @property
    def may_edit(self) -> bool:
        return access.may_edit_launch(self.user, self.launch)

    @property
    def may_raise(self) -> bool:
        return access.may_raise_blocker(self.user, self.launch)


def _teams(standing: Standing) -> list[tuple[str, str]]:
    return sorted({(blocker.team.slug, blocker.team.name) for blocker in standing.blockers if blocker.team})


def page_behind(request: Request, launch: Launch, now: datetime) -> LaunchPage:
    """The launch page a panel lies on: its filters stay in the address while the panel is open."""
    address = urlsplit(request.htmx.current_url or "")
    return LaunchPage(launch, request.user, now, QueryDict(address.query))


def shown(request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """The page, or for htmx its panel."""
    part = f"{template}#panel" if request.htmx else template
    return render(request, part, dict(context), status=status)


@dataclass(frozen=True)
class Said:
    """What came of a write, in words, and the token that takes it back."""

    text: str
    undo: str

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, text: str, changes: Iterable[Change], by: User) -> "Said":
        return cls(text, undo_token(changes, by))


def saved(
    request: Request,
    said: str | Said,
    there: Launch | Blocker,
    answer: Callable[[str | Said], HttpResponse],
    page: LaunchPage,
) -> HttpResponse:
    """After a write: to where it can be seen; for htmx the new panel, and what is different behind it.

    Without htmx the message on the next page carries the token to undo it as its tag.
    """
    if not request.htmx:
        messages.success(request, str(said), extra_tags=said.undo if isinstance(said, Said) else "")
        return redirect(there)
    return with_changes(request, answer(said), page)


def has_launch_behind(request: Request) -> bool:
    return "Shows-Launch" in request.headers


def with_changes(request: Request, response: HttpResponse, page: LaunchPage) -> HttpResponse:
    """Add to a panel what is different now on the launch page behind it, when there is one."""
    if not has_launch_behind(request):
        return response
    context = {"page": page, "launch": page.launch, "standing": page.standing, "now": page.now, "oob": True}
    response.write(render_to_string("launches/launch.html#changed", context, request))
    return response

"""The launch page as a whole, and how a write answers with what it changed there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from launches import access
from launches.charts import Fan
from launches.models import Blocker, Launch, SavedFilter, TargetMove, undo_token
from launches.pages.forecast_history import ForecastHistory, history_of
from launches.pages.lists.cards import Card, flag_cards, neighbours, state_cards
from launches.pages.lists.filters import BlockerFilter, Viewpoint, choices_of, quiet_since
from launches.pages.lists.rows import BlockerRow, GateRow, gate_row, rows
from launches.pages.lists.table import ListTable, one_group, sorted_into_groups
from launches.pages.lists.tally import tally
from launches.pages.live import stamp
from launches.planning import priced_so_far
from launches.planning.inputs import calendar_of
from launches.status import LaunchStatus, status_of
from readiness.models import Change, User
from readiness.requests import Request

# What is over can be many; the newest are on the page.
OVER_SHOWN = 200
# What a page that draws the order of work listens to.
CHANGED = "dependencies-changed"


def visible_launch(user: User, slug: str) -> Launch:
    found = Launch.objects.visible_to(user).select_related("region", "lead")
    return get_object_or_404(found, slug=slug)


class LaunchPage:
    """What the page of `launch` shows to `user`; `query` holds its filters.

    Unless it is `whole`, what some blockers cost may come later.

    Everything is read when it is first asked for, so a page made before a write shows what came of it.
    """

    def __init__(
        self, launch: Launch, user: User, now: datetime, query: QueryDict, *, whole: bool = True
    ) -> None:
        self.launch = launch
        self.user = user
        self.now = now
        self.query = query
        self.whole = whole

    @cached_property
    def status(self) -> LaunchStatus:
        return status_of(self.launch, self.user, self.now, whole=self.whole)

    @cached_property
    def history(self) -> ForecastHistory:
        return history_of(self.status, self.now)

    @cached_property
    def fan(self) -> Fan | None:
        return None if self.launch.launched_at else self.history.fan(self.moves)

    @cached_property
    def filter(self) -> BlockerFilter:
        blockers = self.status.blockers
        teams = choices_of((row.team.slug, row.team.name) for row in blockers if row.team)
        owners = choices_of((row.owner.username, row.owner.label_as_owner) for row in blockers if row.owner)
        return BlockerFilter(self.query, team=teams, owner=owners)

    @property
    def address(self) -> str:
        return self.launch.get_absolute_url() + self.filter.query

    @property
    def export(self) -> str:
        return reverse("launch-blockers-csv", args=[self.launch.slug]) + self.filter.query

    @cached_property
    def stamp(self) -> str:
        """Taken before the rest is read."""
        address = f"{self.launch.slug}?{self.query.urlencode()}#{priced_so_far(self.launch.pk)}"
        return stamp(self.user, address, self.now, self.launch)

    @cached_property
    def viewpoint(self) -> Viewpoint:
        region, today = self.launch.region, self.launch.region.today(self.now)
        quiet = quiet_since(calendar_of(region, today, today), today)
        return Viewpoint(self.user, today, region.end_of(quiet - timedelta(days=1)))

    @cached_property
    def rows(self) -> list[BlockerRow]:
        """In the order asked for; `table` may show them in groups."""
        return rows(self._chosen(), self.status, self.user)

    @cached_property
    def table(self) -> ListTable:
        by = self.filter.grouped_by
        groups = sorted_into_groups(self.rows, by) if by else one_group(self.rows)
        return ListTable(groups, self.filter.state, self.filter.query, by, selects=self.may_raise)

    def _chosen(self) -> list[Blocker]:
        state = self.filter.state
        narrowed = self.filter.narrowed(self.launch.blockers.visible_to(self.user), self.viewpoint)
        if state == "resolved":
            over = narrowed.select_related("launch", "team", "owner", "cell__integration", "item")
            return list(over.order_by(*self.filter.order)[:OVER_SHOWN])
        found = self.status.blocking if state == "blocking" else self.status.in_state(state)
        by_days = self.filter.sorted_by == "days"
        if by_days and not self.filter.narrows:
            return found
        places = {pk: place for place, pk in enumerate(self._keys(narrowed))}
        kept = [blocker for blocker in found if blocker.pk in places]
        # What each costs is known better here than by the copy in its row.
        return kept if by_days else sorted(kept, key=lambda blocker: places[blocker.pk])

    def _keys(self, narrowed: QuerySet[Blocker]) -> QuerySet[Blocker, int]:
        return narrowed.order_by(*self.filter.order).values_list("pk", flat=True)

    def beside(self, blocker: Blocker) -> tuple[Blocker | None, Blocker | None]:
        """Those before and after it on the list."""
        shown = [row.blocker for row in self.table.rows]
        return neighbours([row.pk for row in shown], shown, blocker.pk)

    @cached_property
    def counts(self) -> dict[str, int]:
        return tally(self.launch.blockers.visible_to(self.user), self.viewpoint)

    @cached_property
    def tabs(self) -> list[Card]:
        return state_cards(self.filter, self.counts)

    @cached_property
    def flags(self) -> list[Card]:
        return flag_cards(self.filter, self.counts)

    @cached_property
    def saved_filters(self) -> list[SavedFilter]:
        return list(SavedFilter.objects.visible_to(self.user).filter(launch=self.launch))

    @cached_property
    def gates(self) -> list[GateRow]:
        return [gate_row(gate, self.status, self.user) for gate in self.status.gates]

    @cached_property
    def moves(self) -> list[TargetMove]:
        return list(self.launch.moves.select_related("by"))

    def context(self) -> dict[str, Any]:
        """What its template is given."""
        return {"page": self, "launch": self.launch, "status": self.status, "now": self.now}

    @property
    def may_edit(self) -> bool:
        return access.may_edit_launch(self.user, self.launch)

    @property
    def may_raise(self) -> bool:
        return access.may_raise_blocker(self.user, self.launch)


def page_behind(request: Request, launch: Launch, now: datetime) -> LaunchPage:
    """The launch page a panel lies on: its filters stay in the address of the panel."""
    own = request.get_full_path() if request.method != "POST" and request.GET else ""
    address = urlsplit(own or request.htmx.current_url or "")
    return LaunchPage(launch, request.user, now, QueryDict(address.query), whole=False)


def shown(request: Request, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """The page, or for htmx its panel."""
    part = f"{template}#panel" if request.htmx else template
    return render(request, part, dict(context), status=status)


@dataclass(frozen=True)
class WriteMessage:
    """What came of a write, in words, and the token that takes it back."""

    text: str
    undo: str

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of(cls, text: str, changes: Iterable[Change], by: User) -> "WriteMessage":
        return cls(text, undo_token(changes, by))


def saved(
    request: Request,
    said: str | WriteMessage,
    there: Launch | Blocker,
    answer: Callable[[str | WriteMessage], HttpResponse],
    page: LaunchPage,
) -> HttpResponse:
    """After a write: to where it can be seen; for htmx the new panel, and what is different behind it.

    Without htmx the message on the next page carries the token to undo it as its tag.
    """
    if not request.htmx:
        messages.success(request, str(said), extra_tags=said.undo if isinstance(said, WriteMessage) else "")
        return redirect(there)
    return with_changes(request, answer(said), page)


def has_launch_behind(request: Request) -> bool:
    return "Shows-Launch" in request.headers


def with_changes(request: Request, response: HttpResponse, page: LaunchPage) -> HttpResponse:
    """Add to a panel what is different now on the launch page behind it, when there is one."""
    if not has_launch_behind(request):
        return response
    context = {**page.context(), "oob": True}
    response.write(render_to_string("launches/launch.html#changed", context, request))
    return response

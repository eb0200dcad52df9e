"""The blockers of all launches, a hundred at a time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Value
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.models import Blocker, Launch, SavedFilter
from launches.pages.lists.cards import Card, flag_cards, neighbours, state_cards
from launches.pages.lists.filters import BlockerFilter, Viewpoint, choices_of, quiet_since, totals
from launches.pages.lists.rows import BlockerRow
from launches.pages.lists.table import ListTable, in_groups, one_group
from launches.pages.lists.tally import tally_of_all
from launches.pages.live import live, stamp
from launches.status import with_checklists
from readiness.models import Team, User
from readiness.requests import Request
from readiness.workdays import working_calendar

ON_ONE_PAGE = 100
PORTION = 500


@require_safe
@vary_on_headers("HX-Request", "Live")
def blocker_list(request: Request) -> HttpResponse:
    page = ListPage(request.user, timezone.now(), request.GET)
    return live(request, page.stamp, "launches/blocker_list.html", "list", page.context)


class ListPage:
    """What the list across launches shows to `user`; `query` holds its filters.

    The order and the page are found by key first: only the rows that are shown are read whole.
    """

    def __init__(self, user: User, now: datetime, query: QueryDict) -> None:
        self.user = user
        self.now = now
        self.query = query

    def context(self) -> dict[str, Any]:
        return {"page": self, "now": self.now}

    @cached_property
    def stamp(self) -> str:
        return stamp(self.user, f"/?{self.query.urlencode()}", self.now)

    @cached_property
    def filter(self) -> BlockerFilter:
        launches = (
            Launch.objects.visible_to(self.user).order_by().values_list("slug", "name", Value("launch"))
        )
        teams = Team.objects.visible_to(self.user).order_by().values_list("slug", "name", Value("team"))
        named = list(launches.union(teams, all=True))
        people = User.objects.filter(is_active=True)
        return BlockerFilter(
            self.query,
            launch=choices_of((slug, name) for slug, name, kind in named if kind == "launch"),
            team=choices_of((slug, name) for slug, name, kind in named if kind == "team"),
            owner=choices_of((person.username, person.label) for person in people),
        )

    @property
    def address(self) -> str:
        number = f"{'&' if self.filter.query else '?'}page={self.place.number}"
        return self.url + self.filter.query + (number if self.place.number > 1 else "")

    @property
    def url(self) -> str:
        return reverse("blocker-list")

    @property
    def export(self) -> str:
        return reverse("blockers-csv") + self.filter.query

    @cached_property
    def viewpoint(self) -> Viewpoint:
        """Regions have their own days and holidays; a list of all of them goes by UTC and plain weeks."""
        today = self.now.astimezone(UTC).date()
        quiet = quiet_since(working_calendar("", today.year - 1), today)
        return Viewpoint(self.user, today, datetime.combine(quiet, time(), UTC))

    @cached_property
    def found(self) -> QuerySet[Blocker]:
        return self.filter.narrowed(Blocker.objects.visible_to(self.user), self.viewpoint)

    @cached_property
    def ordered(self) -> QuerySet[Blocker, int]:
        return self.found.order_by(*self.filter.grouped_order).values_list("pk", flat=True)

    @cached_property
    def place(self) -> Page[int]:
        pages = Paginator(self.ordered, ON_ONE_PAGE)
        if not self.filter.narrows:
            # All of a state are on the list, and they have been counted already.
            pages.count = self.counts[self.filter.state]
        return pages.get_page(self.query.get("page"))

    @cached_property
    def rows(self) -> list[BlockerRow]:
        return self._rows(list(self.place.object_list))

    def _rows(self, keys: Sequence[int]) -> list[BlockerRow]:
        blockers = with_checklists(Blocker.objects.filter(pk__in=keys).select_related("launch"))
        by_key = {blocker.pk: blocker for blocker in blockers}
        longest = max((blocker.days_bought for blocker in blockers), default=0) or 1
        return [self._row(by_key[key], longest) for key in keys if key in by_key]

    def _row(self, blocker: Blocker, longest: int) -> BlockerRow:
        return BlockerRow(
            blocker,
            self.viewpoint.today,
            blocker.days_bought,
            round(100 * blocker.days_bought / longest),
            may_edit=access.may_edit_blocker(self.user, blocker),
        )

    def every_row(self) -> Iterator[BlockerRow]:
        """Of all pages; read in portions, so that ten thousand take no more memory than a hundred."""
        keys = list(self.ordered)
        for first in range(0, len(keys), PORTION):
            yield from self._rows(keys[first : first + PORTION])

    @cached_property
    def table(self) -> ListTable:
        by = self.filter.grouped_by
        groups = in_groups(self.rows, by, totals(self.found, by)) if by else one_group(self.rows)
        return ListTable(
            groups, self.filter.state, self.table_query, by, across=True, selects=self.may_choose
        )

    @property
    def table_query(self) -> str:
        """Ends the address of a blocker opened from here: next and previous are those of this list."""
        return f"{self.filter.link()}&page={self.place.number}&in=all"

    @property
    def may_choose(self) -> bool:
        return self.user.role != "viewer"

    def beside(self, blocker: Blocker) -> tuple[Blocker | None, Blocker | None]:
        """Those before and after it on the list."""
        first = max(self.place.start_index() - 2, 0)
        keys = list(self.ordered[first : self.place.end_index() + 1])
        found = neighbours(keys, keys, blocker.pk)
        rows = Blocker.objects.select_related("launch").in_bulk([key for key in found if key])
        before, after = (rows.get(key) if key else None for key in found)
        return before, after

    @cached_property
    def counts(self) -> dict[str, int]:
        return tally_of_all(self.viewpoint)

    @property
    def tabs(self) -> list[Card]:
        return state_cards(self.filter, self.counts)

    @property
    def flags(self) -> list[Card]:
        return flag_cards(self.filter, self.counts)

    @cached_property
    def saved_filters(self) -> list[SavedFilter]:
        return list(SavedFilter.objects.visible_to(self.user).filter(launch=None))

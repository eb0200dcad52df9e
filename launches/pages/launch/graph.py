"""The order of work of a launch: what waits for what, drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from launches.charts.graph import Drawing, GraphNode, drawing
from launches.models import Blocker
from launches.pages.common import LaunchPage, visible_launch
from launches.pages.lists.rows import BlockerRow, rows
from launches.status import LaunchStatus
from readiness.requests import Request

# Decisive is what decides the date at least half as often as what does so most, and in so many % of futures.
LEAST = 10
LONGEST_NAME = 25
NAMED = 3


@dataclass(frozen=True)
class Box:
    """One blocker of the drawing; `waits` and `holds` are those that are drawn with it."""

    row: BlockerRow
    place: GraphNode
    is_decisive: bool
    waits: list[Blocker]
    holds: list[Blocker]

    @property
    def name(self) -> str:
        """So much of it as fits its box."""
        name = self.row.blocker.short_name
        if len(name) <= LONGEST_NAME:
            return name
        return f"{name[: LONGEST_NAME - 1].rsplit(' ', 1)[0].rstrip(' ,:;')}…"


@dataclass(frozen=True)
class Graph:
    """`boxes` by what they cost, `lines` as (path, whether both its ends are decisive); `free` are those that
    wait for nothing and hold up nothing."""

    drawing: Drawing
    boxes: Sequence[Box]
    lines: Sequence[tuple[str, bool]]
    free: Sequence[BlockerRow]

    @property
    def decisive(self) -> list[Box]:
        """The most frequent first."""
        chosen = [box for box in self.boxes if box.is_decisive]
        return sorted(chosen, key=lambda box: -box.row.critical)[:NAMED]


@require_safe
@vary_on_headers("HX-Request")
def graph(request: Request, slug: str) -> HttpResponse:
    launch = visible_launch(request.user, slug)
    page = LaunchPage(launch, request.user, timezone.now(), request.GET)
    template = "launches/graph.html#graph" if request.htmx else "launches/graph.html"
    context = {"page": page, "launch": launch, "status": page.status, "graph": graph_of(page.status)}
    return render(request, template, context)


def graph_of(status: LaunchStatus) -> Graph:
    """The live blockers of a launch in their order, the costly parts on top."""
    order = [*status.blocking, *(row for row in status.blockers if not row.is_outstanding)]
    live = {blocker.pk: blocker for blocker in order}
    links = [(first, row.pk) for row in order for first in sorted(row.waits_for) if first in live]
    drawn = drawing(links)
    by_key = {row.blocker.pk: row for row in rows(order, status)}
    bar = max(LEAST, max((by_key[key].critical / 2 for key in by_key if key in drawn.places), default=0))
    boxes = {
        key: Box(
            by_key[key],
            drawn.places[key],
            by_key[key].critical >= bar,
            [live[first] for first, then in links if then == key],
            [live[then] for first, then in links if first == key],
        )
        for key in live
        if key in drawn.places
    }
    decisive = {key for key, box in boxes.items() if box.is_decisive}
    lines = [(line.path, {line.first, line.then} <= decisive) for line in drawn.lines]
    free = [row for key, row in by_key.items() if key not in boxes]
    return Graph(drawn, list(boxes.values()), lines, free)

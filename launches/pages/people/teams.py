"""What one team still owes which region, the soonest launch first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from launches.models import Blocker, Launch
from launches.pages.lists.rows import BlockerRow, of_checklist, rows
from launches.pages.lists.table import ListTable, one_group
from launches.status import LaunchStatus, launch_statuses, outdated_since
from readiness.access import may_edit_team
from readiness.models import Readiness, Team
from readiness.requests import Request
from readiness.state import CellState, ItemState, Level


@dataclass(frozen=True)
class CellRow:
    """A cell that is not ready though no blocker stands for it: a nice-to-have, or out of scope."""

    cell: Readiness
    open_count: int
    must_count: int

    @property
    def why(self) -> str:
        return of_checklist(self.open_count, self.must_count)


@dataclass(frozen=True)
class Queue:
    """What the team owes one launch."""

    status: LaunchStatus
    blockers: list[BlockerRow]
    cells: list[CellRow] = field(default_factory=list)

    @property
    def launch(self) -> Launch:
        return self.status.launch

    @property
    def owed(self) -> int:
        return len(self.blockers) + len(self.cells)

    @property
    def table(self) -> ListTable:
        return ListTable(one_group(self.blockers), "blocking")

    @property
    def next_due(self) -> BlockerRow | None:
        dated = [row for row in self.blockers if row.blocker.due]
        return min(dated, key=lambda row: (row.blocker.due, row.blocker.pk), default=None)


@require_safe
def team(request: Request, slug: str) -> HttpResponse:
    now = timezone.now()
    found = get_object_or_404(Team.objects.visible_to(request.user), slug=slug)
    launches = Launch.objects.visible_to(request.user).select_related("region").soonest_first()
    judged = launch_statuses(list(launches), request.user, now, at_once=True)
    queues = _queues(found, judged, _unready(found))
    context = {
        "team": found,
        "queues": [queue for queue in queues if queue.owed],
        "promises": _promises(found, judged),
        "members": found.members.filter(is_active=True).order_by("first_name", "last_name", "username"),
        "is_mine": found.pk in request.user.team_ids,
        "may_edit": may_edit_team(request.user, found),
        "now": now,
        "outdated": outdated_since(judged),
    }
    return render(request, "launches/team.html", context)


def _unready(team: Team) -> list[CellRow]:
    """Its cells not ready in regions with a launch ahead, with how many of their must items are open."""
    must = Q(items__requirement__level=Level.MUST)
    cells: QuerySet[Any] = (
        Readiness.objects.needed()
        .filter(integration__team=team, region__launches__launched_at=None, region__launches__isnull=False)
        .exclude(state=CellState.READY)
        .order_by("importance", "integration__name")
        .select_related("region", "integration")
        .annotate(
            must_count=Count("items", filter=must, distinct=True),
            open_count=Count("items", filter=must & ~Q(items__state=ItemState.PASSED), distinct=True),
        )
    )
    return [CellRow(cell, cell.open_count, cell.must_count) for cell in cells]


def _queues(team: Team, judged: Iterable[LaunchStatus], unready: list[CellRow]) -> list[Queue]:
    """A cell is told once, under the soonest launch of its region, and not when a blocker tells it."""
    queues, told = [], set()
    for status in judged:
        if status.launch.launched_at:
            continue
        mine = [blocker for blocker in status.blocking if blocker.team_id == team.pk]
        told |= {blocker.cell_id for blocker in status.blockers if blocker.is_live}
        cells = [
            row
            for row in unready
            if row.cell.region_id == status.launch.region_id and row.cell.pk not in told
        ]
        told |= {row.cell.pk for row in cells}
        queues.append(Queue(status, rows(mine, status), cells))
    return queues


def _promises(team: Team, judged: Iterable[LaunchStatus]) -> list[BlockerRow]:
    """Its gaps in what is live: what was put off until after the launch."""
    return [
        row
        for status in judged
        if status.launch.launched_at
        for row in rows(status.in_state(Blocker.State.DEFERRED), status)
        if row.blocker.team_id == team.pk
    ]

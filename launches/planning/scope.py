"""How many must-haves a launch had and how many were ready, day by day: its history, taken back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from launches.charts import Counted
from launches.models import Launch
from readiness.models import Change, Readiness
from readiness.state import CellState, Importance

# Half a year is what a launch looks back on.
LOOK_BACK = timedelta(days=182)


class ScopeStep(NamedTuple):
    """What a change tells of a cell, or of the launch."""

    is_cell: bool
    subject: int
    at: datetime
    verb: str
    before: Mapping[str, Any]

    @property
    def counts(self) -> bool:
        told = self.before.keys() & {"state", "importance", "scope", "scope_all"}
        return bool(told) or (self.is_cell and self.verb == "created")


@dataclass
class ScopeCell:
    """`is_there` until its own creation is taken back."""

    name: str
    integration: int
    importance: str
    state: str
    is_there: bool = True


@dataclass
class RegionScope:
    """The cells of the region by key; the launch needs the `chosen` integrations, or `everything`."""

    cells: dict[int, ScopeCell]
    chosen: Collection[int]
    everything: bool

    def musts(self) -> dict[int, ScopeCell]:
        return {key: cell for key, cell in self.cells.items() if self._needs(cell)}

    def _needs(self, cell: ScopeCell) -> bool:
        needed = cell.is_there and cell.importance == Importance.MUST
        return needed and (self.everything or cell.integration in self.chosen)

    def take_back(self, step: ScopeStep) -> None:
        if not step.is_cell:
            self.everything = step.before.get("scope_all", self.everything)
            if "scope" in step.before:
                self.chosen = {row["id"] for row in step.before["scope"] or ()}
        elif cell := self.cells.get(step.subject):
            cell.is_there = step.verb != "created"
            cell.importance = step.before.get("importance", cell.importance)
            cell.state = step.before.get("state", cell.state)


def counted(launch: Launch, now: datetime) -> list[Counted]:
    """The days on which the must-haves of `launch` or how many are ready changed, in order; three queries.

    It begins with the first day that history tells of: what was before that, nobody wrote down.
    """
    scope = _scope_of(launch)
    days: list[Counted] = []
    for day, steps in groupby(_newest_first(launch, now), key=lambda step: launch.region.today(step.at)):
        days.append(_taken_back(scope, day, steps))
    days.reverse()
    if not days:
        return []
    first = days[0]._replace(joined=(), left=())
    return [first, *(seen for before, seen in pairwise(days) if _differs(before, seen))]


def _taken_back(scope: RegionScope, day: date, steps: Iterable[ScopeStep]) -> Counted:
    """What there was on the evening of `day`; leaves `scope` as it was that morning."""
    after = scope.musts()
    ready = [cell for cell in after.values() if cell.state == CellState.READY]
    seen = Counted(day, len(ready), len(after))
    for step in steps:
        scope.take_back(step)
    before = scope.musts()
    return seen._replace(joined=_names(after, before), left=_names(before, after))


def _names(cells: Mapping[int, ScopeCell], others: Mapping[int, ScopeCell]) -> tuple[str, ...]:
    """Of those of `cells` that are not among `others`."""
    return tuple(sorted(cell.name for key, cell in cells.items() if key not in others))


def _differs(before: Counted, seen: Counted) -> bool:
    return bool(seen.scope) or (before.ready, before.total) != (seen.ready, seen.total)


def _scope_of(launch: Launch) -> RegionScope:
    rows = Readiness.objects.filter(region=launch.region_id).order_by("pk")
    cells = {
        key: ScopeCell(name, integration, importance, state)
        for key, name, integration, importance, state in rows.values_list(
            "pk", "integration__name", "integration", "importance", "state"
        )
    }
    return RegionScope(cells, set(launch.scope.values_list("pk", flat=True)), launch.scope_all)


def _newest_first(launch: Launch, now: datetime) -> Iterable[ScopeStep]:
    kinds = ContentType.objects.get_for_models(Readiness, Launch)
    changes = Change.objects.filter(
        Q(content_type=kinds[Readiness]) | Q(content_type=kinds[Launch], object_id=launch.pk),
        region=launch.region_id,
        at__gte=now - LOOK_BACK,
    ).order_by("-at", "-pk")
    for kind, *told in changes.values_list("content_type", "object_id", "at", "verb", "before"):
        step = ScopeStep(kind == kinds[Readiness].pk, *told)
        if step.counts:
            yield step

"""The matrix: cells, their items, and what people said about those. All in bulk, through their verbs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from launches.plan.item_sign_offs import ItemSignOff, put_checks, put_item_sign_offs
from launches.plan.rows import Loading, same
from readiness.models import Change, Declaration, Integration, Item, Origin, Readiness, Region, Requirement
from readiness.models.declaring import DECLARED_READY
from readiness.state import CellState, Level

# Region and integration.
Key = tuple[int, int]
Cells = Mapping[Key, Readiness]
# By cell and requirement.
Items = dict[int, dict[int, Item]]
CHUNK = 2000


@dataclass(slots=True)
class Wanted:
    """What the file says of a cell; `values` only what it says, `sayings` by requirement."""

    values: Mapping[str, Any]
    sayings: Mapping[int, ItemSignOff] = field(default_factory=dict)
    checks: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """The rows and columns that cells of a load are in, by key."""

    regions: Mapping[int, Region]
    integrations: Mapping[int, Integration]
    checklists: Mapping[int, Sequence[Requirement]]

    @classmethod
    def of(cls, regions: Mapping[Any, Region], integrations: Mapping[Any, Integration]) -> "Grid":
        checklists: dict[int, list[Requirement]] = defaultdict(list)
        columns = {row.pk: row for row in integrations.values()}
        for requirement in Requirement.objects.filter(integration__in=columns).order_by("position", "pk"):
            requirement.integration = columns[requirement.integration_id]
            checklists[requirement.integration_id].append(requirement)
        return cls({row.pk: row for row in regions.values()}, columns, checklists)

    def has_musts(self, integration: int) -> bool:
        return any(each.level == Level.MUST for each in self.checklists.get(integration, ()))


def chunks(wanted: Mapping[Key, Wanted]) -> Iterator[dict[Key, Wanted]]:
    """`wanted` by whole regions, so that the cells of a chunk can be found by their regions."""
    by_region: dict[int, dict[Key, Wanted]] = defaultdict(dict)
    for key, cell in wanted.items():
        by_region[key[0]][key] = cell
    chunk: dict[Key, Wanted] = {}
    for cells in by_region.values():
        chunk |= cells
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = {}
    if chunk:
        yield chunk


def put_cells(loading: Loading, grid: Grid, wanted: Mapping[Key, Wanted]) -> None:
    """Write one chunk of cells: those that are new first, then what people said, then how far each is."""
    there = _found(grid, wanted)
    new = {key: _new(loading, grid, key, each) for key, each in wanted.items() if key not in there}
    Readiness.objects.opened(list(new.values()), grid.checklists, loading.author)
    loading.cells |= {cell.pk for cell in new.values()}
    cells = there | new
    items = _items(cells, wanted)
    said = {cells[key].pk: each.sayings for key, each in wanted.items() if each.sayings}
    put_item_sign_offs(loading, items, said)
    put_checks(loading, items, {cells[key].pk: each.checks for key, each in wanted.items() if each.checks})
    changes = [*_put_facts(loading, there, wanted), *_declare(loading, cells, wanted)]
    _report(loading, there, new, changes)


def _found(grid: Grid, wanted: Mapping[Key, Wanted]) -> dict[Key, Readiness]:
    rows = Readiness._base_manager.filter(region__in={key[0] for key in wanted}).order_by("pk")
    cells: dict[Key, Readiness] = {}
    for cell in rows.select_for_update(no_key=True):
        key = cell.region_id, cell.integration_id
        if key in wanted:
            cells[key] = cell
            cell.region, cell.integration = grid.regions[key[0]], grid.integrations[key[1]]
    return cells


def _new(loading: Loading, grid: Grid, key: Key, wanted: Wanted) -> Readiness:
    """What has required items is declared ready once they are there."""
    values = {name: value for name, value in wanted.values.items() if name in _AT_BIRTH}
    state = wanted.values.get("state", CellState.NOT_STARTED)
    if state not in DECLARED_READY or not grid.has_musts(key[1]):
        ready = {CellState.REGRESSED: CellState.READY}
        values |= {"state": ready.get(state, state), **_declared(loading, wanted)}
    return Readiness.told(grid.regions[key[0]], grid.integrations[key[1]], values)


_AT_BIRTH = ("importance", "best", "likely", "worst", "guessed")


def _declared(loading: Loading, wanted: Wanted) -> dict[str, Any]:
    """Who declared a state, and when: whoever loads it, now, unless the file says so."""
    given = {name: wanted.values[name] for name in _BY if name in wanted.values}
    if wanted.values.get("state", CellState.NOT_STARTED) == CellState.NOT_STARTED:
        return given
    return {"declared_by": loading.by, "declared_at": loading.now} | given


_BY = ("declared_by", "declared_at")


def _items(cells: Cells, wanted: Mapping[Key, Wanted]) -> Items:
    """The items, by cell and requirement, of the cells that the file says something about."""
    there = {cells[key].pk: cells[key] for key, each in wanted.items() if each.sayings or each.checks}
    items: Items = defaultdict(dict)
    rows = Item._base_manager.filter(cell__in=there).select_related("requirement__integration", "signed_by")
    for item in rows.order_by("pk").select_for_update(of=("self",), no_key=True):
        item.cell = there[item.cell_id]
        items[item.cell_id][item.requirement_id] = item
    return items


def _put_facts(loading: Loading, there: Cells, wanted: Mapping[Key, Wanted]) -> list[Change]:
    importances, estimates = {}, {}
    for key, cell in there.items():
        values = wanted[key].values
        if values.get("importance", cell.importance) != cell.importance:
            importances[cell.pk] = values["importance"]
        confirms = cell.guessed and values.get("guessed") is False
        said = (values["best"], values["likely"], values["worst"]) if "best" in values else _points(cell)
        if "best" in values and (said != _points(cell) or confirms):
            none = values["best"] is None
            estimates[cell.pk] = None if none else (values["best"], values["likely"], values["worst"])
    cells = Readiness.objects
    return [
        *cells.set_importance(importances, loading.author),
        *cells.set_estimate(estimates, loading.author),
    ]


def _points(cell: Readiness) -> tuple[Any, Any, Any]:
    return cell.best, cell.likely, cell.worst


def _declare(loading: Loading, cells: Cells, wanted: Mapping[Key, Wanted]) -> list[Change]:
    said = {}
    for key, cell in cells.items():
        if declaration := _declaration(loading, cell, wanted[key]):
            said[cell.pk] = declaration
    changes = Readiness.objects.declare(said, loading.author)
    loading.unsure |= {key for key, each in said.items() if each.accepted is not None}
    return changes


def _declaration(loading: Loading, cell: Readiness, wanted: Wanted) -> Declaration | None:
    """What the file says of how far it is, when that is news; what fell back was declared already."""
    state = wanted.values.get("state", cell.state)
    if state == cell.state or (state in DECLARED_READY and cell.state in DECLARED_READY):
        return _correction(cell, wanted)
    declared = _declared(loading, wanted) if "state" in wanted.values else {}
    by, at = declared.get("declared_by", loading.by), declared.get("declared_at", loading.now)
    if state not in DECLARED_READY:
        return Declaration(state, by, at)
    accepted = wanted.values.get("accepted", frozenset() if state == CellState.REGRESSED else None)
    usual = "" if accepted is not None and not accepted else loading.reason
    reason = wanted.values.get("override_reason") or usual
    return Declaration(CellState.READY, by, at, reason, accepted=accepted)


def _correction(cell: Readiness, wanted: Wanted) -> Declaration | None:
    """The same state, of somebody else or another day."""
    at = wanted.values.get("declared_at", cell.declared_at)
    at = cell.declared_at if same(cell.declared_at, at) else at
    person = wanted.values.get("declared_by", cell.declared_by)
    if (person and person.pk, at) == (cell.declared_by_id, cell.declared_at):
        return None
    return Declaration(cell.state, person, at, corrects=True)


def _report(loading: Loading, there: Cells, new: Cells, changes: Iterable[Change]) -> None:
    told: dict[int | None, dict[str, Any]] = defaultdict(dict)
    for change in changes:
        told[change.cell_id] |= change.after
    for cell in new.values():
        loading.report.created("cells", str(cell))
    for cell in there.values():
        if cell.pk in told:
            loading.report.changed("cells", str(cell), list(told[cell.pk]))
            loading.cells.add(cell.pk)
        else:
            loading.report.unchanged("cells")


def follow_items(loading: Loading) -> None:
    """Let the state of each cell whose items changed follow them."""
    unsure = sorted(loading.unsure)
    for start in range(0, len(unsure), CHUNK):
        notes = dict.fromkeys(unsure[start : start + CHUNK], loading.reason)
        author = loading.author
        moved = Readiness.objects.reassess(
            notes, now=author.now, by=author.by, origin=author.origin or Origin.PLAN, settled=author.settled
        )
        loading.cells |= {change.object_id for change in moved}

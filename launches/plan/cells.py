"""The matrix: cells, their items, and what people said about those. All in bulk."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from launches.plan.checklists import new_item
from launches.plan.rows import BATCH, Loading, upsert
from launches.plan.sayings import Saying, put_sayings
from readiness.models import Integration, Item, Readiness, Region, Requirement
from readiness.models.bulk import write_back
from readiness.state import CellState, ItemState, Level, reassessed

# Region and integration.
Key = tuple[int, int]
# By cell and requirement.
Items = dict[int, dict[int, Item]]
CHUNK = 2000
DECLARED_READY = (CellState.READY, CellState.REGRESSED)


@dataclass(slots=True)
class Wanted:
    """What the file says of a cell; `values` only what it says, `sayings` by requirement."""

    values: Mapping[str, Any]
    sayings: Mapping[int, Saying] = field(default_factory=dict)


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
    """Write one chunk of cells."""
    cells = _found_or_new(grid, wanted)
    items = _items(cells, wanted)
    overridden = _overridden(loading, grid, cells, items, wanted)
    values = {key: _values(loading, cells[key], each, key in overridden) for key, each in wanted.items()}
    told = {key: {"accepted": titles} for key, titles in overridden.items()}
    new = [cell for cell in cells.values() if cell.pk is None]
    changed = upsert(loading, "cells", cells, values, told=told)
    loading.cells |= {cell.pk for cell in changed}
    _add_items(loading, grid, new, items)
    said = {cells[key].pk: each.sayings for key, each in wanted.items() if each.sayings}
    put_sayings(loading, items, said)
    _accept([cells[key] for key in overridden])


def _found_or_new(grid: Grid, wanted: Mapping[Key, Wanted]) -> dict[Key, Readiness]:
    rows = Readiness._base_manager.filter(region__in={key[0] for key in wanted})
    found = {(row.region_id, row.integration_id): row for row in rows.order_by("pk").select_for_update()}
    cells: dict[Key, Readiness] = {}
    for key in wanted:
        cells[key] = cell = found.get(key) or Readiness()
        cell.region, cell.integration = grid.regions[key[0]], grid.integrations[key[1]]
    return cells


def _overridden(
    loading: Loading, grid: Grid, cells: Mapping[Key, Readiness], items: Items, wanted: Mapping[Key, Wanted]
) -> dict[Key, list[str]]:
    """The titles of the items that are open in each cell that the file declares ready all the same."""
    opens = {
        key: _open_titles(loading, cell, grid.checklists.get(key[1], ()), items, wanted[key])
        for key, cell in cells.items()
        if _is_news(cell, wanted[key])
    }
    return {key: titles for key, titles in opens.items() if titles}


def _is_news(cell: Readiness, wanted: Wanted) -> bool:
    """Whether the file declares it ready. What fell back was declared already: its items bring it back."""
    ready = wanted.values.get("state") == CellState.READY
    return ready and (cell.pk is None or cell.state not in DECLARED_READY)


def _items(cells: Mapping[Key, Readiness], wanted: Mapping[Key, Wanted]) -> Items:
    """The items, by cell and requirement, of the cells that are there and whose items matter."""
    there = {
        cell.pk: cell
        for key, cell in cells.items()
        if cell.pk is not None and (wanted[key].sayings or _is_news(cell, wanted[key]))
    }
    items: Items = defaultdict(dict)
    rows = Item._base_manager.filter(cell__in=there).select_related("requirement__integration", "signed_by")
    for item in rows.order_by("pk").select_for_update(of=("self",)):
        item.cell = there[item.cell_id]
        items[item.cell_id][item.requirement_id] = item
    return items


def _open_titles(
    loading: Loading, cell: Readiness, checklist: Sequence[Requirement], items: Items, wanted: Wanted
) -> list[str]:
    """The must items that stay open when the file has had its say."""
    known = items.get(cell.pk, {})
    titles = []
    for requirement in (each for each in checklist if each.level == Level.MUST):
        item, said = known.get(requirement.pk), wanted.sayings.get(requirement.pk)
        state = ItemState.UNKNOWN if item is None else item.state
        if (said.state(item, cell.region, loading.now) if said else state) != ItemState.PASSED:
            titles.append(requirement.title)
    return titles


def _values(loading: Loading, cell: Readiness, wanted: Wanted, overridden: bool) -> dict[str, Any]:
    """What to write of the cell: who declared a state belongs to it, and so does what was open then."""
    values = dict(wanted.values)
    if values.get("state") == CellState.READY and cell.pk is not None and cell.state in DECLARED_READY:
        del values["state"]
    if values.get("state", cell.state) == cell.state:
        return values
    values = {"declared_by": loading.by, "declared_at": loading.now} | values
    if overridden:
        values["override_reason"] = loading.reason
    elif cell.pk is not None:
        values |= {"override_reason": "", "accepted": []}
    return values


def _add_items(loading: Loading, grid: Grid, cells: Sequence[Readiness], items: Items) -> None:
    """The whole checklist for each new cell."""
    new = [
        new_item(cell, requirement, loading)
        for cell in cells
        for requirement in grid.checklists.get(cell.integration_id, ())
    ]
    Item._base_manager.bulk_create(new, batch_size=BATCH)
    for item in new:
        items[item.cell_id][item.requirement_id] = item


def _accept(cells: Sequence[Readiness]) -> None:
    """Remember which items were open when these cells were declared ready over them."""
    for cell, keys in open_musts({cell.pk: cell for cell in cells}).items():
        cell.accepted = sorted(keys)
    write_back(cells, ["accepted"])


def open_musts(cells: Mapping[int, Readiness]) -> dict[Readiness, set[int]]:
    """The keys of the must items of each of `cells` (by key) that have not passed."""
    found: dict[Readiness, set[int]] = {cell: set() for cell in cells.values()}
    rows = Item._base_manager.filter(cell__in=cells, requirement__level=Level.MUST)
    for key, cell in rows.exclude(state=ItemState.PASSED).values_list("pk", "cell"):
        found[cells[cell]].add(key)
    return found


def follow_items(loading: Loading) -> None:
    """Let the state of each cell whose items changed follow them, as `Readiness.reassess` does for one."""
    unsure = sorted(loading.unsure)
    for start in range(0, len(unsure), CHUNK):
        rows = Readiness._base_manager.select_related("region", "integration").order_by("pk")
        rows = rows.filter(pk__in=unsure[start : start + CHUNK], state__in=DECLARED_READY)
        cells = {row.pk: row for row in rows.select_for_update(of=("self",))}
        moved = [cell for cell, keys in open_musts(cells).items() if _moved(loading, cell, keys)]
        write_back(moved, ["state", "version"])
        loading.cells |= {cell.pk for cell in moved}
    loading.write_history()


def _moved(loading: Loading, cell: Readiness, open_items: set[int]) -> bool:
    state = reassessed(cell.state, open_items, set(cell.accepted))
    if state == cell.state:
        return False
    before, cell.state = {"state": cell.state}, state
    cell.version += 1
    verb = "regressed" if state == CellState.REGRESSED else "recovered"
    loading.noted(cell, verb, before, {"state": state}, region=cell.region_id, cell=cell.pk)
    return True

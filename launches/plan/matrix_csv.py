"""A readiness matrix into the database: hundreds of thousands of cells, all of them or none."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from launches.plan.asking import ask_for_held_back
from launches.plan.catalogue import rows_by_slug
from launches.plan.cells import Grid, Key, Wanted, chunks, follow_items, put_cells
from launches.plan.load import settle
from launches.plan.report import Report
from launches.plan.rows import Loading, upsert
from launches.plan.slugs import Slugs
from launches.plan.table import Cell, Table, read
from readiness.models import Integration, Region, Team, User

# Told how many cells are written, and of how many.
Progress = Callable[[int, int], None]


def load_matrix(
    lines: Iterable[str],
    name: str,
    now: datetime,
    by: User | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Create what is missing, by slug, and declare each cell. Raises `Refused` before anything is written."""
    table = read(lines, name)
    loading = Loading(name, now, now.date(), by)
    loading.report.notes = table.all_notes()
    with transaction.atomic():
        grid = _put_names(loading, table)
        done = 0
        for chunk in chunks(_wanted(table, grid)):
            put_cells(loading, grid, chunk)
            done += len(chunk)
            progress(done, len(table.cells))
        follow_items(loading)
        settle(loading)
        ask_for_held_back(loading)
        transaction.set_rollback(dry_run)
    return loading.report


def _put_names(loading: Loading, table: Table) -> Grid:
    teams = _rows(loading, Team, "teams", table.teams)
    regions = _rows(loading, Region, "regions", table.regions)
    integrations = rows_by_slug(Integration, table.integrations.names, "team")
    wanted: dict[str, dict[str, Any]] = {}
    for slug, name in table.integrations.names.items():
        kind = Integration.Kind.INFRASTRUCTURE
        wanted[slug] = {"name": name, "kind": kind} if integrations[slug].pk is None else {}
        if slug in table.owners:
            wanted[slug]["team"] = teams[table.owners[slug][0]]
    upsert(loading, "integrations", integrations, wanted)
    return Grid.of(regions, {slug: integrations[slug] for slug in wanted})


def _rows(loading: Loading, model: Any, kind: str, slugs: Slugs) -> dict[str, Any]:
    """The named rows; those that are there keep their names."""
    rows = rows_by_slug(model, slugs.names)
    wanted = {slug: {"name": name} if rows[slug].pk is None else {} for slug, name in slugs.names.items()}
    if wanted:
        upsert(loading, kind, rows, wanted)
    return {slug: rows[slug] for slug in wanted}


def _wanted(table: Table, grid: Grid) -> dict[Key, Wanted]:
    regions = {row.slug: row.pk for row in grid.regions.values()}
    integrations = {row.slug: row.pk for row in grid.integrations.values()}
    said: dict[tuple[str, str], Wanted] = {}
    return {
        (regions[region], integrations[integration]): said.setdefault(cell[1:], _said(cell))
        for (region, integration), cell in table.cells.items()
    }


def _said(cell: Cell) -> Wanted:
    """Few different ones: cells that say the same share it."""
    importance: Mapping[str, str] = {"importance": cell.importance} if cell.importance else {}
    return Wanted({"state": cell.state, **importance})

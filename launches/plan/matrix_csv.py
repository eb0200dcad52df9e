"""A readiness matrix into the database: hundreds of thousands of cells, all of them or none."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from launches.plan.catalogue import rows_by_slug
from launches.plan.cells import Grid, Key, Wanted, chunks, follow_items, put_cells
from launches.plan.change_requests import ask_for_held_back
from launches.plan.load import settle
from launches.plan.report import Report
from launches.plan.rows import Loading, upsert
from launches.plan.slugs import Slugs
from launches.plan.table import MatrixTable, TableCell, read
from launches.plan.table_columns import Columns
from launches.plan.table_gaps import fill_gaps, left_out
from readiness.models import Integration, Readiness, Region, Team, User

# Told how many cells are written, and of how many.
Progress = Callable[[int, int], None]


def load_matrix(
    lines: Iterable[str],
    name: str,
    now: datetime,
    by: User | None = None,
    *,
    columns: Columns | None = None,
    whole: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Create what is missing, by slug, and declare each cell. Raises `Refused` before anything is written.

    `columns` say where what is, for a file whose header does not. A `whole` list says of what it leaves out
    in its regions that it is not there; otherwise that keeps its state, and the report names it.
    """
    table = read(lines, name, columns)
    loading = Loading(name, now, now.date(), by)
    with transaction.atomic():
        left = [] if whole else left_out(table)
        if whole:
            fill_gaps(table)
        loading.report.notes = table.all_notes() + left
        grid = _put_names(loading, table)
        done = 0
        for chunk in chunks(_wanted(table, grid)):
            before = _states(chunk)
            put_cells(loading, grid, chunk)
            loading.report.moves += _moves(before, chunk)
            done += len(chunk)
            progress(done, len(table.cells))
        follow_items(loading)
        settle(loading)
        ask_for_held_back(loading)
        transaction.set_rollback(dry_run)
    return loading.report


def _put_names(loading: Loading, table: MatrixTable) -> Grid:
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


def _wanted(table: MatrixTable, grid: Grid) -> dict[Key, Wanted]:
    regions = {row.slug: row.pk for row in grid.regions.values()}
    integrations = {row.slug: row.pk for row in grid.integrations.values()}
    said: dict[tuple[str, str], Wanted] = {}
    return {
        (regions[region], integrations[integration]): said.setdefault(cell[1:], _said(cell))
        for (region, integration), cell in table.cells.items()
    }


def _said(cell: TableCell) -> Wanted:
    """Few different ones: cells that say the same share it."""
    values = {"state": cell.state, "importance": cell.importance}
    return Wanted({name: value for name, value in values.items() if value})


def _states(wanted: Mapping[Key, Wanted]) -> dict[Key, str]:
    rows = Readiness.objects.filter(region__in={key[0] for key in wanted})
    return {row[:2]: row[2] for row in rows.values_list("region_id", "integration_id", "state")}


def _moves(before: Mapping[Key, str], wanted: Mapping[Key, Wanted]) -> Counter[tuple[str, str]]:
    """From which state to which, and how many cells."""
    after = _states(wanted)
    moves = ((before.get(key, ""), after[key]) for key in wanted)
    return Counter((was, now) for was, now in moves if was != now)

"""What a matrix leaves out of its own regions: named, or taken for not there."""

from collections.abc import Iterator
from itertools import islice, product

from launches.plan.table import MatrixTable, TableCell
from readiness.models import Readiness, Region
from readiness.state import CellState

# More names than these help nobody.
_NAMED = 5


def left_out(table: MatrixTable) -> list[str]:
    """What the database has and the list has not, in the list's regions, and regions that it leaves out."""
    cells = [f"{integration} in {region}" for region, integration in _missing(table)]
    regions = list(Region.objects.exclude(slug__in=table.regions.names).order_by("slug"))
    notes = []
    if cells:
        notes.append(
            f"in the database and not in this list, their state is kept: {_some(cells)}; "
            "--whole says that what is missing is not there"
        )
    if regions:
        notes.append(f"regions that this list says nothing of: {_some([each.slug for each in regions])}")
    return notes


def fill_gaps(table: MatrixTable) -> None:
    """A whole list: what it leaves out is not started, in the database or only in another of its regions."""
    listed = product(table.regions.names, list(table.integrations.names))
    gaps = {key for key in (*listed, *_missing(table)) if key not in table.cells}
    for region, integration in sorted(gaps):
        table.integrations.of(integration)
        table.cells[region, integration] = TableCell(0, CellState.NOT_STARTED.value, "")
    if gaps:
        table.notes.append(f"left out of this list, and so not started: {len(gaps)}")


def _missing(table: MatrixTable) -> Iterator[tuple[str, str]]:
    """By region and integration, as slugs."""
    rows = Readiness.objects.filter(region__slug__in=table.regions.names).order_by("region__slug", "pk")
    for region, integration in rows.values_list("region__slug", "integration__slug"):
        if (region, integration) not in table.cells:
            yield region, integration


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{len(names)} ({', '.join(islice(names, _NAMED))}{more})"

"""The matrix: every integration in every region on one page."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from readiness.matrix.rows import LOOKS, MatrixRow, Tally, cell_fragment, rows, tallies
from readiness.models import Integration, Readiness, Region
from readiness.requests import Request
from readiness.state import CellState

# Not something a name could say: in a page, names are escaped.
ROWS_GO_HERE = SafeString("<!--rows-->")


class Filters(NamedTuple):
    """What the address asks for; empty asks for everything. A word nobody knows matches nothing."""

    team: str
    kind: str
    state: str

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        return cls(query.get("team", ""), query.get("kind", ""), query.get("state", ""))

    def match(self, row: MatrixRow) -> bool:
        return (
            self.team in ("", row.line.team_slug)
            and self.kind in ("", row.line.kind)
            and (not self.state or (self.state in CellState.values and row.has(CellState(self.state))))
        )

    @property
    def look(self) -> str:
        """The class of the cells that were asked for, so that the others step back."""
        return LOOKS[CellState(self.state)] if self.state in CellState.values else ""


class Column(NamedTuple):
    region: Region
    tally: Tally

    @property
    def missing(self) -> int:
        return self.tally.needed - self.tally.ready


class MatrixGroup(NamedTuple):
    """The rows of one kind."""

    label: str
    rows: Sequence[MatrixRow]
    tally: Tally


@require_safe
@vary_on_headers("HX-Request")
def matrix(request: Request) -> HttpResponse:
    regions = list(Region.objects.visible_to(request.user))
    everything = rows(Integration.objects.visible_to(request.user), regions)
    filters = Filters.of(request.GET)
    shown = [row for row in everything if filters.match(row)]
    groups = _groups(shown)
    overall = _columns(regions, everything)
    context = {
        "tally": _tally(everything),
        "behind": max(overall, key=lambda column: column.missing, default=None),
        "columns": _columns(regions, shown),
        "groups": groups,
        "rows_go_here": ROWS_GO_HERE,
        "shown": _tally(shown),
        "filters": filters,
        "filtered": any(filters),
        "teams": _teams(everything),
        "kinds": Integration.Kind.choices,
        "states": [(state.value, state.label, LOOKS[state]) for state in CellState],
    }
    template = "readiness/matrix.html#board" if request.htmx else "readiness/matrix.html"
    return _filled(render(request, template, context), groups)


def _filled(frame: HttpResponse, groups: Sequence[MatrixGroup]) -> HttpResponse:
    """The page with the rows of each group at their place.

    Put in afterwards, because each level of a template copies what is inside it: a megabyte of finished rows,
    a dozen times, is a third of the time of a page.
    """
    first, *rest = frame.content.split(ROWS_GO_HERE.encode())
    pieces = [first]
    for group, after in zip(groups, rest, strict=bool(rest)):
        pieces += [row.html for row in group.rows]
        pieces.append(after)
    frame.content = b"".join(pieces)
    return frame


def _columns(regions: Sequence[Region], shown: Sequence[MatrixRow]) -> list[Column]:
    counts = tallies(shown) or [Tally(0, 0)] * len(regions)
    return [Column(region, tally) for region, tally in zip(regions, counts, strict=True)]


def _groups(shown: Sequence[MatrixRow]) -> list[MatrixGroup]:
    """By kind, in the order in which the kinds are declared; kinds without rows are left out."""
    groups = []
    for kind in Integration.Kind:
        of_kind = [row for row in shown if row.line.kind == kind]
        if of_kind:
            groups.append(MatrixGroup(str(kind.label), of_kind, _tally(of_kind)))
    return groups


def _teams(everything: Iterable[MatrixRow]) -> list[tuple[str | None, str | None]]:
    """Name and slug of each team that owns a row, by name."""
    return sorted({(row.line.team_name, row.line.team_slug) for row in everything if row.line.team_slug})


def _tally(shown: Iterable[MatrixRow]) -> Tally:
    return Tally.of("".join(row.marks for row in shown))


def changed_cell(request: Request, cell: Readiness) -> str:
    """What the answer to a panel carries besides it, so that the matrix behind the panel follows.

    Nothing when no matrix is on the page: static/js/matrix.js says so by a header.
    """
    return cell_fragment(cell) if request.htmx and "Shows-Matrix" in request.headers else ""

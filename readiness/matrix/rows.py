"""The matrix integration × region as rows of finished HTML, each kept until something in it changes.

A row is found again by what it was made from (`_key`), so nothing ever has to be invalidated: a change asks
for another key, and old entries fall out of the cache by themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Sum
from django.db.models.query import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from readiness.models import Integration, Readiness, Region
from readiness.state import CellState, Importance
from readiness.wording import declared_word

# End tags that HTML lets one omit, and no ids: over 12,000 cells that is a third of the page.
ROW = (
    '<tr><th scope="row"><a dir="auto" href="{}">{}</a> <small dir="auto">{}</small><td class="tally">{}{}\n'
)
CELL = '<td><a class="{}" href="{}">{}</a>'
NO_CELL = SafeString("<td>")
CHANGED_CELL = '<a class="{}" href="{address}" hx-swap-oob="outerHTML:.matrix a[href=\'{address}\']">{}</a>'
ABSENT = " "
VERSION = (Count("pk"), Sum("pk"), Sum("version"))


class Face(NamedTuple):
    """How a cell looks: its classes, its word, and one letter to count and filter by without any cell.

    The letter is small for a must-have and a capital for a nice-to-have.
    """

    classes: str
    word: str
    mark: str


class Tally(NamedTuple):
    """Ready and needed must-haves, and how many of the ready ones are so by word only."""

    ready: int
    needed: int
    declared: int = 0

    @classmethod
    def of(cls, marks: str) -> "Tally":
        declared = marks.count(DECLARED)
        ready = marks.count(MARKS[CellState.READY]) + declared
        return cls(ready, sum(map(marks.count, MARKS.values())) + declared, declared)

    def __str__(self) -> str:
        if not self.declared:
            return f"{self.ready}/{self.needed}"
        told = {"ready": self.ready, "needed": self.needed, "declared": self.declared}
        return gettext("%(ready)d/%(needed)d, %(declared)d declared") % told


class MatrixLine(NamedTuple):
    """What a row says besides its cells, and what tells one version of its cells from another."""

    pk: int
    slug: str
    name: str
    kind: str
    team_slug: str | None
    team_name: str | None
    cells: tuple[int, ...]


class MatrixRow(NamedTuple):
    """`html` is encoded already, as a response wants it."""

    line: MatrixLine
    html: bytes
    marks: str

    def has(self, state: CellState) -> bool:
        """Whether one of its cells is needed and in `state`."""
        marks = MARKS[state] + DECLARED * (state == CellState.READY)
        return any(mark in self.marks for mark in marks + marks.upper())


MARKS = {
    CellState.NOT_STARTED: "n",
    CellState.IN_PROGRESS: "p",
    CellState.READY: "r",
    CellState.REGRESSED: "x",
}
# Ready by declaration, over items that are open.
DECLARED = "d"
LOOKS = {
    CellState.NOT_STARTED: "unknown",
    CellState.IN_PROGRESS: "progress",
    CellState.READY: "ready",
    CellState.REGRESSED: "blocked",
}
# How it looks, and what static/js/matrix.js counts it by.
BY_WORD = f"{LOOKS[CellState.IN_PROGRESS]} declared"
Faces = Mapping[tuple[str, str], Face]


def faces() -> Faces:
    """By importance and state, in the language that is spoken now; made anew for each page."""
    unneeded = Face("unneeded", str(Importance.NOT_NEEDED.label), "-")
    nice = gettext("%(state)s, nice to have")
    return {
        **{(Importance.MUST, s): Face(LOOKS[s], str(s.label), MARKS[s]) for s in CellState},
        **{
            (Importance.NICE, s): Face(f"{LOOKS[s]} nice", nice % {"state": s.label}, MARKS[s].upper())
            for s in CellState
        },
        **{(Importance.NOT_NEEDED, s): unneeded for s in CellState},
    }


def face_of(looks: Faces, importance: str, state: str, declared_over: int, unseen: int) -> Face:
    """That of its state, unless it is ready by word only, over items of which `unseen` were never checked."""
    face = looks[importance, state]
    if state != CellState.READY or not declared_over or importance == Importance.NOT_NEEDED:
        return face
    is_must, word = importance == Importance.MUST, declared_word(declared_over, unseen)
    if is_must:
        return Face(BY_WORD, word, DECLARED)
    nice = gettext("%(state)s, nice to have") % {"state": word}
    return Face(f"{BY_WORD} nice", nice, DECLARED.upper())


def rows(integrations: QuerySet[Integration], regions: Sequence[Region]) -> list[MatrixRow]:
    """One row for each of `integrations`, with a cell for each of `regions`, in their order.

    Two queries whatever the size, and a third for the cells of rows that are not in the cache. Not for use in
    a transaction that may be rolled back: the cache would keep what never happened.
    """
    lines = _lines(integrations)
    looks = faces()
    columns = _digest(MARKUP, get_language(), looks, *((region.pk, region.slug) for region in regions))
    keys = {line.pk: _key(line, columns) for line in lines}
    known = cache.get_many(keys.values())
    missing = [line for line in lines if keys[line.pk] not in known]
    if missing:
        fresh = {keys[row.line.pk]: (row.html, row.marks) for row in _rendered(missing, regions, looks)}
        cache.set_many(fresh)
        known |= fresh
    return [MatrixRow(line, *known[keys[line.pk]]) for line in lines]


def tallies(rows: Iterable[MatrixRow]) -> list[Tally]:
    """For each column, the ready and needed must-haves in `rows`; empty without rows."""
    return [Tally.of("".join(column)) for column in zip(*(row.marks for row in rows), strict=True)]


def cell_fragment(cell: Readiness) -> SafeString:
    """The changed cell alone, for htmx to put in its place in the matrix when that is on the page."""
    face = face_of(faces(), cell.importance, cell.state, cell.declared_over, cell.unseen)
    return format_html(CHANGED_CELL, face.classes, face.word, address=cell.get_absolute_url())


def _lines(integrations: QuerySet[Integration]) -> list[MatrixLine]:
    # Apart, because both together cannot be answered from an index alone: 2 ms against 11 for 12,000 cells.
    sums = Readiness.objects.order_by().values_list("integration").annotate(*VERSION)
    versions = {integration: tuple(version) for integration, *version in sums}
    lines = integrations.values_list("pk", "slug", "name", "kind", "team__slug", "team__name")
    return [MatrixLine(*values, versions.get(values[0], ())) for values in lines]


def _key(line: MatrixLine, columns: str) -> str:
    """Two rows with the same key look the same.

    What `line` says itself is in the key. Its cells are, by count, sum of ids and sum of versions: ids and
    versions only grow. Were as many cells made as deleted, the newer ids would raise the sum of ids, so with
    both equal the cells are the same ones; and then none can have a newer version when the sum is the same.
    """
    return "matrix:" + _digest(columns, *line)


def _digest(*parts: object) -> str:
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()


# A shared cache outlives a release: one with other markup must not find the rows of the last one.
MARKUP = _digest(ROW, CELL, NO_CELL, DECLARED, BY_WORD)


def _rendered(lines: Sequence[MatrixLine], regions: Sequence[Region], looks: Faces) -> list[MatrixRow]:
    cells = _cells(lines, looks)
    addresses = _Addresses()
    return [_row(line, regions, cells, addresses) for line in lines]


def _cells(lines: Sequence[MatrixLine], looks: Faces) -> dict[tuple[int, int], Face]:
    """The face of each cell, by the ids of its integration and region."""
    cells = Readiness.objects.filter(integration__in=[line.pk for line in lines])
    return {
        (integration, region): face_of(looks, importance, state, len(accepted), unseen)
        for integration, region, importance, state, accepted, unseen in cells.values_list(
            "integration", "region", "importance", "state", "accepted", "unseen"
        )
    }


class _Addresses:
    """Addresses of cells by substitution: resolving 12,000 of them would take longer than all the rest."""

    def __init__(self) -> None:
        pattern = reverse("cell", args=["_region_", "_integration_"])
        self._before, rest = pattern.split("_region_")
        self._between, self._after = rest.split("_integration_")

    def of(self, region: str, integration: str) -> str:
        return f"{self._before}{region}{self._between}{integration}{self._after}"


def _row(
    line: MatrixLine, regions: Sequence[Region], cells: dict[tuple[int, int], Face], addresses: _Addresses
) -> MatrixRow:
    faces = [(region, cells.get((line.pk, region.pk))) for region in regions]
    marks = "".join(face.mark if face else ABSENT for _, face in faces)
    parts = [
        format_html(CELL, face.classes, addresses.of(region.slug, line.slug), face.word) if face else NO_CELL
        for region, face in faces
    ]
    address = reverse("integration", args=[line.slug])
    row = format_html_join("", "{}", ((part,) for part in parts))
    html = format_html(ROW, address, line.name, line.team_name or gettext("no team"), Tally.of(marks), row)
    return MatrixRow(line, html.encode(), marks)

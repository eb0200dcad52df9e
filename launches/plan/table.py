"""A plain readiness matrix as CSV: a cell per row, in columns that a header or the caller names."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from launches.plan.document import UNSTORABLE
from launches.plan.problems import SHOWN, LoadRefused, Problem, listed, shown
from launches.plan.slugs import Slugs
from launches.plan.table_columns import (
    IMPORTANCES,
    NOT_SAID,
    REQUIRED,
    STATES,
    Columns,
    UnknownColumns,
    guessed,
    not_understood,
)
from readiness.models.declaring import DECLARABLE
from readiness.sheets.encoding import SAMPLE, delimiter_of
from readiness.sheets.words import plain
from readiness.sheets.writing import FORMULA
from readiness.state import CellState, Importance

LONGEST = 100
_DECLARABLE = tuple(state.value for state in DECLARABLE)


class TableCell(NamedTuple):
    """`state` and `importance` are empty where the row says nothing of them."""

    line: int
    state: str
    importance: str


@dataclass
class MatrixTable:
    """What the file says; `cells` by region and integration, the last row of each cell. Slugs throughout."""

    regions: Slugs = field(default_factory=lambda: Slugs("regions"))
    integrations: Slugs = field(default_factory=lambda: Slugs("integrations"))
    teams: Slugs = field(default_factory=lambda: Slugs("teams"))
    cells: dict[tuple[str, str], TableCell] = field(default_factory=dict)
    owners: dict[str, tuple[str, int]] = field(default_factory=dict)
    repeated: int = 0
    stateless: int = 0
    conflicting: int = 0
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def conflict(self, text: str) -> None:
        self.conflicting += 1
        if len(self.conflicts) < 10:
            self.conflicts.append(text)

    def all_notes(self) -> list[str]:
        notes = [*self.notes]
        if self.repeated:
            notes.append(f"{self.repeated} rows repeat a cell; the last one counts")
        if self.stateless == 1:
            notes.append("1 row says no state; its cell keeps the one it has")
        elif self.stateless:
            notes.append(f"{self.stateless} rows say no state; their cells keep the ones they have")
        notes += self.conflicts
        if self.conflicting > len(self.conflicts):
            notes.append(f"… and {self.conflicting - len(self.conflicts)} more rows that say something else")
        return notes + self.regions.notes() + self.integrations.notes() + self.teams.notes()


def read(lines: Iterable[str], name: str, columns: Columns | None = None) -> MatrixTable:
    """Stream the rows; `columns` say where what is, else the header. Raises `Refused` with every bad row."""
    reading = _TableReader(name, columns)
    try:
        reading.all(iter(lines))
    except csv.Error as error:
        reading.wrong(reading.line + 1, "", f"expected CSV, got a mistake in it: {error}")
    except UnicodeDecodeError:
        reading.wrong(reading.line + 1, "", "expected text, got other bytes near here")
    if reading.problems:
        raise LoadRefused(name, reading.problems)
    return reading.table


@dataclass
class _TableReader:
    name: str
    columns: Columns | None = None
    table: MatrixTable = field(default_factory=MatrixTable)
    problems: list[Problem] = field(default_factory=list)
    rows: Iterator[list[str]] = field(default_factory=lambda: iter(()))
    line: int = 0
    before: int = 0
    at: Mapping[str, int] = field(default_factory=dict)

    def wrong(self, line: int, key: str, text: str) -> None:
        self.problems.append(Problem(line, key, text))
        if len(self.problems) > 20 * SHOWN:
            raise LoadRefused(self.name, self.problems)

    def all(self, lines: Iterator[str]) -> None:
        sample = list(islice(self._lines(lines), SAMPLE))
        if not sample:
            self.wrong(1, "", "expected rows of region and integration, got nothing")
            return
        delimiter = delimiter_of("".join(sample))
        reader = csv.reader(chain(sample, lines), delimiter=delimiter, strict=True)
        for row in reader:
            self.line = self.before + reader.line_num
            if any(value.strip() for value in row):
                self.row([_unguarded(value.strip()) for value in row])

    def _lines(self, lines: Iterator[str]) -> Iterator[str]:
        """From the first that says something; a byte-order mark says nothing."""
        for line in lines:
            text = line.removeprefix("\ufeff")
            if text.strip().strip(",;|\t"):
                yield text
                break
            self.before += 1
        yield from lines

    def row(self, row: list[str]) -> None:
        if self.at:
            self.cell(row)
            return
        self.at = self.header(row)
        if self.columns is not None and not self.columns.has_header:
            self.cell(row)

    def header(self, row: list[str]) -> Mapping[str, int]:
        """Where each column is. What is not understood is refused: a guess could turn a *no* into *ready*."""
        try:
            at = guessed(row) if self.columns is None else self.columns.among(row)
        except UnknownColumns as problem:
            raise self._refused(str(problem)) from problem
        if any(column not in at for column in REQUIRED):
            raise self._refused(not_understood(row))
        if self.columns is None or self.columns.has_header:
            self._check_others(row, at)
        if "state" not in at:
            self.table.notes.append("no column says a state: every row counts as ready")
        return at

    def _check_others(self, row: list[str], at: Mapping[str, int]) -> None:
        others = [name for place, name in enumerate(row) if place not in at.values()]
        names = {plain(row[place]) for place in at.values()}
        if any(name and plain(name) in names for name in others):
            raise self._refused(f"expected each column once, got {', '.join(row)}")
        if any(others) and "state" not in at and self.columns is None:
            raise self._refused(not_understood(row, state=True))
        if others:
            self.table.notes.append(f"columns ignored: {', '.join(name or '(no name)' for name in others)}")

    def _refused(self, text: str) -> LoadRefused:
        return LoadRefused(self.name, [Problem(self.line, "", text)])

    def cell(self, row: list[str]) -> None:
        values = {name: row[place] if place < len(row) else "" for name, place in self.at.items()}
        if not all(self._is_named(column, values[column]) for column in REQUIRED):
            return
        state = self._state(values["state"]) if "state" in values else CellState.READY.value
        importance = self._word("importance", values.get("importance", ""), IMPORTANCES, Importance)
        key = self.table.regions.of(values["region"]), self.table.integrations.of(values["integration"])
        self._owner(key[1], values.get("team", ""))
        self._keep(key, TableCell(self.line, state, importance))

    def _is_named(self, column: str, name: str) -> bool:
        if UNSTORABLE.search(name):
            self.wrong(self.line, column, "expected text, got a character that cannot be stored")
            return False
        if not name or len(name) > LONGEST:
            got = shown(name) if name else "nothing"
            self.wrong(self.line, column, f"expected a name of at most {LONGEST} characters, got {got}")
            return False
        return True

    def _state(self, text: str) -> str:
        if plain(text) in NOT_SAID and text not in STATES:
            self.table.stateless += 1
            return ""
        return self._word("state", text, STATES, _DECLARABLE)

    def _word(self, column: str, text: str, words: Mapping[str, str], known: Iterable[str]) -> str:
        if not text:
            return ""
        word = words.get(plain(text) or text, "")
        if not word:
            self.wrong(self.line, column, f"expected {listed(list(known))}, got {shown(text)}")
        return word

    def _owner(self, integration: str, team: str) -> None:
        if not team or not self._is_named("team", team):
            return
        slug = self.table.teams.of(team)
        before = self.table.owners.get(integration, (slug, self.line))
        if before[0] != slug:
            self.table.conflict(
                f"{self.name}:{self.line}: {integration} belongs to {slug}, line {before[1]} said {before[0]}"
            )
        self.table.owners[integration] = slug, self.line

    def _keep(self, key: tuple[str, str], cell: TableCell) -> None:
        before = self.table.cells.get(key)
        if before is not None:
            self.table.repeated += 1
            if before[1:] != cell[1:]:
                said = f"line {before.line} said {_said(before)}"
                self.table.conflict(f"{self.name}:{cell.line}: {key[1]} in {key[0]} is {_said(cell)}, {said}")
        self.table.cells[key] = cell


def _said(cell: TableCell) -> str:
    return ", ".join(word for word in cell[1:] if word) or "not said"


def _unguarded(value: str) -> str:
    """Without the mark that keeps a spreadsheet from taking a text for a formula."""
    return value[1:] if value.startswith("'") and value[1:].lstrip(" ").startswith(FORMULA) else value

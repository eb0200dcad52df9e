"""A plain readiness matrix as CSV: a cell per row, by the columns' names or by their places."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from launches.plan.problems import SHOWN, Problem, Refused, listed, nearest, shown
from launches.plan.slugs import Slugs
from readiness.models.declaring import DECLARABLE
from readiness.state import CellState, Importance

COLUMNS = ("region", "integration", "state", "importance", "team")
STATES = {state.value: state.value for state in DECLARABLE}
IMPORTANCES = {importance.value: importance.value for importance in Importance}
LONGEST = 100


class Cell(NamedTuple):
    line: int
    state: str
    importance: str


@dataclass
class Table:
    """What the file says; `cells` by region and integration, the last row of each cell. Slugs throughout."""

    regions: Slugs = field(default_factory=lambda: Slugs("regions"))
    integrations: Slugs = field(default_factory=lambda: Slugs("integrations"))
    teams: Slugs = field(default_factory=lambda: Slugs("teams"))
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    owners: dict[str, tuple[str, int]] = field(default_factory=dict)
    repeated: int = 0
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
        notes += self.conflicts
        if self.conflicting > len(self.conflicts):
            notes.append(f"… and {self.conflicting - len(self.conflicts)} more rows that say something else")
        return notes + self.regions.notes() + self.integrations.notes() + self.teams.notes()


def read(lines: Iterable[str], name: str) -> Table:
    """Stream the rows. Raises `Refused` with every bad row."""
    reading = _Reading(name)
    try:
        reading.all(iter(lines))
    except csv.Error as error:
        reading.wrong(reading.line + 1, "", f"expected CSV, got a mistake in it: {error}")
    except UnicodeDecodeError:
        reading.wrong(reading.line + 1, "", "expected UTF-8, got other bytes near here")
    if reading.problems:
        raise Refused(name, reading.problems)
    return reading.table


@dataclass
class _Reading:
    name: str
    table: Table = field(default_factory=Table)
    problems: list[Problem] = field(default_factory=list)
    rows: Iterator[list[str]] = field(default_factory=lambda: iter(()))
    line: int = 0
    before: int = 0
    at: Mapping[str, int] = field(default_factory=dict)

    def wrong(self, line: int, key: str, text: str) -> None:
        self.problems.append(Problem(line, key, text))
        if len(self.problems) > 20 * SHOWN:
            raise Refused(self.name, self.problems)

    def all(self, lines: Iterator[str]) -> None:
        first = self._first(lines)
        if first is None:
            self.wrong(1, "", "expected rows of region and integration, got nothing")
            return
        reader = csv.reader(chain([first], lines), delimiter=_delimiter(first), strict=True)
        for row in reader:
            self.line = self.before + reader.line_num
            if any(value.strip() for value in row):
                self.row([value.strip() for value in row])

    def _first(self, lines: Iterator[str]) -> str | None:
        """The first line that says something; a byte-order mark says nothing."""
        for line in lines:
            text = line.removeprefix("\ufeff")
            if text.strip().strip(",;"):
                return text
            self.before += 1
        return None

    def row(self, row: list[str]) -> None:
        if self.at:
            self.cell(row)
        elif {value.casefold() for value in row} & {"region", "integration"}:
            self.at = self.header([value.casefold() for value in row])
        else:
            self.at = {"region": 0, "integration": 1}
            if len(row) > 2:
                self.table.notes.append(
                    f"{len(row) - 2} columns ignored: without a header nothing names them"
                )
            self.cell(row)

    def header(self, names: list[str]) -> Mapping[str, int]:
        at: dict[str, int] = {}
        for place, name in enumerate(names):
            if name in at:
                self.wrong(self.line, name, "expected each column once, got it again")
            at.setdefault(name, place)
        for needed in COLUMNS[:2]:
            if needed not in at:
                self.wrong(
                    self.line, needed, f"expected a column of that name{nearest(needed, at)}, got none"
                )
        ignored = [name or "(no name)" for name in at if name not in COLUMNS]
        if ignored:
            self.table.notes.append(f"columns ignored: {', '.join(ignored)}")
        return {name: at.get(name, 0) for name in COLUMNS if name in at or name in COLUMNS[:2]}

    def cell(self, row: list[str]) -> None:
        values = {name: row[place] if place < len(row) else "" for name, place in self.at.items()}
        if not all(self._is_named(column, values[column]) for column in COLUMNS[:2]):
            return
        state = self._word("state", values.get("state", ""), STATES) or CellState.READY.value
        importance = self._word("importance", values.get("importance", ""), IMPORTANCES)
        key = self.table.regions.of(values["region"]), self.table.integrations.of(values["integration"])
        self._owner(key[1], values.get("team", ""))
        self._keep(key, Cell(self.line, state, importance))

    def _is_named(self, column: str, name: str) -> bool:
        if "\0" in name:
            self.wrong(self.line, column, "expected text, got a character that cannot be stored")
            return False
        if not name or len(name) > LONGEST:
            got = shown(name) if name else "nothing"
            self.wrong(self.line, column, f"expected a name of at most {LONGEST} characters, got {got}")
            return False
        return True

    def _word(self, column: str, text: str, words: Mapping[str, str]) -> str:
        if not text:
            return ""
        word = text.casefold().replace(" ", "_").replace("-", "_")
        if word not in words:
            self.wrong(self.line, column, f"expected {listed(list(words))}, got {shown(text)}")
        return words.get(word, "")

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

    def _keep(self, key: tuple[str, str], cell: Cell) -> None:
        before = self.table.cells.get(key)
        if before is not None:
            self.table.repeated += 1
            if before[1:] != cell[1:]:
                said = f"line {before.line} said {_said(before)}"
                self.table.conflict(f"{self.name}:{cell.line}: {key[1]} in {key[0]} is {_said(cell)}, {said}")
        self.table.cells[key] = cell


def _said(cell: Cell) -> str:
    return ", ".join(word for word in cell[1:] if word)


def _delimiter(line: str) -> str:
    """The one that a line has more of."""
    return ";" if line.count(";") > line.count(",") else ","

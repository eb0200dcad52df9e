"""`manage.py backtest FILE.csv`: the engine against anybody's own history."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from launches.forecast import Backtest, Calibration, Estimate, PastWork, backtest
from launches.percentages import percent
from readiness.workdays import working_calendar

NEEDED = ("opened", "closed")
POINTS = ("best", "likely", "worst")
# Each is forecast from all before it: the cost grows with the square.
MOST = 5_000


class Command(BaseCommand):
    help = (
        "Forecast each blocker or launch of a CSV file on the day it was opened, from those closed before, "
        "and print how often the dates held. Columns: opened, closed (2026-11-02); optional best, likely, "
        "worst (working days), team, kind, name."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", default="", help="whose public holidays are days off, such as IE")

    def handle(self, *, file: Path, country: str, **_: Any) -> None:
        try:
            with file.open(newline="", encoding="utf-8-sig") as lines:
                records = list(_records(csv.DictReader(lines)))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        if not records:
            raise CommandError(f"{file} has no line below its header.")
        first = min(record.opened.year for record in records)
        found = backtest(records, working_calendar(country.upper(), first))
        self.stdout.write("\n".join(table(found)))


def _records(reader: "csv.DictReader[str]") -> Iterator[PastWork]:
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise CommandError(f"Line 1: there is no column {' and no column '.join(missing)}.")
    for row in reader:
        if reader.line_num > MOST + 1:
            raise CommandError(f"There are more than the {MOST} lines that can be held against each other.")
        try:
            yield _record(row)
        except ValueError as error:
            raise CommandError(f"Line {reader.line_num}: {error}") from error


def _record(row: Mapping[str, str | None]) -> PastWork:
    """Raises `ValueError` that names what is wrong."""
    told = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
    points = [told.get(name, "") for name in POINTS]
    if any(points) and not all(points):
        raise ValueError("an estimate is all of best, likely and worst, or none.")
    return PastWork(
        _day(told["opened"], "opened"),
        _day(told["closed"], "closed"),
        Estimate(*(_number(point, name) for point, name in zip(points, POINTS, strict=True)))
        if all(points)
        else None,
        told.get("team", ""),
        told.get("kind", ""),
        told.get("name", ""),
    )


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{name} is a day such as 2026-11-02, not “{text}”.") from error


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"{name} is a number of working days, not “{text}”.") from error


def table(found: Backtest) -> Iterator[str]:
    """The calibration as lines of text."""
    yield f"{'':<28} {'count':>6} {'P50 held':>9} {'P85 held':>9} {'P95 held':>9} {'loss P85':>9} {'bias':>7}"
    yield _line("learning as it went", found.learning)
    yield _line("by estimates alone", found.estimates)
    for team, scored in found.teams.items():
        yield _line(f"  {team or 'no team'}", scored)
    yield ""
    yield "P85 should hold 85 % of the time. Loss (pinball) and bias (fact − P50) in working days."
    yield f"Correction that this asks for: {found.learning.correction:.2f}"


def _line(label: str, scored: Calibration) -> str:
    held = " ".join(f"{percent(scored.coverage[at]):>9}" for at in (50, 85, 95))
    return f"{label[:28]:<28} {scored.count:>6} {held} {scored.loss[85]:>9.2f} {scored.bias:>7.1f}"

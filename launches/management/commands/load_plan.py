"""`manage.py load_plan FILE [--dry-run]`: a plan (YAML) or a readiness matrix (CSV) into the database."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from launches.plan.document import LIMIT, TOO_LARGE
from launches.plan.load import load
from launches.plan.matrix_csv import Progress, load_matrix
from launches.plan.problems import LoadRefused
from launches.plan.report import Report
from launches.plan.table_columns import Columns, UnknownColumns
from readiness.models import User
from readiness.sheets.encoding import encoding_of

MATRICES = (".csv", ".tsv")
KINDS = (".yaml", ".yml", *MATRICES)
SAY_EVERY = 5.0


class Command(BaseCommand):
    help = "Load a plan file (.yaml) or a readiness matrix (.csv): create and change, never delete."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a .yaml, .yml or .csv file, or - for YAML from stdin")
        parser.add_argument(
            "--by",
            metavar="NAME",
            help="your user name: who asks for what somebody else has to approve, and who history names",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument(
            "--columns",
            metavar="region=1,integration=2,state=3",
            help="where the columns of a matrix are: by number where it has no header, else by name",
        )
        parser.add_argument(
            "--whole",
            action="store_true",
            help="the matrix says all of its regions: what it leaves out there is not started",
        )

    def handle(
        self, *, file: str, dry_run: bool, by: str | None, columns: str | None, whole: bool, **_: Any
    ) -> None:
        self.by = None if by is None else person(by)
        try:
            report = self.load(file, dry_run, columns=columns, whole=whole)
        except UnknownColumns as problem:
            raise CommandError(f"--columns: {problem}") from problem
        except LoadRefused as refused:
            raise CommandError(f"Nothing was written.\n{refused}") from refused
        for line in report.lines():
            self.stdout.write(line)
        if dry_run:
            for detail in report.details:
                self.stdout.write(f"would have {detail}")
            self.stdout.write("Nothing was written: this was a dry run.")

    def load(self, file: str, dry_run: bool, *, columns: str | None, whole: bool) -> Report:
        if file != "-" and vetted(Path(file)).suffix.lower() in MATRICES:
            return self.matrix(
                Path(file), dry_run=dry_run, columns=Columns.of(columns) if columns else None, whole=whole
            )
        if columns or whole:
            raise CommandError("--columns and --whole are for a matrix (.csv).")
        now = timezone.now()
        name = "stdin" if file == "-" else Path(file).name
        return load(text(file), name, now, timezone.localdate(now), self.by, dry_run=dry_run)

    def matrix(self, path: Path, **options: Any) -> Report:
        with ExitStack() as stack:
            lines = stack.enter_context(path.open(encoding=encoding_of(path), newline=""))
            progress = stack.enter_context(bar()) if sys.stderr.isatty() else self.spoken()
            return load_matrix(lines, path.name, timezone.now(), self.by, progress=progress, **options)

    def spoken(self) -> Progress:
        """A line now and then, where a bar would only fill a log."""
        last = time.monotonic()

        def say(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= SAY_EVERY or done == total:
                last = time.monotonic()
                self.stderr.write(f"{done:,} of {total:,} cells", self.style.NOTICE)

        return say


@contextmanager
def bar() -> Iterator[Progress]:
    with tqdm(unit=" cells", unit_scale=True) as shown:

        def move(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield move


def person(name: str) -> User:
    """Whose account is open. Raises `CommandError`."""
    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(f"--by: nobody with an open account is called “{name}”.")
    return found


def vetted(path: Path) -> Path:
    """`path`, when it can be read. Raises `CommandError` that says why not."""
    if path.is_dir():
        raise CommandError(f"{path} is a folder; give a {', '.join(KINDS)} file.")
    if not path.exists():
        raise CommandError(f"{path} does not exist.")
    if path.suffix.lower() not in KINDS:
        raise CommandError(
            f"{path.name} is neither a plan (.yaml, .yml) nor a matrix ({', '.join(MATRICES)})."
        )
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def text(file: str) -> str:
    """What is in `file`. One byte more than allowed is enough to know that it is too large."""
    if file == "-":
        raw = sys.stdin.buffer.read(LIMIT + 1)
    else:
        with Path(file).open("rb") as opened:
            raw = opened.read(LIMIT + 1)
    if len(raw) > LIMIT:
        raise CommandError(f"{file}: {TOO_LARGE}, got more.")
    if not raw.strip():
        raise CommandError(f"{file}: expected a plan, got an empty file.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CommandError(f"{file}:{line}: expected UTF-8, got other bytes.") from error

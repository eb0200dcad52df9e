"""`manage.py dump_plan [FILE]`: the database as a plan file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from launches.plan.dump import dump


class Command(BaseCommand):
    help = (
        "Write everything but passwords, addresses of heartbeats, records of GO, results and history "
        "as a plan file, to FILE or stdout."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="where to; stdout when left out")

    @transaction.atomic
    def handle(self, *, file: str | None, **_: Any) -> None:
        text = dump()
        if file is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(file).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error

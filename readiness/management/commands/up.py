"""`manage.py up`: the whole product on this machine, until it is asked to stop."""

import io
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from readiness.supervisor.run import run
from readiness.supervisor.stopping import Stop
from readiness.supervisor.surroundings import Unfit


class Command(BaseCommand):
    help = "Prepare and start the web server, the worker and the scheduler; Ctrl-C stops them."
    # Only errors keep it from starting; it looks for them itself and says them in one line.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="stop, too, when the process that started this one ends",
        )

    def handle(self, *args: Any, with_parent: bool, **options: Any) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)
        try:
            with Stop(parent=os.getppid() if with_parent else None) as stop:
                run(stop, self.stdout.write)
        except Unfit as obstacle:
            sys.exit(str(obstacle))

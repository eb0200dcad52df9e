"""All benches, and the table of what they measured."""

from django.core.management import call_command

from tests.benchmarks import (
    automatic,
    crowd,
    forecast,
    growth,
    lists,
    loading,
    matrix,
    pages,
    probes,
    triage,
    whatif,
)
from tests.benchmarks.report import table


def run() -> int:
    """Returns the exit status."""
    call_command("migrate", verbosity=0)
    measured = [
        *matrix.run(),
        *loading.run(),
        *forecast.run(),
        *whatif.run(),
        *crowd.run(),
        *triage.run(),
        *lists.run(),
        *growth.run(),
        *pages.run(),
        *probes.run(),
        *automatic.run(),
    ]
    print(table(measured))
    return 0 if all(row.ok for row in measured) else 1

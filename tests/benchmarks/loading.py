"""Loading a readiness matrix from CSV into an empty database, by the command that people use."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from readiness.state import CellState, Importance
from tests.benchmarks.report import Measured

MEMORY = 500


def run() -> list[Measured]:
    return [
        *_loaded(regions=40, integrations=300, seconds=20),
        *_loaded(regions=1000, integrations=300, seconds=300),
    ]


def _loaded(regions: int, integrations: int, seconds: float) -> list[Measured]:
    cells = regions * integrations
    folder = settings.VAR_DIR / f"load-{cells}"
    folder.mkdir()
    file = folder / "matrix.csv"
    with file.open("w") as lines:
        lines.writelines(_lines(regions, integrations))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "readiness.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'readiness.sqlite3'}",
    }
    _manage("migrate", "--verbosity=0", environment=environment)
    taken, megabytes = _manage("load_plan", str(file), environment=environment)
    return [
        Measured(f"load a CSV of {cells:,} cells", taken, "s", seconds),
        Measured(f"load a CSV of {cells:,} cells, peak memory", megabytes, "MB", MEMORY),
    ]


def _lines(regions: int, integrations: int) -> Iterator[str]:
    dice = random.Random(11)
    states = [CellState.NOT_STARTED, CellState.IN_PROGRESS, CellState.READY]
    yield "region,integration,state,importance,team\n"
    for region in range(regions):
        for integration in range(integrations):
            state, importance = dice.choice(states), dice.choice(list(Importance))
            yield f"region-{region},integration-{integration},{state},{importance},team-{integration % 25}\n"


def _manage(*arguments: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak resident megabytes of a process of its own."""
    start = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} ended with {child.returncode}.")
    return time.monotonic() - start, usage.ru_maxrss / 1024

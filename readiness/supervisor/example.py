"""The example company: its data in an empty database, and its regions' addresses on loopback."""

import json
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from readiness.models import Region, Team, User
from readiness.supervisor import programs, surroundings
from readiness.supervisor.process_group import ProcessGroup
from readiness.supervisor.stopping import Stop
from readiness.supervisor.surroundings import Unfit

PATIENCE = 30.0


def load(say: Callable[[str], object]) -> None:
    """All of it or nothing, so that an interrupted load is done again by the next start."""
    if not is_wanted():
        return
    say("Loading the example …")
    with transaction.atomic():
        call_command(settings.EXAMPLE_LOADER, stdout=StringIO())


def is_wanted() -> bool:
    """Whether the next start would load it: into an empty database only."""
    anything = Region.objects.exists() or Team.objects.exists() or User.objects.exists()
    return settings.EXAMPLE and not anything


def check_network() -> None:
    """Raises `Unfit` where others could sign in with its published passwords, unless that was said, too."""
    if settings.EXAMPLE_ON_NETWORK or surroundings.is_loopback(settings.HOST):
        return
    if is_wanted() or is_shown():
        raise Unfit(
            f"With HOST={settings.HOST} others could sign in with the example's published passwords. "
            "Start without the example (EXAMPLE=0, and a VAR_DIR or DATABASE_URL that it is not in), "
            "or set EXAMPLE_ON_NETWORK=1, too."
        )


def is_shown() -> bool:
    """Whether the regions are the example's, whose addresses exist nowhere but in its stand-in."""
    return Region.objects.filter(domain__endswith=f".{settings.EXAMPLE_DOMAIN}").exists()


def start_standin(family: ProcessGroup, stop: Stop) -> dict[str, str]:
    """Start the stand-in; returns what tells the others to connect to it instead of to the real addresses."""
    ports_file = settings.VAR_DIR / "standin-ports.json"
    ports_file.unlink(missing_ok=True)
    child = family.start(programs.standin(settings.BASE_DIR, settings.EXAMPLE_STANDIN, ports_file))
    deadline = time.monotonic() + PATIENCE
    while not (told := read_ports(ports_file)):
        if child.ended or stop.wanted or time.monotonic() > deadline:
            raise Unfit(
                "The example's stand-in did not start; what it said is above. EXAMPLE=0 starts without it."
            )
        stop.wait(0.05)
    # Started again it must be found where the others were told it is.
    child.program = programs.standin(
        settings.BASE_DIR, settings.EXAMPLE_STANDIN, ports_file, int(told["http"]), int(told["tls"])
    )
    return directions(told)


def read_ports(file: Path) -> dict[str, str]:
    """`http`, `tls` and `ca`; empty while the file is not there, or not yet all of it."""
    try:
        told: dict[str, str] = json.loads(file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return told


def directions(told: dict[str, str]) -> dict[str, str]:
    hosts = f"*.{settings.EXAMPLE_DOMAIN}"
    pairs = [f"{hosts}:443=127.0.0.1:{told['tls']}", f"{hosts}:80=127.0.0.1:{told['http']}"]
    return {
        "PROBE_CONNECT_TO": ",".join([*settings.PROBE_CONNECT_TO, *pairs]),
        "PROBE_CA_FILE": told["ca"],
        # The stand-in answers from the same processor: more at once would time each other, not it.
        "PROBE_CONCURRENCY": str(min(settings.PROBE_CONCURRENCY, 8)),
    }

"""The automatic path on PostgreSQL, with real workers and a real broker.

A program of its own, since its database, broker and targets are named by the environment it is started in.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from tests.benchmarks import services, target
from tests.benchmarks.report import Measured
from tests.runner import postgresql


def run() -> list[Measured]:
    """Of PostgreSQL's wheel, whose programs end with this; nothing is measured where it does not exist."""
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as place, postgresql.serving([]) as database:
        folder = Path(place)
        with services.valkey(folder) as broker, target.serving(folder) as peer:
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "readiness.settings",
                "VAR_DIR": place,
                "DATABASE_URL": database,
                "BROKER_URL": broker,
                "PROBE_ALLOWED_NETWORKS": "127.0.0.0/8",
                # All of them at the one server, as whatever they are compared with does.
                "PROBE_PER_HOST": "1000",
                "PROBE_CONNECT_TO": f"{target.NAME}:443=127.0.0.1:{peer.tls}",
                "PROBE_CA_FILE": peer.ca_file,
                "ALLOWED_HOSTS": "testserver",
            }
            command = [sys.executable, "-m", "tests.benchmarks.automatic", str(peer.http), str(peer.tls)]
            child = subprocess.run(
                command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, check=True, text=True
            )
    return [Measured(**row) for row in json.loads(child.stdout.splitlines()[-1])]


def measured() -> list[Measured]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    peer = target.Target(http=int(sys.argv[1]), tls=int(sys.argv[2]), ca_file=settings.PROBE_CA_FILE)
    checks.build(peer)
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as place:
        folder = Path(place)
        with services.workers(throughput.WORKERS) as worker:
            rows = [*throughput.run(folder, peer), memory.flat(worker.pid)]
        return [*rows, *reaction.run(folder), *dispatching.run()]


if __name__ == "__main__":
    django.setup()
    from tests.benchmarks import checks, dispatching, memory, reaction, throughput

    print(json.dumps([asdict(row) for row in measured()]))

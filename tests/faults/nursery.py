"""A program that has imported everything once, and forks a worker or a scheduler for each line it reads.

A start from nothing would cost a second of a core, and these tests kill some hundred processes. What is
forked is a real one all the same, with a process group of its own.
"""

import itertools
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import time_machine

from readiness.site.celery import app

# What starts a worker or a scheduler imports by name.
MODULES = [
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.worker.consumer",
    "celery.app.control",
    "celery.events.state",
    "celery.worker.autoscale",
    "celery.worker.pidbox",
    "billiard.heap",
    "billiard.pool",
    "billiard.popen_fork",
    "readiness.site.beat",
    "readiness.site.brokers.folders",
    "readiness.site.brokers.redis",
    "readiness.probes.http",
]


def main() -> None:
    for name in MODULES:
        import_module(name)
    app.finalize()
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(**json.loads(line))
        print(pid, flush=True)


def become(arguments: list[str], log: str) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with_a_clock_that_can_be_set()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(file, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        app.start(arguments)
    finally:
        os._exit(1)


def with_a_clock_that_can_be_set() -> None:
    """SIGWINCH sets it back by an hour, or forth when it was. Others would end a worker's children."""
    clock = time_machine.travel(datetime.now(UTC), tick=True).start()
    steps = itertools.cycle([-timedelta(hours=1), timedelta(hours=1)])
    signal.signal(signal.SIGWINCH, lambda *_: clock.shift(next(steps)))
    signal.siginterrupt(signal.SIGWINCH, False)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()

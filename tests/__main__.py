"""`python -m tests [PYTEST ARGUMENTS]`: the whole suite, on both databases and in a browser."""

import compileall
import os
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.runner import chromium, postgresql
from tests.runner.passes import MARKS, Pass, failures, summary


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    # Started in the background by a shell, all below would ignore Ctrl-C, which some tests send.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    missing: list[str] = []
    # Else each of the processes that the passes start at once would compile all of it.
    for package in ("readiness", "launches"):
        compileall.compile_dir(package, quiet=2)
    browser = chromium.ensured(missing)
    rest = ["--ignore=tests/browser"]
    # Two where most is run, and waits for what tests have started; the browser is a process, too.
    passes = [Pass("SQLite", MARKS["SQLite"], {}, rest, workers=2)]
    with (
        tempfile.TemporaryDirectory(prefix="readiness-tests-") as folder,
        postgresql.serving(missing) as url,
        ThreadPoolExecutor() as beside,
    ):
        if url:
            its = {"TEST_DATABASE_URL": url}
            passes.append(Pass("PostgreSQL", MARKS["PostgreSQL"], its, rest, workers=2))
        # On their own: the browser's driver keeps an event loop running in the thread that the tests run in.
        if browser:
            passes.append(Pass("Chromium", MARKS["Chromium"], {"CHROMIUM": browser}, ["tests/browser"]))
        places = [Path(folder) / each.name for each in passes]
        # Beside the first: much of every pass is waiting for processes to start and to end.
        others = [
            beside.submit(each.run, place, arguments, quiet=True)
            for each, place in zip(passes[1:], places[1:], strict=True)
        ]
        passes[0].run(places[0], arguments)
        for each, place, other in zip(passes[1:], places[1:], others, strict=True):
            other.result()
            print(each.log(place).read_text(), flush=True)
    print("\n".join(summary(passes, missing, time.monotonic() - started)))
    return int(
        failures(passes, missing, narrowed=bool(arguments), strict=os.environ.get("CI", "") not in {"", "0"})
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m tests [PYTEST ARGUMENTS]`: the whole suite, on both databases and in a browser."""

import os
import shutil
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
    browser = chromium.ensured(missing)
    rest = ["--ignore=tests/browser"]
    passes = [Pass("SQLite", MARKS["SQLite"], {}, rest)]
    with (
        tempfile.TemporaryDirectory(prefix="readiness-tests-") as folder,
        postgresql.serving(missing) as url,
        ThreadPoolExecutor(1) as beside,
        (Path(folder) / "beside.log").open("w+") as said,
    ):
        if url:
            passes.append(Pass("PostgreSQL", MARKS["PostgreSQL"], {"TEST_DATABASE_URL": url}, rest))
        # On their own: the browser's driver keeps an event loop running in the thread that the tests run in.
        if browser:
            passes.append(Pass("Chromium", MARKS["Chromium"], {"CHROMIUM": browser}, ["tests/browser"]))
        # Beside the first: much of every pass is waiting for processes to start and to end.
        others = [beside.submit(each.run, Path(folder) / each.name, arguments, said) for each in passes[1:]]
        passes[0].run(Path(folder) / passes[0].name, arguments)
        for other in others:
            other.result()
        said.seek(0)
        shutil.copyfileobj(said, sys.stdout)
    print("\n".join(summary(passes, missing, time.monotonic() - started)))
    return int(
        failures(passes, missing, narrowed=bool(arguments), strict=os.environ.get("CI", "") not in {"", "0"})
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

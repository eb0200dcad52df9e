"""`python -m tests [PYTEST ARGUMENTS]`: the whole suite, on both databases and in a browser."""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.runner import chromium, postgresql
from tests.runner.passes import Pass, failures, summary


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    missing: list[str] = []
    browser = chromium.ensured(missing)
    with tempfile.TemporaryDirectory(prefix="readiness-tests-") as folder:
        passes = [Pass("SQLite", "not postgresql and not browser", {})]
        # On their own: the browser's driver keeps an event loop running in the thread that the tests run in.
        if browser:
            passes.append(Pass("Chromium", "browser", {"CHROMIUM": browser}))
        for each in passes:
            each.run(Path(folder) / each.name, arguments)
        with postgresql.serving(missing) as url:
            if url:
                passes.append(Pass("PostgreSQL", "not sqlite and not browser", {"TEST_DATABASE_URL": url}))
                passes[-1].run(Path(folder) / passes[-1].name, arguments)
    print("\n".join(summary(passes, missing, time.monotonic() - started)))
    return int(
        failures(passes, missing, narrowed=bool(arguments), strict=os.environ.get("CI", "") not in {"", "0"})
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

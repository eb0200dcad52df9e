"""`python -m tests.benchmarks`: every bar of the product in one run; exit status 1 when one is missed."""

import os
import sys
import tempfile

import django


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as folder:
        # Before any setting is read: a database of its own, thrown away afterwards.
        os.environ.update(VAR_DIR=folder, DJANGO_SETTINGS_MODULE="tests.benchmarks.settings")
        os.environ.pop("TEST_DATABASE_URL", None)
        django.setup()
        from tests.benchmarks.run import run

        return run()


if __name__ == "__main__":
    sys.exit(main())

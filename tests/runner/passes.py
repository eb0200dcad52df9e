"""One run of pytest on one database, and what is said about all of them."""

import json
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

NOTHING_COLLECTED = 5
# What each pass runs, by the marks of a test. What none of them would run is refused by tests/conftest.py.
MARKS = {
    "SQLite": "not postgresql and not page and not browser",
    "PostgreSQL": "not sqlite and not anywhere and not browser",
    "Chromium": "browser",
}


def is_run(marks: set[str]) -> bool:
    """Whether any pass runs a test with these marks."""
    known = {name: name in marks for text in MARKS.values() for name in text.split()}
    return any(eval(text, {}, known) for text in MARKS.values())


@dataclass
class Pass:
    name: str
    marks: str
    environment: dict[str, str]
    # What is collected where the caller names nothing: what a pass never runs need not be imported by it.
    collected: list[str] = field(default_factory=list)
    # Each imports and collects everything anew. 0 is pytest itself, without anybody to whom it hands tests.
    workers: int = 0
    code: int = 0
    seconds: float = 0.0
    skipped: list[str] = field(default_factory=list)

    def run(self, folder: Path, arguments: list[str], *, quiet: bool = False) -> None:
        """Run it; `folder` is its var/ folder, made here. If `quiet`, what it says goes into a file there."""
        folder.mkdir()
        with self.log(folder).open("w") if quiet else nullcontext() as said:
            print(f"\n== {self.name} ==", file=said, flush=True)
            started = time.monotonic()
            self.code = subprocess.run(
                self.command(arguments), env=self.surroundings(folder), stdout=said, stderr=said, check=False
            ).returncode
            self.seconds = time.monotonic() - started
        record = self.record(folder)
        self.skipped = json.loads(record.read_text()) if record.is_file() else []

    def command(self, arguments: list[str]) -> list[str]:
        # One test at a time to whoever is free, in the order of tests/conftest.py.
        workers = os.environ.get("PYTEST_WORKERS", str(self.workers))
        share = ["-n", workers, "--dist=loadgroup", "--no-loadscope-reorder"]
        command = [sys.executable, "-m", "pytest", "-p", "tests.runner.record", *share, "-m", self.marks]
        return [*command, *(arguments or self.collected)]

    def surroundings(self, folder: Path) -> dict[str, str]:
        places = {
            "VAR_DIR": str(folder),
            "SKIPPED_FILE": str(self.record(folder)),
            "SHARED_DIR": str(folder.parent),
        }
        # Whatever this process has imported may have named the product's own settings.
        settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        environment = {**os.environ, **places, **settings, **self.environment}
        # The suite starts hundreds of Pythons; without kept bytecode each would compile all of the product.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return environment

    def record(self, folder: Path) -> Path:
        return folder / "skipped.json"

    def log(self, folder: Path) -> Path:
        return folder / "said.log"

    @property
    def verdict(self) -> str:
        return {0: "passed", NOTHING_COLLECTED: "nothing to run"}.get(self.code, "failed")


def failures(passes: list[Pass], missing: list[str], *, narrowed: bool, strict: bool) -> bool:
    """Whether the suite failed. A part that is missing fails it; a skipped test does where `strict`.

    `narrowed` by the caller, one of the passes may have nothing to do.
    """
    good = {0, NOTHING_COLLECTED} if narrowed else {0}
    failed = any(each.code not in good for each in passes)
    nothing = all(each.code == NOTHING_COLLECTED for each in passes)
    skipped = any(each.skipped for each in passes)
    return failed or nothing or bool(missing) or (strict and skipped)


def summary(passes: list[Pass], missing: list[str], seconds: float) -> list[str]:
    lines = [f"{each.name}: {each.verdict} in {each.seconds:.0f} s" for each in passes]
    absent = [*missing, *(f"{each.name}: {test}" for each in passes for test in each.skipped)]
    lines += ["Did not run:", *(f"  {line}" for line in absent)] if absent else ["Everything ran."]
    return ["", *lines, f"{seconds:.0f} s in all."]

"""A pytest plugin: which tests were skipped, and why, into the file that SKIPPED_FILE names."""

import json
import os
from pathlib import Path

import pytest

skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        skipped.append(f"{report.nodeid}: {reason(report)}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        skipped.append(f"{report.nodeid}: {reason(report)}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each process is told of what it ran itself, and only the one that started them of everything."""
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["SKIPPED_FILE"]).write_text(json.dumps(skipped))


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    return str(where[2] if isinstance(where, tuple) else where).removeprefix("Skipped: ")

import pytest

from tests.runner.passes import NOTHING_COLLECTED, Pass, failures, is_run, summary

pytestmark = pytest.mark.sqlite


def ran(code=0, skipped=()):
    return Pass("SQLite", "", {}, code=code, seconds=61.4, skipped=list(skipped))


@pytest.mark.parametrize(
    ("passes", "missing", "narrowed", "strict", "failed"),
    [
        ([ran(), ran()], [], False, True, False),
        ([ran(), ran(1)], [], False, False, True),
        ([ran()], ["PostgreSQL"], False, False, True),
        ([ran(skipped=["a"])], [], False, False, False),
        ([ran(skipped=["a"])], [], False, True, True),
        ([ran(), ran(NOTHING_COLLECTED)], [], False, False, True),
        ([ran(), ran(NOTHING_COLLECTED)], [], True, False, False),
        ([ran(NOTHING_COLLECTED), ran(NOTHING_COLLECTED)], [], True, False, True),
    ],
)
def test_when_the_suite_failed(passes, missing, narrowed, strict, failed):
    assert failures(passes, missing, narrowed=narrowed, strict=strict) is failed


def test_the_last_lines_say_what_did_not_run():
    assert summary([ran(skipped=["a.py::b: no network"]), ran(1)], ["browser tests: no Chromium"], 130.2) == [
        "",
        "SQLite: passed in 61 s",
        "SQLite: failed in 61 s",
        "Did not run:",
        "  browser tests: no Chromium",
        "  SQLite: a.py::b: no network",
        "130 s in all.",
    ]


def test_the_last_lines_say_that_everything_ran():
    assert summary([ran()], [], 62) == ["", "SQLite: passed in 61 s", "Everything ran.", "62 s in all."]


@pytest.mark.parametrize(
    ("marks", "run"),
    [
        ("", True),
        ("postgresql", True),
        ("sqlite anywhere usefixtures", True),
        ("page", True),
        ("browser sqlite", True),
        ("postgresql anywhere", False),
        ("sqlite page", False),
        ("sqlite postgresql", False),
    ],
)
def test_what_some_pass_runs(marks, run):
    assert is_run(set(marks.split())) is run

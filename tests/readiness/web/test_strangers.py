"""The lines that refused requests leave in the log."""

import logging

import pytest

from readiness.web.strangers import LONGEST, MOST, PERIOD, Strangers

HOSTS = "django.security.DisallowedHost"


@pytest.fixture
def clock(monkeypatch):
    """Seconds, which a test moves."""
    at = [1000.0]
    monkeypatch.setattr("readiness.web.strangers.time.monotonic", lambda: at[0])
    return at


@pytest.fixture
def heard():
    """What a filter lets through of a logger."""
    strangers = Strangers()

    def hear(name, text, exc_info=None):
        record = logging.LogRecord(name, logging.ERROR, "", 0, text, None, exc_info)
        return (record.getMessage(), record.exc_info) if strangers.filter(record) else None

    return hear


def raised():
    error = ValueError("x")
    return (ValueError, error, None)


def test_a_line_without_a_traceback_and_no_longer_than_it_is_read(heard):
    assert heard(HOSTS, "Invalid HTTP_HOST header", raised()) == ("Invalid HTTP_HOST header", None)
    text, _ = heard(HOSTS, "h" * 400_000, raised())
    assert text == "h" * LONGEST + "…"


def test_no_more_than_somebody_would_read(heard, clock):
    assert [heard(HOSTS, "bad") for _ in range(MOST)] == [("bad", None)] * MOST
    assert [heard(HOSTS, "bad") for _ in range(500)] == [None] * 500
    # Others have their own.
    assert heard("launches.pages.hooks", "forged") == ("forged", None)
    clock[0] += PERIOD
    assert heard(HOSTS, "bad") == ("bad (500 more in the minute before)", None)
    assert heard(HOSTS, "bad") == ("bad", None)


def test_what_went_wrong_on_our_side_is_told_whole_and_each_time(heard):
    error = raised()
    told = [heard("django.request", "Internal Server Error: /", error) for _ in range(50)]
    assert told == [("Internal Server Error: /", error)] * 50
    assert heard("launches.tasks", "late") == ("late", None)

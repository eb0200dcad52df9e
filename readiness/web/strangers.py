"""What strangers can make the site log: a line each, and no more of a kind than somebody would read."""

import logging
import time
from threading import Lock

MOST, PERIOD = 10, 60.0
LONGEST = 300
# Refusals of requests, which anybody can send, and as many as they like.
_OF_REQUESTS = ("django.security", "django.request", "launches.pages.hooks")


class Strangers(logging.Filter):
    """Of each logger's refusals, `MOST` a minute; the first of the next says how many were left out."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = Lock()
        self.counts: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        is_ours = record.name == "django.request" and record.exc_info
        if is_ours or not record.name.startswith(_OF_REQUESTS):
            return True
        left_out = self.count(record.name, time.monotonic())
        if left_out is None:
            return False
        record.msg, record.args = _line(record.getMessage(), left_out), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def count(self, name: str, now: float) -> int | None:
        """How many were left out before this one; nothing when it is itself."""
        with self.lock:
            begun, count = self.counts.get(name, (now, 0))
            if now - begun >= PERIOD:
                self.counts[name] = (now, 1)
                return max(0, count - MOST)
            self.counts[name] = (begun, count + 1)
            return 0 if count < MOST else None


def _line(text: str, left_out: int) -> str:
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"{short} ({left_out} more in the minute before)" if left_out else short

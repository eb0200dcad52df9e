"""Celery's scheduler, for a machine whose clock is set while it runs."""

import time
from datetime import timedelta
from typing import Any

from celery import beat

# What clocks drift apart between two rounds is far less.
STEP = timedelta(seconds=2)


class Scheduler(beat.Scheduler):
    """Without a memory on disk: it would only spare a first wait, and a broken one does harm.

    Celery's reckons with the time of day. Set back by an hour, that makes it wait for the hour to come again,
    and no check would run until then; so what it remembers moves along with the clock.
    """

    _offset: float | None = None

    def tick(self, *arguments: Any, **options: Any) -> float:
        self._follow_the_clock(time.time() - time.monotonic())
        return float(super().tick(*arguments, **options))

    def _follow_the_clock(self, offset: float) -> None:
        before, self._offset = self._offset, offset
        step = timedelta(seconds=offset - (offset if before is None else before))
        if abs(step) > STEP:
            for entry in self.schedule.values():
                entry.last_run_at = entry.last_run_at and entry.last_run_at + step
            self._heap = None  # reckoned anew from the entries

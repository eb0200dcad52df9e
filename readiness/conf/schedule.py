"""What the scheduler asks for, and how often; what waits for longer than until the next time is dropped."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

SECONDS_10, SECONDS_30, MINUTES_5 = timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=5)


def schedule(dispatch_every: timedelta) -> dict[str, dict[str, Any]]:
    """Celery's `beat_schedule`; due checks are looked for every `dispatch_every`."""
    return {
        "dispatch due checks": _every(dispatch_every, "readiness.dispatch_due"),
        "settle changes": _every(SECONDS_10, "launches.settle_changes"),
        "mark what went stale": _every(SECONDS_30, "readiness.expire"),
        "count the runs of checks into days": _every(MINUTES_5, "readiness.count_runs"),
        "drop the runs that the days tell": _nightly("1", "20", "readiness.roll_up"),
        "forget old deliveries": _nightly("2", "40", "launches.forget_deliveries"),
        # A look costs a few queries where nothing changed.
        "keep the forecasts": _every(SECONDS_30, "launches.keep_forecasts"),
        "compute what pages wait for": _every(dispatch_every, "launches.compute_outlooks"),
        "reopen what expired": _every(MINUTES_5, "launches.expire"),
        "index what was written": _every(SECONDS_10, "launches.index"),
        "queue notices": _every(dispatch_every, "launches.queue_notices"),
        "deliver notices": _every(SECONDS_30, "launches.deliver_notices"),
        # Who was reminded is kept: looking often only makes it early.
        "remind who has not signed": _every(timedelta(minutes=30), "launches.remind_signers"),
    }


def _every(pause: timedelta, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": pause, "options": {"expires": pause.total_seconds()}}


def _nightly(hour: str, minute: str, task: str) -> dict[str, Any]:
    """At that time of the day, in UTC; an hour later it is left to the next night."""
    return {"task": task, "schedule": crontab(hour=hour, minute=minute), "options": {"expires": 3600}}

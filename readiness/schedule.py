"""What the scheduler asks for, and how often; what waits for longer than until the next time is dropped."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab


def schedule(dispatch_every: timedelta) -> dict[str, dict[str, Any]]:
    """Celery's `beat_schedule`; due checks are looked for every `dispatch_every`."""
    return {
        "dispatch due checks": {
            "task": "readiness.dispatch_due",
            "schedule": dispatch_every,
            "options": {"expires": dispatch_every.total_seconds()},
        },
        "settle changes": {
            "task": "launches.settle_changes",
            "schedule": timedelta(seconds=10),
            "options": {"expires": 10},
        },
        "mark what went stale": {
            "task": "readiness.expire",
            "schedule": timedelta(seconds=30),
            "options": {"expires": 30},
        },
        "count the runs of checks into days": {
            "task": "readiness.count_runs",
            "schedule": timedelta(minutes=5),
            "options": {"expires": 300},
        },
        "drop the runs that the days tell": {
            "task": "readiness.roll_up",
            "schedule": crontab(hour="1", minute="20"),
            "options": {"expires": 3600},
        },
        "forget old deliveries": {
            "task": "launches.forget_deliveries",
            "schedule": crontab(hour="2", minute="40"),
            "options": {"expires": 3600},
        },
        # A look costs a few queries where nothing changed.
        "keep the forecasts": {
            "task": "launches.keep_forecasts",
            "schedule": timedelta(seconds=30),
            "options": {"expires": 30},
        },
        "reopen what expired": {
            "task": "launches.expire",
            "schedule": timedelta(minutes=5),
            "options": {"expires": 300},
        },
        "queue notices": {
            "task": "launches.queue_notices",
            "schedule": dispatch_every,
            "options": {"expires": dispatch_every.total_seconds()},
        },
        "deliver notices": {
            "task": "launches.deliver_notices",
            "schedule": timedelta(seconds=30),
            "options": {"expires": 30},
        },
        # Who was reminded is kept: looking often only makes it early.
        "remind who has not signed": {
            "task": "launches.remind_signers",
            "schedule": timedelta(minutes=30),
            "options": {"expires": 600},
        },
    }

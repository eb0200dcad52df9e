from datetime import timedelta

import pytest
from model_bakery import baker

from launches.models import Blocker


@pytest.fixture
def block(europe, now):
    """A blocker of Europe with an estimate of equally many days best, likely and worst."""

    def blocked(slug, days=None, **facts):
        points = dict.fromkeys(("best", "likely", "worst"), days)
        facts = {"kind": "customer_facing", "opened_at": now, "launch": europe.launch} | facts
        return baker.make(Blocker, slug=slug, title=slug.title(), **points, **facts)

    return blocked


@pytest.fixture
def closed(block, now):
    """Eight that took twice as long as estimated."""
    return [
        block(
            f"old-{number}",
            5,
            state="resolved",
            started_at=now - timedelta(days=28),
            closed_at=now - timedelta(days=14),
        )
        for number in range(8)
    ]

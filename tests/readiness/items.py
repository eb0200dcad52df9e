"""One item through many runs."""

from datetime import UTC, datetime, timedelta

from readiness.models import Change, Item
from readiness.probes import Outcome

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PASSED, FAILED = Outcome("passed", "answered 200"), Outcome("failed", "answered 503, expected 200")
ERROR = Outcome("error", "DNS has no address")
OUTCOMES = {"p": PASSED, "f": FAILED, "e": ERROR}


def run(item, outcomes, start=NOW):
    """Claim and record, one outcome a minute; `pfe` are passed, failed, error. Returns the states."""
    states = []
    for minute, letter in enumerate(outcomes):
        at = start + minute * MINUTE
        Item.objects.filter(pk=item.pk).update(next_run_at=at)
        (claim,) = Item.objects.filter(pk=item.pk).claim_due(at)
        item.record(OUTCOMES[letter], at, claim.run)
        item.refresh_from_db()
        states.append(item.state)
    return states


def facts(*names):
    return list(Change.objects.order_by("pk").values_list(*names))

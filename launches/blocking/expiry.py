"""A waived thing is waived until a day; then it blocks again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from launches.models import Blocker
from readiness.models import Origin


def reopen_expired(now: datetime) -> int:
    """Reopen the blockers whose waiver or deferral ran out, by the date in their region. Returns how many."""
    # No place on earth is more than a day ahead of UTC: these may have expired, each says for itself.
    latest = now.date() + timedelta(days=1)
    candidates = Blocker.objects.filter(launch__launched_at=None).filter(
        Q(state=Blocker.State.WAIVED, waiver__expires_on__lt=latest)
        | Q(state=Blocker.State.DEFERRED, deferral__expires_on__lt=latest)
    )
    return sum(_reopen(key, now) for key in candidates.values_list("pk", flat=True))


@transaction.atomic
def _reopen(key: int, now: datetime) -> bool:
    blocker = (
        Blocker.objects.select_for_update(of=("self",))
        .select_related("launch__region", "waiver", "deferral")
        .get(pk=key)
    )
    decision = blocker.decision
    if decision is None or not decision.is_over(blocker.launch.region.today(now)):
        return False
    before = {"state": blocker.state}
    blocker.put(**blocker.entering(Blocker.State.OPEN, now))
    blocker.noted(
        "reopened",
        now=now,
        origin=Origin.CLOCK,
        before=before,
        after={"state": blocker.state},
        note=f"What was agreed ran out on {decision.expires_on}.",
    )
    return True

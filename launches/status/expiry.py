"""A waived thing is waived until a day; a week before that is said, and then it blocks again."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from launches.models import Blocker, Postponed, postponing
from launches.models.decision import WARNED_BEFORE


def reopen_expired(now: datetime) -> int:
    """Reopen the blockers whose waiver or deferral ran out, by the date in their region. Returns how many."""
    return _done(_reopen, "reopening", _running_out(now, timedelta()), now)


def warn_of_expiry(now: datetime) -> int:
    """Say once of each waiver and deferral that it runs out within the week. Returns how many."""
    return _done(_warn, "warning", _running_out(now, WARNED_BEFORE), now)


def _done(act: Callable[[int, datetime], bool], work: str, keys: Iterable[int], now: datetime) -> int:
    """For how many of `keys` it acted; one that raises is postponed, and the others have their turn."""
    postponed, done = set(Postponed.objects.keys(work, now).values_list("key", flat=True)), 0
    for key in keys:
        if key not in postponed:
            with postponing(work, key, now):
                done += act(key, now)
    return done


def _running_out(now: datetime, within: timedelta) -> list[int]:
    """Blockers whose decision may be over by then: each says for itself, in its region's time."""
    # No place on earth is more than a day ahead of UTC.
    latest = now.date() + timedelta(days=1) + within
    rows = Blocker.objects.filter(launch__launched_at=None).filter(
        Q(state=Blocker.State.WAIVED, waiver__expires_on__lt=latest)
        | Q(state=Blocker.State.DEFERRED, deferral__expires_on__lt=latest)
    )
    return list(rows.values_list("pk", flat=True))


def _locked(key: int) -> Blocker:
    rows = Blocker.objects.select_for_update(of=("self",))
    return rows.select_related("launch__region", "waiver", "deferral").get(pk=key)


@transaction.atomic
def _warn(key: int, now: datetime) -> bool:
    blocker = _locked(key)
    decision = blocker.decision
    if decision is None or not decision.is_due_a_warning(blocker.launch.region.today(now)):
        return False
    decision.warn(blocker, now)
    return True


@transaction.atomic
def _reopen(key: int, now: datetime) -> bool:
    blocker = _locked(key)
    decision = blocker.decision
    if decision is None or not decision.is_over(blocker.launch.region.today(now)):
        return False
    decision.lapse(blocker, now)
    return True

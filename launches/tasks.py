"""What happens to launches without a person."""

from celery import shared_task
from django.utils import timezone

from launches import notifications, search, status
from launches.models import HookDelivery, Postponed
from launches.status import snapshots
from launches.status.issues import apply_postponed_events


@shared_task(name="launches.settle_changes")
def settle_changes() -> int:
    """The sweep behind the fast path: whatever change nobody settled yet, and what a tracker told in vain."""
    now = timezone.now()
    return status.settle_changes(now) + apply_postponed_events(now)


@shared_task(name="launches.expire")
def expire() -> int:
    """Reopen what was waived or deferred until a day that has passed, and say what soon will be."""
    now = timezone.now()
    return status.reopen_expired(now) + status.warn_of_expiry(now)


@shared_task(name="launches.keep_forecasts")
def keep_forecasts() -> int:
    """Keep what the launches ahead are forecast today, and again after what changed."""
    return snapshots.save_snapshots(timezone.now())


@shared_task(name="launches.compute_outlooks", acks_late=True, expires=60)
def compute_outlooks() -> int:
    """Forecast what pages show outdated; a look that finds nothing is one query."""
    return status.compute_outlooks(timezone.now())


@shared_task(name="launches.index", acks_late=True, expires=60)
def index() -> int:
    """Make what was written findable before somebody asks, who would wait for it otherwise."""
    return search.index(timezone.now())


@shared_task(name="launches.queue_notices", acks_late=True, expires=60)
def queue_notices() -> int:
    """The sweep behind the fast path: whoever should hear of a change that nobody looked at yet."""
    queued = notifications.queue_notices(timezone.now())
    if queued:
        deliver_notices.delay()
    return queued


@shared_task(name="launches.deliver_notices", acks_late=True, expires=60)
def deliver_notices() -> int:
    """Send what is due, a round at a time."""
    taken = notifications.deliver_notices(timezone.now())
    if taken:
        deliver_notices.delay()
    return taken


@shared_task(name="launches.remind_signers", acks_late=True, expires=600)
def remind_signers() -> int:
    """Remind the functions that have not signed, as the target comes near."""
    return notifications.remind_signers(timezone.now())


@shared_task(name="launches.forget_deliveries")
def forget_deliveries() -> int:
    """Forget deliveries of trackers too old to be taken in again, and what was postponed long ago."""
    now = timezone.now()
    return HookDelivery.objects.forget(now) + Postponed.objects.forget(now)

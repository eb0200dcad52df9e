"""What happens to launches without a person."""

from celery import shared_task
from django.utils import timezone

from launches import blocking, keeping


@shared_task(name="launches.settle_changes")
def settle_changes() -> int:
    """The sweep behind the fast path: whatever change nobody settled yet."""
    return blocking.settle_changes(timezone.now())


@shared_task(name="launches.expire")
def expire() -> int:
    """Reopen what was waived or deferred until a day that has passed, and say what soon will be."""
    now = timezone.now()
    return blocking.reopen_expired(now) + blocking.warn_of_expiry(now)


@shared_task(name="launches.keep_forecasts")
def keep_forecasts() -> int:
    """Keep what the launches ahead are forecast today, and again after what changed."""
    return keeping.keep_forecasts(timezone.now())

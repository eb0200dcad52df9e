"""What happens to launches without a person."""

from celery import shared_task
from django.utils import timezone

from launches import blocking


@shared_task(name="launches.settle_changes")
def settle_changes() -> int:
    """The sweep behind the fast path: whatever change nobody settled yet."""
    return blocking.settle_changes(timezone.now())


@shared_task(name="launches.expire")
def expire() -> int:
    """Reopen what was waived or deferred until a day that has passed."""
    return blocking.reopen_expired(timezone.now())

"""What launches does when readiness says that something changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone

from launches.models.live_blockers import live_on
from launches.notifications import is_news
from launches.status import settle_each
from launches.tasks import queue_notices
from readiness.models import Change, Item, LiveBlocker, Origin
from readiness.models.history import Author, serialize
from readiness.signals import cells_changed, live_blockers_asked


@receiver(pre_delete, sender=Item, dispatch_uid="blockers lose their check")
def tell_of_the_lost_check(*, instance: Item, **_: Any) -> None:
    """The database takes the check from the blocker that stands for it, so history has to say it."""
    now, before = timezone.now(), {"item": serialize(instance)}
    for blocker in instance.blockers.select_related("launch"):
        blocker.noted("check removed", Author(now, origin=Origin.RULE), before, {"item": None})


@receiver(cells_changed, dispatch_uid="launches settle at once")
def settle_at_once(*, cells: Collection[int], now: datetime, **_: Any) -> None:
    """An action shows its consequences in the same response; the sweep is the guarantee, not this."""
    settle_each(cells, now)


@receiver(live_blockers_asked, dispatch_uid="launches say what stands on cells")
def say_what_stands(*, cells: Collection[int], launches: Collection[int], **_: Any) -> list[LiveBlocker]:
    return live_on(cells, launches)


@receiver(post_save, sender=Change, dispatch_uid="launches tell at once")
def tell_at_once(*, instance: Change, created: bool, **_: Any) -> None:
    """What a person did is told at once, all of one transaction together; the sweep tells the rest."""
    if instance.author_id is None or not created or not is_news(instance, timezone.now()):
        return
    waiting = (function for _, function, *_ in connection.run_on_commit)
    if _nudge not in waiting:
        # Without a broker the action is done all the same, and the sweep tells it later.
        transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    queue_notices.apply_async(retry=False)

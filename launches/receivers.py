"""What launches does when readiness says that something changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from launches.blocking import settle_cells
from readiness.models import Item, Origin
from readiness.models.history import kept
from readiness.signals import cells_changed


@receiver(pre_delete, sender=Item, dispatch_uid="blockers lose their check")
def tell_of_the_lost_check(*, instance: Item, **_: Any) -> None:
    """The database takes the check from the blocker that stands for it, so history has to say it."""
    now, before = timezone.now(), {"item": kept(instance)}
    for blocker in instance.blockers.select_related("launch"):
        blocker.noted("check removed", now=now, origin=Origin.RULE, before=before, after={"item": None})


@receiver(cells_changed, dispatch_uid="launches settle at once")
def settle_at_once(*, cells: Collection[int], now: datetime, **_: Any) -> None:
    """An action shows its consequences in the same response; the sweep is the guarantee, not this."""
    settle_cells(cells, now)

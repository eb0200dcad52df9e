"""What launches does when readiness says that something changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from launches.blocking import settle_cells
from readiness.signals import cells_changed


@receiver(cells_changed, dispatch_uid="launches settle at once")
def settle_at_once(*, cells: Collection[int], now: datetime, **_: Any) -> None:
    """An action shows its consequences in the same response; the sweep is the guarantee, not this."""
    settle_cells(cells, now)

"""What was deferred and is not filled, once the launch is over."""

from dataclasses import dataclass
from datetime import date, datetime

from launches.models import Blocker
from readiness.models import Region, User


@dataclass(frozen=True)
class Gap:
    """One promise that is open: `days` until its day, below 0 once that has passed."""

    blocker: Blocker
    fill_by: date
    days: int

    @property
    def is_overdue(self) -> bool:
        return self.days < 0


def gaps(region: Region, user: User, now: datetime) -> list[Gap]:
    """Those of `region`, the most urgent first; one query."""
    rows = (
        Blocker.objects.visible_to(user)
        .filter(launch__region=region, launch__launched_at__isnull=False, state=Blocker.State.DEFERRED)
        .select_related("launch", "deferral", "team", "owner")
        .order_by("deferral__fill_by", "pk")
    )
    today = region.today(now)
    return [gap_of(row, today) for row in rows]


def gap_of(blocker: Blocker, today: date) -> Gap:
    fill_by = blocker.deferral.fill_by
    return Gap(blocker, fill_by, (fill_by - today).days)

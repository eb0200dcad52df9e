"""Blockers as `readiness` knows them: what stands on a cell, a requirement or a launch."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from launches.models.blocker import Blocker
from readiness.models import LiveBlocker


def as_live(rows: "QuerySet[Blocker]") -> list[LiveBlocker]:
    """In one query."""
    found = rows.select_related("launch", "cell__integration").order_by("launch__target", "launch", "pk")
    return [
        LiveBlocker(
            pk=row.pk,
            launch=row.launch_id,
            cell=row.cell_id,
            item=row.item_id,
            name=row.short_name,
            launch_name=row.launch.name,
            address=row.get_absolute_url(),
            follows=row.follows,
            place=row.cell.region_id if row.cell else None,
            integration=row.cell.integration.slug if row.cell else "",
        )
        for row in found
    ]


def live_on(cells: Collection[int], launches: Collection[int] = ()) -> list[LiveBlocker]:
    """Those that cells and checks opened, which nobody resolves by hand, and all of these launches."""
    following = Q(cell__in=cells, source__in=Blocker.FOLLOWING)
    return as_live(Blocker.objects.live().filter(following | Q(launch__in=launches)))

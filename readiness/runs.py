"""What the items that are due need to know when they run: their regions, networks, references and pulses."""

from collections.abc import Sequence
from datetime import datetime

from readiness.models import Item
from readiness.models.heartbeat import Heartbeat
from readiness.models.network import networks_of
from readiness.models.region import Region
from readiness.probes import facts_of
from readiness.probes.batch import Run
from readiness.probes.place import Place


def runs_of(items: Sequence[Item], now: datetime) -> list[Run]:
    """A run for each of `items`, in their order; a query for each thing that one of their kinds needs."""
    networks = networks_of(item.cell.region_id for item in _of_kind(items, "residency"))
    references = _references(_of_kind(items, "parity"))
    heartbeats = Heartbeat.objects.for_items((item.pk for item in _of_kind(items, "heartbeat")), now)
    return [
        Run(
            item.requirement.probe,
            item.requirement.parameters,
            facts_of(item.cell.region),
            Place(
                networks.get(item.cell.region_id, ()),
                references.get(item.cell.region_id),
                heartbeats[item.pk].pulse if item.pk in heartbeats else None,
            ),
            item.requirement.retries,
        )
        for item in items
    ]


def _of_kind(items: Sequence[Item], kind: str) -> list[Item]:
    return [item for item in items if item.requirement.probe == kind]


def _references(items: Sequence[Item]) -> dict[int, dict[str, str]]:
    """The facts of what each item's region is modelled on."""
    regions = {item.cell.region_id for item in items}
    modelled = Region.objects.filter(pk__in=regions, modelled_on__isnull=False).select_related("modelled_on")
    return {region.pk: facts_of(region.modelled_on) for region in modelled if region.modelled_on}

"""What the items that are due need to know when they run: their regions, networks, references and pulses."""

from collections.abc import Sequence
from datetime import datetime

from readiness.models.claim import Assignment
from readiness.models.heartbeat import Heartbeat
from readiness.models.network import networks_of
from readiness.models.region import Region
from readiness.probes import facts_of
from readiness.probes.batch import ProbeRun
from readiness.probes.region_data import RegionData


def runs_of(assignments: Sequence[Assignment], now: datetime) -> list[ProbeRun]:
    """A run for each, in their order; a query for each thing that one of their kinds needs."""
    networks = networks_of({each.region for each in _of_kind(assignments, "residency")})
    references = _references({each.region for each in _of_kind(assignments, "parity")})
    heartbeats = Heartbeat.objects.for_items({each.item for each in _of_kind(assignments, "heartbeat")}, now)
    return [
        ProbeRun(
            each.probe,
            each.parameters,
            each.facts,
            RegionData(
                networks.get(each.region, ()),
                references.get(each.region),
                heartbeats[each.item].pulse if each.item in heartbeats else None,
            ),
            each.retries,
        )
        for each in assignments
    ]


def _of_kind(assignments: Sequence[Assignment], kind: str) -> list[Assignment]:
    return [each for each in assignments if each.probe == kind]


def _references(regions: set[int]) -> dict[int, dict[str, str]]:
    """The facts of what each of `regions` is modelled on."""
    if not regions:
        return {}
    modelled = Region.objects.filter(pk__in=regions, modelled_on__isnull=False).select_related("modelled_on")
    return {region.pk: facts_of(region.modelled_on) for region in modelled if region.modelled_on}

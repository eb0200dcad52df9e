"""The networks that a region's data may lie in."""

from collections.abc import Collection, Iterable
from datetime import datetime
from ipaddress import collapse_addresses, ip_network

from django.db import models, transaction

from readiness.models.history import Author, Change, Origin
from readiness.models.people import User
from readiness.models.region import Region
from readiness.probes.guard import Network


class RegionNetwork(models.Model):
    """One block of addresses, as `source` lists it for `region`."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="networks")
    cidr = models.CharField(max_length=43)
    source = models.CharField(max_length=50)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["region", "source", "cidr"], name="network_per_region_and_source")
        ]

    def __str__(self) -> str:
        return f"{self.cidr} ({self.region})"


@transaction.atomic
def put_networks(
    region: Region, source: str, networks: Iterable[Network], *, now: datetime, by: User | None = None
) -> Change | None:
    """Make `networks` what `source` lists for `region`, beside other sources; `None` when it did already."""
    region = region.locked()
    wanted = {str(network) for network in collapsed(networks)}
    listed = region.networks.filter(source=source)
    before = set(listed.values_list("cidr", flat=True))
    if before == wanted:
        return None
    listed.exclude(cidr__in=wanted).delete()
    RegionNetwork.objects.bulk_create(
        RegionNetwork(region=region, source=source, cidr=cidr) for cidr in sorted(wanted - before)
    )
    author = Author(now, by, None if by else Origin.PLAN)
    after = {"networks": len(wanted), "source": source}
    return region.noted("networks loaded", author, {"networks": len(before)}, after)


def collapsed(networks: Iterable[Network]) -> list[Network]:
    """The same addresses in as few blocks as there can be, IPv4 first."""
    networks = list(networks)
    return [
        *collapse_addresses(network for network in networks if network.version == 4),
        *collapse_addresses(network for network in networks if network.version == 6),
    ]


def networks_of(regions: Collection[int]) -> dict[int, tuple[Network, ...]]:
    """What each of `regions` (primary keys) may lie in; one query, if any are asked for."""
    if not regions:
        return {}
    found: dict[int, list[Network]] = {}
    rows = RegionNetwork.objects.filter(region__in=regions).values_list("region", "cidr")
    for region, cidr in rows:
        found.setdefault(region, []).append(ip_network(cidr))
    return {region: tuple(collapsed(networks)) for region, networks in found.items()}

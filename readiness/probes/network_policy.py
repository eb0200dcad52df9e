"""Where checks may go, and how they get there: the operator's settings, names, addresses."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from readiness.probes.guard import (
    Address,
    Endpoint,
    Network,
    TargetRefused,
    objection,
    parsed_network,
    vetted_host,
)
from readiness.probes.region_data import RegionData
from readiness.probes.tries import Tries, is_lookup_trouble

Lookup = Callable[[str], Awaitable[list[Address]]]


class Unresolvable(Exception):
    """DNS gave no address; ours to look into, and never a pass."""


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of PROBE_CONNECT_TO: `host`:`port` is connected to at `endpoint`; it allows nothing else."""

    host: str
    port: int
    endpoint: Endpoint

    @classmethod
    def parsed(cls, text: str) -> Self:
        """From `HOST:PORT=ADDRESS:PORT`. Raises `ValueError` with a message that names the entry."""
        try:
            source, target = text.strip().split("=")
            host, port = source.rsplit(":", 1)
            address, target_port = target.rsplit(":", 1)
            name = vetted_host(host.removeprefix("*."))
            if name.rsplit(".", 1)[-1].isdecimal() or ":" in name:
                raise ValueError("the host must be a name")
            endpoint = ip_address(address.strip("[]")), _port(target_port)
            return cls(f"*.{name}" if host.startswith("*.") else name, _port(port), endpoint)
        except (ValueError, TargetRefused) as problem:
            raise ValueError(f"“{text}” is not HOST:PORT=ADDRESS:PORT ({problem}).") from problem

    def leads(self, host: str, port: int) -> bool:
        """Whether it is for `host`:`port`; `*.` stands for one label or more."""
        if port != self.port:
            return False
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host


@dataclass(frozen=True)
class NetworkPolicy:
    """What the operator's settings say about targets."""

    allowed: tuple[Network, ...] = ()
    routes: tuple[Route, ...] = ()
    ca_file: str = ""

    @classmethod
    def from_settings(cls) -> Self:
        """Raises `ValueError` naming the entry that cannot be read (`manage.py check` says so earlier)."""
        return cls(
            tuple(parsed_network(text) for text in settings.PROBE_ALLOWED_NETWORKS),
            tuple(Route.parsed(text) for text in settings.PROBE_CONNECT_TO),
            settings.PROBE_CA_FILE,
        )

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The system's authorities and the operator's. Raises `Refused` when that file cannot be read."""
        try:
            return _trusting(self.ca_file, Path(self.ca_file).stat().st_mtime_ns if self.ca_file else 0)
        except OSError as problem:
            raise TargetRefused(f"PROBE_CA_FILE cannot be read ({problem.strerror or problem})") from problem

    def objection(self, address: Address) -> str | None:
        """What `address` is that no check may connect to; `None` when it may."""
        # A hash of the networks for each run takes longer than to look through them once.
        if address not in self._judged:
            self._judged[address] = objection(address, self.allowed)
        return self._judged[address]

    @cached_property
    def _judged(self) -> dict[Address, str | None]:
        return {}

    def route(self, host: str, port: int) -> Endpoint | None:
        return next((route.endpoint for route in self.routes if route.leads(host, port)), None)


@dataclass(frozen=True)
class Context:
    """What a probe is given besides its parameters: the time it is run at, the way out, the region.

    `reference` has the same parameters for the region that this one is modelled on, for a kind that compares.
    `tries` is the run's own.
    """

    now: datetime
    reach: NetworkPolicy = field(default_factory=NetworkPolicy)
    lookup: Lookup | None = None
    place: RegionData = field(default_factory=RegionData)
    reference: Any = None
    tries: Tries = field(default_factory=Tries)

    def of(self, place: RegionData, tries: Tries) -> "Context":
        """That of one run. Spelled out: `dataclasses.replace` takes three times as long."""
        return Context(self.now, self.reach, self.lookup, place, self.reference, tries)

    async def endpoints(self, host: str, port: int) -> list[Endpoint]:
        """Where a connection to `host`:`port` may go: at least one address, each vetted.

        Raises `Refused` when none of its addresses is allowed, `Unresolvable` when it has none.
        """
        return self.endpoints_among(host, port, await self.addresses(host, port))

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Every address of `host`, allowed or not, at least one. Raises `Refused`, `Unresolvable`."""
        host = vetted_host(host)
        if route := self.reach.route(host, port):
            return [route[0]]
        return [address] if (address := literal(host)) else await self._looked_up(host)

    def endpoints_among(self, host: str, port: int, addresses: Sequence[Address]) -> list[Endpoint]:
        """Those of `addresses` that may be connected to. Raises `Refused` when there is none."""
        if route := self.reach.route(vetted_host(host), port):
            return [route]
        objections = [self.reach.objection(address) for address in addresses]
        open_to = [address for address, reason in zip(addresses, objections, strict=True) if not reason]
        if not open_to:
            what = f"{addresses[0]} is" if literal(host) else f"{host} resolves to {addresses[0]},"
            raise TargetRefused(f"{what} {objections[0]}")
        return [(address, port) for address in open_to]

    async def _looked_up(self, host: str) -> list[Address]:
        lookup = self.lookup or system_lookup
        try:
            addresses = await self.tries.at(lambda: lookup(host), is_lookup_trouble)
        except (OSError, UnicodeError) as problem:
            raise Unresolvable(f"DNS has no address for {host}") from problem
        if not addresses:
            raise Unresolvable(f"DNS has no address for {host}")
        return addresses


async def system_lookup(host: str) -> list[Address]:
    """The addresses of `host`, as the system resolves it. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    infos = await loop.run_in_executor(_RESOLVERS, socket.getaddrinfo, host, None, 0, socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(info[4][0])) for info in infos))


# Reading the system's authorities takes as long as thirty probes. The operator's file is read again once it
# was written again.
@lru_cache(maxsize=4)
def _trusting(ca_file: str, written: int) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


# A slow name server holds a thread for seconds. asyncio's own pool has a handful of them and is waited for
# when the loop ends, so one hostile domain would delay everybody's checks.
_RESOLVERS = ThreadPoolExecutor(max_workers=64, thread_name_prefix="resolve")


# Most hosts are names, and to find that out takes longer than to read an address.
@lru_cache(maxsize=1024)
def literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if not 0 < port < 65536:
        raise ValueError(f"“{text}” is not a port")
    return port

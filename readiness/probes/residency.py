"""`residency`: every address behind a name, of each hop and each sub-host, lies in the region's networks."""

import asyncio
import time
from collections.abc import Iterable

import aiohttp
from django.utils.translation import gettext, gettext_noop
from pydantic import Field, model_validator

from readiness.probes.exchange import ProbeRequest
from readiness.probes.fetch import RedirectTrail, failure_of, fetched
from readiness.probes.fields import Host, Seconds, Sent, Url, host_of, origin_of, timeout
from readiness.probes.guard import Address, Network, TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome

_TOLD = 5


class ResidencyParameters(Parameters):
    url: Url | None = Field(
        None,
        title=gettext_noop("URL"),
        description=gettext_noop("Followed through its redirects: https://app.{region.domain}/."),
    )
    also: list[Host] = Field(
        [],
        title=gettext_noop("Hosts"),
        description=gettext_noop("Further hosts: files.{region.domain}."),
        max_length=50,
    )
    send: Sent = Field(
        {},
        title=gettext_noop("Headers to send"),
        description=gettext_noop("authorization: Bearer {secret.NAME}."),
    )
    timeout: Seconds = timeout()

    @model_validator(mode="after")
    def _somewhere(self) -> "ResidencyParameters":
        if not self.url and not self.also:
            raise ValueError(gettext("name a URL, or a host at least"))
        return self

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [*([("url", host_of(self.url))] if self.url else []), *(("also", host) for host in self.also)]

    def origins(self) -> Iterable[tuple[str, str]]:
        """The hosts of `also` are looked up, and nothing is sent to them."""
        return [("url", origin_of(self.url))] if self.url else []


async def probe(parameters: ResidencyParameters, context: Context) -> Outcome:
    networks = context.place.networks
    if not networks:
        return Outcome("error", "the region's networks are not known: load them with manage.py load_networks")
    trail, started = RedirectTrail([parameters.url or ""]), time.perf_counter()
    try:
        async with asyncio.timeout(parameters.timeout):
            await _walked(parameters, context, trail)
    except (OSError, aiohttp.ClientError, TargetRefused, Unresolvable) as problem:
        return _ended_early(problem, parameters, trail, networks)
    latency = context.tries.milliseconds_since(started)
    return _judged(trail, networks, latency)


async def _walked(parameters: ResidencyParameters, context: Context, trail: RedirectTrail) -> None:
    """Every host with its addresses, into `trail`: first the declared ones, then along the redirects."""
    trail.looking_up = True
    for host in parameters.also:
        trail.resolved.append((host, await context.addresses(host, 443)))
    trail.looking_up = False
    if parameters.url:
        await fetched(ProbeRequest(parameters.url, headers=parameters.send), context, trail, with_body=False)


def _ended_early(
    problem: Exception, parameters: ResidencyParameters, trail: RedirectTrail, networks: Iterable[Network]
) -> Outcome:
    """An address outside that was seen before the walk broke off is a finding all the same."""
    if outside(trail, networks):
        return _judged(trail, networks, None)
    state, fact = failure_of(problem, trail, parameters.timeout)
    return Outcome(state, fact, evidence=_evidence(trail))


def outside(trail: RedirectTrail, networks: Iterable[Network]) -> list[tuple[str, Address]]:
    networks = tuple(networks)
    return [
        (host, address)
        for host, addresses in dict(trail.resolved).items()
        for address in addresses
        if not any(address in network for network in networks)
    ]


def _judged(trail: RedirectTrail, networks: Iterable[Network], latency: float | None) -> Outcome:
    if found := outside(trail, networks):
        told = ", ".join(f"{host} at {address}" for host, address in found[:_TOLD])
        more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        return Outcome("failed", f"outside the region's networks: {told}{more}", latency, _evidence(trail))
    count = len({address for _, addresses in trail.resolved for address in addresses})
    hosts = len(dict(trail.resolved))
    fact = f"{count} address{'es' if count > 1 else ''} of {hosts} host{'s' if hosts > 1 else ''}, all inside"
    return Outcome("passed", fact, latency, _evidence(trail))


def _evidence(trail: RedirectTrail) -> dict[str, object]:
    return {"hosts": {host: [str(address) for address in found] for host, found in trail.resolved}}


RESIDENCY = ProbeKind(gettext_noop("Where it lies (residency)"), ResidencyParameters, probe)

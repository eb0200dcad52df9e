"""`dns`: a name has the records it should have, as a chosen resolver or the system's answers."""

import asyncio
import time
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Literal

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver
from django.utils.translation import gettext, gettext_noop
from dns.nameserver import Do53Nameserver
from dns.rdata import Rdata
from dns.rdtypes.ANY.CAA import CAA
from dns.rdtypes.ANY.TXT import TXT
from pydantic import Field, model_validator

from readiness.probes.comparing import shown
from readiness.probes.failure import explained
from readiness.probes.fields import Host, MaybeHost, Port, Seconds, timeout
from readiness.probes.guard import TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome

_TOLD = 10
_MATCHES = {"exactly": "", "all": "all of ", "any": "one of ", "none": "none of "}


class DnsParameters(Parameters):
    name: Host = Field(title=gettext_noop("Name"), description=gettext_noop("Such as mail.{region.domain}."))
    type: Literal["A", "AAAA", "CNAME", "MX", "TXT", "CAA", "NS"] = Field("A", title=gettext_noop("Type"))
    values: list[str] = Field(
        [],
        title=gettext_noop("Records"),
        description=gettext_noop(
            "As a zone file has them: 10 mx.{region.domain}. Without any, one at least."
        ),
        max_length=20,
    )
    match: Literal["exactly", "all", "any", "none"] = Field(
        "exactly",
        title=gettext_noop("Match"),
        description=gettext_noop("Exactly these; all or any of these; none of these."),
    )
    resolver: MaybeHost = Field(
        "",
        title=gettext_noop("Resolver"),
        description=gettext_noop("Its address or name; empty for this machine's own."),
    )
    port: Port = Field(53, title=gettext_noop("Resolver's port"))
    timeout: Seconds = timeout()

    @model_validator(mode="after")
    def _decidable(self) -> "DnsParameters":
        if self.match == "none" and not self.values:
            raise ValueError(gettext("name the records that must not be there"))
        try:
            self.wanted  # noqa: B018 - whether it can be read
        except ValueError as problem:
            raise ValueError(f"values: {problem}") from problem
        return self

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [("resolver", self.resolver)] if self.resolver else []

    @property
    def wanted(self) -> list[str]:
        return [_usual(self.type, value) for value in self.values]


async def probe(parameters: DnsParameters, context: Context) -> Outcome:
    started = time.perf_counter()
    evidence = {"name": parameters.name, "type": parameters.type}
    try:
        async with asyncio.timeout(parameters.timeout):
            found = await _records(parameters, context)
    except (TimeoutError, dns.exception.Timeout):
        return Outcome("error", f"DNS gave no answer within {parameters.timeout:g} s", evidence=evidence)
    except dns.exception.DNSException as problem:
        return Outcome("error", f"DNS gave no usable answer ({type(problem).__name__})", evidence=evidence)
    except (OSError, TargetRefused, Unresolvable) as problem:
        # Whoever resolves the name is not the target: that it cannot be reached says nothing about the name.
        return Outcome("error", f"the resolver: {explained(problem).fact}", evidence=evidence)
    latency = context.tries.milliseconds_since(started)
    return _judged(parameters, found, latency, {**evidence, "records": found})


async def _records(parameters: DnsParameters, context: Context) -> list[str]:
    """What there is, in a fixed order; a name that does not exist has none."""
    resolver = await _resolver(parameters, context)
    try:
        answer = await resolver.resolve(
            dns.name.from_text(parameters.name),
            parameters.type,
            raise_on_no_answer=False,
            search=False,
            lifetime=parameters.timeout,
        )
    except dns.resolver.NXDOMAIN:
        return []
    return sorted(_written(record) for record in answer.rrset or ())


async def _resolver(parameters: DnsParameters, context: Context) -> dns.asyncresolver.Resolver:
    """The system's own was chosen by the operator; one that a check names is a target like any other."""
    if not parameters.resolver:
        return dns.asyncresolver.Resolver()
    resolver = dns.asyncresolver.Resolver(configure=False)
    endpoints = await context.endpoints(parameters.resolver, parameters.port)
    resolver.nameservers = [Do53Nameserver(str(address), port) for address, port in endpoints]
    return resolver


def _written(record: Rdata) -> str:
    match record:
        case TXT():
            return b"".join(record.strings).decode(errors="replace")
        case CAA():
            value = record.value.decode(errors="replace")
            return f'{record.flags} {record.tag.decode(errors="replace")} "{value}"'
    return record.to_text().lower().rstrip(".")


def _usual(kind: str, value: str) -> str:
    """As `_written` writes it."""
    value = value.strip()
    if kind in ("TXT", "CAA"):
        return value
    if kind in ("A", "AAAA"):
        return str(ip_address(value))
    return " ".join(value.lower().rstrip(".").split())


def _judged(
    parameters: DnsParameters, found: list[str], latency: float, evidence: dict[str, object]
) -> Outcome:
    wanted, named = parameters.wanted, f"{parameters.type} of {parameters.name}"
    meets = {
        "exactly": sorted(wanted) == found if wanted else bool(found),
        "all": set(wanted) <= set(found) if wanted else bool(found),
        "any": bool(set(wanted) & set(found)) if wanted else bool(found),
        "none": not set(wanted) & set(found),
    }
    if meets[parameters.match]:
        return Outcome("passed", f"{named}: {_list(found)}", latency, evidence)
    asked = "a record" if not wanted else f"{_MATCHES[parameters.match]}{_list(wanted)}"
    return Outcome("failed", f"{named}: expected {asked}, got {_list(found)}", latency, evidence)


def _list(records: list[str]) -> str:
    told = ", ".join(shown(record) for record in records[:_TOLD]) or "none"
    return f"{told} and {len(records) - _TOLD} more" if len(records) > _TOLD else told


DNS = ProbeKind(gettext_noop("Records (DNS)"), DnsParameters, probe)

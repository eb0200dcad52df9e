"""`tls`: the chain and the name are good, and the certificate lasts long enough."""

import asyncio
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext, gettext_noop
from pydantic import Field, field_validator

from readiness.probes import async_socket
from readiness.probes.certificate import facts_of
from readiness.probes.connecting import connected
from readiness.probes.failure import explained
from readiness.probes.fields import Host, Port, Seconds, timeout
from readiness.probes.guard import Endpoint, TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome
from readiness.probes.tries import is_connection_trouble

_VERSIONS = ("TLSv1.2", "TLSv1.3")


class TlsParameters(Parameters):
    host: Host = Field(
        title=gettext_noop("Host"), description=gettext_noop("Such as whatsapp.{region.domain}.")
    )
    port: Port = Field(443, title=gettext_noop("Port"))
    min_days: int = Field(
        21,
        title=gettext_noop("Time left, at least"),
        description=gettext_noop("Until the certificate expires."),
        ge=0,
        le=400,
        json_schema_extra={"unit": gettext_noop("days")},
    )
    min_version: Literal["1.2", "1.3"] = Field("1.2", title=gettext_noop("TLS version, at least"))
    ca: str = Field(
        "",
        title=gettext_noop("Authority"),
        description=gettext_noop("Its certificate (PEM), to trust instead of the system's."),
        max_length=20_000,
    )
    timeout: Seconds = timeout()

    @field_validator("ca")
    @classmethod
    def _readable(cls, ca: str) -> str:
        try:
            _trust(ca)
        except (ssl.SSLError, ValueError) as problem:
            raise ValueError(gettext("it is not a certificate in PEM")) from problem
        return ca

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [("host", self.host)]


@dataclass(frozen=True, slots=True)
class Handshake:
    certificate: bytes
    version: str
    cipher: str


async def probe(parameters: TlsParameters, context: Context) -> Outcome:
    started = time.perf_counter()
    endpoints: list[Endpoint] = []
    evidence: dict[str, Any] = {"host": parameters.host}
    try:
        async with asyncio.timeout(parameters.timeout):
            endpoints = await context.endpoints(parameters.host, parameters.port)
            try:
                trust = _trust(parameters.ca) if parameters.ca else context.reach.tls
                handshake = await context.tries.at(
                    lambda: _handshake(parameters.host, endpoints, trust), is_connection_trouble
                )
            except ssl.SSLCertVerificationError:
                evidence |= await _untrusted(parameters.host, endpoints, context.now)
                raise
    except (OSError, TargetRefused, Unresolvable) as problem:
        state, fact = explained(problem, looking_up=not endpoints, seconds=parameters.timeout)
        return Outcome(state, fact, evidence=evidence)
    return _judged(parameters, handshake, context.now, context.tries.milliseconds_since(started))


async def _handshake(host: str, endpoints: list[Endpoint], trust: ssl.SSLContext) -> Handshake:
    """Raises `OSError`.

    On the socket itself: asyncio's streams are for what comes after, which nobody asks for here, and cost as
    much again. Nor is a goodbye waited for.
    """
    with (
        await connected(endpoints) as opened,
        trust.wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False) as spoken,
    ):
        await async_socket.shake_hands(spoken)
        name, *_ = spoken.cipher() or ("",)
        return Handshake(spoken.getpeercert(binary_form=True) or b"", spoken.version() or "", name)


async def _untrusted(host: str, endpoints: list[Endpoint], now: datetime) -> dict[str, Any]:
    """What the certificate says that was not trusted, so that somebody can tell what is wrong with it."""
    blind = ssl.create_default_context()
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError, ValueError):
        return facts_of((await _handshake(host, endpoints, blind)).certificate, now)
    return {}


@lru_cache(maxsize=64)
def _trust(ca: str) -> ssl.SSLContext:
    """Only what `ca` (PEM) has signed; the system's authorities when it is empty. Raises `ssl.SSLError`."""
    context = ssl.create_default_context(cadata=ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _judged(parameters: TlsParameters, handshake: Handshake, now: datetime, latency: float) -> Outcome:
    try:
        facts = facts_of(handshake.certificate, now)
    except ValueError:
        return Outcome("failed", "the certificate cannot be read", latency, {"host": parameters.host})
    evidence = {
        "host": parameters.host,
        **facts,
        "protocol": handshake.version,
        "cipher": handshake.cipher,
    }
    days, expires = facts["days_left"], datetime.fromisoformat(facts["not_after"])
    until = f"certificate expires in {days} day{'' if days == 1 else 's'} ({expires.day} {expires:%b %Y})"
    if days < parameters.min_days:
        return Outcome("failed", f"{until}, at least {parameters.min_days} wanted", latency, evidence)
    if handshake.version not in _VERSIONS[_VERSIONS.index(f"TLSv{parameters.min_version}") :]:
        spoken = handshake.version.removeprefix("TLSv")
        wanted = f"at least TLS {parameters.min_version} wanted"
        return Outcome("failed", f"speaks TLS {spoken}, {wanted}", latency, evidence)
    return Outcome("passed", until, latency, evidence)


TLS = ProbeKind(gettext_noop("Certificate (TLS)"), TlsParameters, probe)

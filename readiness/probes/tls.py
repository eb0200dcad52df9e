"""`tls`: the chain and the name are good, and the certificate lasts long enough."""

import asyncio
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import Field, field_validator

from readiness.probes.failure import explained
from readiness.probes.guard import Endpoint, Gate, Refused, vetted_host
from readiness.probes.kind import Kind, Parameters
from readiness.probes.outcome import Outcome
from readiness.probes.reach import Context, Unresolvable

_VERSIONS = ("TLSv1.2", "TLSv1.3")


class TlsParameters(Parameters):
    host: str = Field(title="Host", description="Such as whatsapp.{region.domain}.", max_length=300)
    port: int = Field(443, title="Port", ge=1, le=65535)
    min_days: int = Field(
        21, title="Days left, at least", description="Until the certificate expires.", ge=0, le=400
    )
    min_version: Literal["1.2", "1.3"] = Field("1.2", title="TLS version, at least")
    timeout: float = Field(10, title="Timeout", description="Seconds, for all of it.", ge=0.1, le=30)

    @field_validator("host")
    @classmethod
    def _plain(cls, host: str) -> str:
        try:
            return vetted_host(host)
        except Refused as problem:
            raise ValueError(str(problem)) from problem


async def probe(parameters: TlsParameters, context: Context) -> Outcome:
    started = time.perf_counter()
    endpoints: list[Endpoint] = []
    try:
        async with asyncio.timeout(parameters.timeout):
            endpoints = await context.endpoints(parameters.host, parameters.port)
            certificate, version = await _handshake(parameters.host, endpoints, context.tls)
    except (OSError, Refused, Unresolvable) as problem:
        state, fact = explained(problem, looking_up=not endpoints, seconds=parameters.timeout)
        return Outcome(state, fact, evidence={"host": parameters.host})
    latency = (time.perf_counter() - started) * 1000
    return _judged(parameters, certificate, version, context.now, latency)


async def _handshake(
    host: str, endpoints: list[Endpoint], trust: ssl.SSLContext
) -> tuple[dict[str, Any], str]:
    """The certificate as `getpeercert` has it, and the version spoken. Raises `OSError`."""
    connected = await _connected(endpoints)
    _, writer = await asyncio.open_connection(sock=connected, ssl=trust, server_hostname=host)
    try:
        spoken: ssl.SSLObject = writer.get_extra_info("ssl_object")
        return dict(spoken.getpeercert() or {}), spoken.version() or ""
    finally:
        # A hostile peer that does not say goodbye is not waited for.
        writer.transport.abort()


async def _connected(endpoints: list[Endpoint]) -> socket.socket:
    """A socket to the first of `endpoints` that takes one."""
    gate, loop = Gate(endpoints), asyncio.get_running_loop()
    problem: OSError = OSError("there is no address")
    for address, port in endpoints:
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        opened = gate((family, socket.SOCK_STREAM, 0, "", (str(address), port)))
        opened.setblocking(False)
        try:
            await loop.sock_connect(opened, (str(address), port))
        except BaseException as error:
            opened.close()
            if not isinstance(error, OSError):
                raise
            problem = error
        else:
            return opened
    raise problem


def _judged(
    parameters: TlsParameters, certificate: dict[str, Any], version: str, now: datetime, latency: float
) -> Outcome:
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    days = (expires - now) // timedelta(days=1)
    evidence = {
        "host": parameters.host,
        "subject": _name(certificate["subject"]),
        "issuer": _name(certificate["issuer"]),
        "not_after": expires.isoformat(),
        "days_left": days,
        "protocol": version,
    }
    until = f"certificate expires in {days} day{'' if days == 1 else 's'} ({expires.day} {expires:%b %Y})"
    if days < parameters.min_days:
        return Outcome("failed", f"{until}, at least {parameters.min_days} wanted", latency, evidence)
    if version not in _VERSIONS[_VERSIONS.index(f"TLSv{parameters.min_version}") :]:
        wanted = f"at least TLS {parameters.min_version} wanted"
        return Outcome("failed", f"speaks TLS {version.removeprefix('TLSv')}, {wanted}", latency, evidence)
    return Outcome("passed", until, latency, evidence)


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """A subject or issuer as `getpeercert` has it, in one line."""
    return ", ".join(f"{key}={value}" for part in parts for key, value in part)


TLS = Kind("Certificate (TLS)", TlsParameters, probe)

"""`tcp`: a port takes connections, and greets as it should."""

import asyncio
import socket
import time
from collections.abc import Iterable

from django.utils.translation import gettext_noop
from pydantic import Field

from readiness.probes.comparing import contains, shown
from readiness.probes.connecting import connected
from readiness.probes.failure import explained
from readiness.probes.fields import Host, Milliseconds, Port, Seconds, timeout
from readiness.probes.guard import Endpoint, TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome
from readiness.probes.tries import is_connection_trouble

# A greeting is a line or two.
MAX_BANNER = 1024


class TcpParameters(Parameters):
    host: Host = Field(title=gettext_noop("Host"), description=gettext_noop("Such as smtp.{region.domain}."))
    port: Port = Field(title=gettext_noop("Port"))
    banner: str = Field(
        "",
        title=gettext_noop("Greeting contains"),
        description=gettext_noop("What the server says first, in which * stands for anything: 220*ESMTP."),
        max_length=200,
    )
    max_latency_ms: Milliseconds | None = Field(None, title=gettext_noop("Latency, at most"))
    timeout: Seconds = timeout()

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [("host", self.host)]


async def probe(parameters: TcpParameters, context: Context) -> Outcome:
    started = time.perf_counter()
    endpoints: list[Endpoint] = []
    said = bytearray()
    try:
        async with asyncio.timeout(parameters.timeout):
            endpoints = await context.endpoints(parameters.host, parameters.port)
            with await context.tries.at(lambda: connected(endpoints), is_connection_trouble) as opened:
                latency = context.tries.milliseconds_since(started)
                await _listen(opened, parameters.banner, said)
    except (OSError, TargetRefused, Unresolvable) as problem:
        state, fact = explained(problem, looking_up=not endpoints, seconds=parameters.timeout)
        if isinstance(problem, TimeoutError) and said:
            fact = f"{_unlike(parameters, said)} within {parameters.timeout:g} s"
        return Outcome(state, fact, evidence={"host": parameters.host, "port": parameters.port})
    return _judged(parameters, said, latency)


async def _listen(opened: socket.socket, wanted: str, said: bytearray) -> None:
    """Until `wanted` is in what it `said`, or it has said enough."""
    loop = asyncio.get_running_loop()
    while wanted and len(said) < MAX_BANNER and not contains(said.decode(errors="replace"), wanted):
        piece = await loop.sock_recv(opened, MAX_BANNER - len(said))
        if not piece:
            return
        said += piece


def _judged(parameters: TcpParameters, said: bytearray, latency: float) -> Outcome:
    evidence = {"host": parameters.host, "port": parameters.port}
    if parameters.banner and not contains(said.decode(errors="replace"), parameters.banner):
        return Outcome("failed", _unlike(parameters, said), latency, evidence)
    if parameters.max_latency_ms is not None and latency > parameters.max_latency_ms:
        limit = f"took {latency:,.0f} ms, limit {parameters.max_latency_ms:,} ms"
        return Outcome("failed", limit, latency, evidence)
    return Outcome("passed", f"connected in {latency:,.0f} ms", latency, evidence)


def _unlike(parameters: TcpParameters, said: bytearray) -> str:
    greeting = shown(said.decode(errors="replace").strip()) or "nothing"
    return f"greeting: expected “{parameters.banner}” in it, got {greeting}"


TCP = ProbeKind(gettext_noop("Port (TCP)"), TcpParameters, probe)

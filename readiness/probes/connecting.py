"""A connection to one of the endpoints that were vetted, and to nothing else."""

import asyncio
import socket
from contextlib import suppress

from readiness.probes import async_socket
from readiness.probes.guard import Endpoint, SocketGate

# What does not answer within so many seconds gives way to the next address; the last has all the time.
PATIENCE = 1


async def connected(endpoints: list[Endpoint]) -> socket.socket:
    """A socket to the first of `endpoints` that takes one. Raises `OSError`."""
    gate = SocketGate(endpoints)
    for endpoint in endpoints[:-1]:
        with suppress(OSError):
            async with asyncio.timeout(PATIENCE):
                return await _connected(gate, endpoint)
    return await _connected(gate, endpoints[-1])


async def _connected(gate: SocketGate, endpoint: Endpoint) -> socket.socket:
    address, port = endpoint
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    target = str(address), port
    opened = gate((family, socket.SOCK_STREAM, 0, "", target))
    opened.setblocking(False)
    try:
        await async_socket.connect(opened, target)
    except BaseException:
        opened.close()
        raise
    return opened

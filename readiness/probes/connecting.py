"""A connection to one of the endpoints that were vetted, and to nothing else."""

import asyncio
import socket

from readiness.probes.guard import Endpoint, Gate


async def connected(endpoints: list[Endpoint]) -> socket.socket:
    """A socket to the first of `endpoints` that takes one. Raises `OSError`."""
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

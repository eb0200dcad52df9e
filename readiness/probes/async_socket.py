"""A socket that is awaited, in plain text or in TLS: one system call each time that it is ready.

asyncio's transports are made for long conversations. For one question and one answer, to set one up and to
take it down costs more than both.
"""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable

# What is taken in at a time. Others have their turn in between, so that a peer which sends without end holds
# up nobody.
AT_ONCE = 16 * 1024


async def connect(line: socket.socket, target: tuple[str, int]) -> None:
    """Raises `OSError`."""
    try:
        line.connect(target)
    except BlockingIOError:
        await _until_writable(line)
        if trouble := line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(trouble, os.strerror(trouble)) from None


async def shake_hands(line: ssl.SSLSocket) -> None:
    """Raises `OSError`."""
    while True:
        try:
            return line.do_handshake()
        except ssl.SSLWantReadError:
            await _until_readable(line)
        except ssl.SSLWantWriteError:
            await _until_writable(line)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as problem:
            # With the second the peer said goodbye; some Pythons (3.11.2) say so of the first as well.
            raise ConnectionResetError(errno.ECONNRESET, "closed in the handshake") from problem


async def send(line: socket.socket, data: bytes) -> None:
    """Raises `OSError`."""
    left = memoryview(data)
    while left:
        try:
            left = left[line.send(left) :]
        except (BlockingIOError, ssl.SSLWantWriteError):
            await _until_writable(line)
        except ssl.SSLWantReadError:
            await _until_readable(line)


async def receive(line: socket.socket) -> bytes:
    """What comes next; nothing once the peer has ended. Raises `OSError`."""
    while True:
        if not (isinstance(line, ssl.SSLSocket) and line.pending()):
            await _until_readable(line)
        try:
            return line.recv(AT_ONCE)
        except (BlockingIOError, ssl.SSLWantReadError):
            continue
        except ssl.SSLWantWriteError:
            await _until_writable(line)


async def _until_readable(line: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await _until(line.fileno(), loop.add_reader, loop.remove_reader, loop.create_future())


async def _until_writable(line: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await _until(line.fileno(), loop.add_writer, loop.remove_writer, loop.create_future())


async def _until(
    number: int,
    add: Callable[..., object],
    remove: Callable[[int], object],
    ready: "asyncio.Future[None]",
) -> None:
    add(number, _tell, ready)
    try:
        await ready
    finally:
        remove(number)


def _tell(ready: "asyncio.Future[None]") -> None:
    # It is told again, until whoever waits has come to see.
    if not ready.done():
        ready.set_result(None)

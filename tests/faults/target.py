"""What the checks ask: a server that holds its answers back until it is told, and counts."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.fixtures.waiting import PATIENCE


class Target:
    """Answers 200, or 503 under the paths in `broken`; while `held`, nothing at all."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.in_flight = 0
        self.answered: Counter[str] = Counter()
        self.free = asyncio.Event()
        self.loop = asyncio.new_event_loop()
        self.port = 0

    def hold(self) -> None:
        self.loop.call_soon_threadsafe(self.free.clear)

    def release(self) -> None:
        self.loop.call_soon_threadsafe(self.free.set)

    async def serve(self, ready: threading.Event) -> None:
        self.free.set()
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await self.waited_for(reader)
            path = head.split()[1].decode()
            status = b"503 Down" if path in self.broken else b"200 Fine"
            writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
            self.answered[path] += 1
        except (OSError, EOFError):
            pass  # who asked was killed
        finally:
            writer.close()

    async def waited_for(self, reader: asyncio.StreamReader) -> None:
        """Until it is released, or whoever asked is gone."""
        self.in_flight += 1
        gone, free = asyncio.ensure_future(reader.read()), asyncio.ensure_future(self.free.wait())
        await asyncio.wait({gone, free}, return_when=asyncio.FIRST_COMPLETED)
        self.in_flight -= 1
        if gone.done():
            raise EOFError
        gone.cancel()
        free.cancel()


@contextmanager
def serving() -> Iterator[Target]:
    target, ready = Target(), threading.Event()

    def run() -> None:
        with suppress(asyncio.CancelledError):
            target.loop.run_until_complete(target.serve(ready))

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield target
    finally:
        target.loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(target.loop)])
        thread.join(PATIENCE)
        target.loop.close()

"""Twenty people at work, alone and then amid a crowd: browsers left open, and clients that send slowly.

The crowd costs the people no more than as long again, and nobody sees an error.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any

import numpy as np

from tests.benchmarks.report import Measured
from tests.benchmarks.serving import HERE, HOST, served, signed_in

PEOPLE, IDLE, SLOW = 20, 500, 200
QUIET, ALONE, CROWDED = 30.0, 10.0, 60.0
# Seconds between two pages of one person, and between two signs of life of a browser left open.
THOUGHT, ASLEEP = 2.0, 20.0
PAGES = ("/", "/launches/what-if/", "/regions/", "/my/")
BEGUN = ("/sign-in/", "/hooks/github/", f"/ping/{uuid.UUID(int=7)}")


def run() -> list[Measured]:
    """On the launch that the bench of what-ifs has built."""
    cookie = signed_in("crowd")
    with served() as port:
        quiet, idling, crowded = asyncio.run(Crowd(port, cookie).watched())
    alone, amid = p95(quiet.waits), p95(crowded.waits)
    among = f"{IDLE} idle and {SLOW} slow clients"
    return [
        Measured(f"{PEOPLE} people, pages, p95", alone, "ms"),
        Measured(f"the same amid {among}, p95", amid, "ms"),
        Measured(f"people amid {among} / without, p95", amid / alone, "×", 2),
        Measured(f"/healthz amid {among}, p95", p95(idling.health), "ms", 100),
        Measured("/healthz beside the people, p95", p95(quiet.health), "ms"),
        Measured("/healthz beside all of them, p95", p95(crowded.health), "ms"),
        Measured("errors that the people saw", quiet.errors + crowded.errors, "", 0),
    ]


def p95(seconds: list[float]) -> float:
    return float(np.quantile(seconds, 0.95)) * 1000


class Seen:
    """What people waited, in seconds, and how often in vain; and what a new client waited for /healthz."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.health: list[float] = []
        self.errors = 0


class Crowd:
    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie, self.dice = port, cookie, random.Random(7)

    async def watched(self) -> tuple[Seen, Seen, Seen]:
        """The people alone, the crowd alone, and the people amid the crowd."""
        for page in PAGES * 2:
            await self.look(Seen(), page)
        quiet = await self.at_work(QUIET, PEOPLE)
        crowd = [self.idle() for _ in range(IDLE)] + [self.slow(BEGUN[n % len(BEGUN)]) for n in range(SLOW)]
        tasks = [asyncio.create_task(one) for one in crowd]
        await asyncio.sleep(3)
        idling = await self.at_work(ALONE, 0)
        crowded = await self.at_work(CROWDED, PEOPLE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return quiet, idling, crowded

    async def at_work(self, seconds: float, people: int) -> Seen:
        seen = Seen()
        everybody: list[Coroutine[Any, Any, None]] = [self.person(seen, number) for number in range(people)]
        tasks = [asyncio.create_task(one) for one in [*everybody, self.probe(seen)]]
        await asyncio.sleep(seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return seen

    async def person(self, seen: Seen, number: int) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(0, 2 * THOUGHT))
            await self.look(seen, PAGES[number % len(PAGES)])
            number += 1

    async def look(self, seen: Seen, page: str) -> None:
        """As a browser does that has not been here for a while: on a new connection."""
        start = time.perf_counter()
        try:
            async with asyncio.timeout(10), AsyncExitStack() as stack:
                ok = await asked(*await self.connected(stack), page, self.cookie) == 200
        except (OSError, EOFError, TimeoutError):
            ok = False
        seen.waits.append(time.perf_counter() - start)
        seen.errors += not ok

    async def probe(self, seen: Seen) -> None:
        while True:
            start = time.perf_counter()
            async with AsyncExitStack() as stack:
                await asked(*await self.connected(stack), "/healthz")
            seen.health.append(time.perf_counter() - start)
            await asyncio.sleep(0.2)

    async def idle(self) -> None:
        """A browser left open: its connection stays, and it asks now and then."""
        await asyncio.sleep(self.dice.uniform(0, 2))
        async with AsyncExitStack() as stack:
            streams = await self.connected(stack)
            while True:
                await asked(*streams, "/healthz")
                await asyncio.sleep(ASLEEP)

    async def slow(self, path: str) -> None:
        """A byte a second; sent away, it comes again."""
        while True:
            with suppress(OSError, EOFError):
                async with AsyncExitStack() as stack:
                    reader, writer = await self.connected(stack)
                    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n\r\n"
                    writer.write(head.encode())
                    while not reader.at_eof():
                        writer.write(b"a")
                        await writer.drain()
                        with suppress(TimeoutError):
                            await asyncio.wait_for(reader.read(4096), 1)

    async def connected(self, stack: AsyncExitStack) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(HERE, self.port)
        stack.callback(writer.close)
        return reader, writer


async def asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, cookie: str = ""
) -> int:
    """The status, once the whole answer is here."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return int(head[9:12])

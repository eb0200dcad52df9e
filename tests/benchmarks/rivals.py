"""What our probes are measured against: a loop that stores nothing, and an exporter written in Go."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import aiohttp

from tests.benchmarks.services import running

CLIENTS = 8


def bare(url: str, count: int, concurrency: int, processes: int = 2) -> float:
    """Requests per second of so many processes with a bare aiohttp loop each; a fresh connection for each."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.rivals",
        url,
        str(count // processes),
        str(concurrency),
    ]
    with ExitStack() as stack:
        loops = [stack.enter_context(running(command)) for _ in range(processes)]
        for loop in loops:
            said(loop)
        start = time.monotonic()
        for loop in loops:
            if loop.stdin:
                loop.stdin.write(b"go\n")
                loop.stdin.flush()
        for loop in loops:
            said(loop)
        return count / (time.monotonic() - start)


def said(process: "subprocess.Popen[bytes]") -> bytes:
    line = process.stdout.readline() if process.stdout else b""
    if not line:
        raise RuntimeError("The bare loop ended early.")
    return line


async def ask(url: str, count: int, concurrency: int) -> None:
    places = asyncio.Semaphore(concurrency)
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def once() -> None:
            async with places, session.get(url) as response:
                if response.status != 200 or not await response.read():
                    raise RuntimeError(f"answered {response.status}")

        await asyncio.gather(*(once() for _ in range(count)))


def exported(port: int, module: str, target: str, count: int) -> float:
    """Probes per second of a blackbox exporter that `CLIENTS` ask over connections which they keep."""
    path = f"/probe?module={module}&target={quote(target, safe='')}"
    start = time.monotonic()
    asyncio.run(all_clients(port, path, iter(range(count))))
    return count / (time.monotonic() - start)


async def all_clients(port: int, path: str, turns: Iterator[int]) -> None:
    await asyncio.gather(*(client(port, path, turns) for _ in range(CLIENTS)))


async def client(port: int, path: str, turns: Iterator[int]) -> None:
    """One request after the other; as little as a client can do, since it takes its share of the machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in turns:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: exporter\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b"\nprobe_success 1\n" not in await body(reader, head.lower()):
            raise RuntimeError("The exporter's probe did not succeed.")
    writer.close()


async def body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if b"content-length: " in head:
        return await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return whole


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    asyncio.run(ask(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    print("done", flush=True)

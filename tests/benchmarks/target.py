"""What the benches probe: a server as quick as Python allows, in a process of its own, over HTTP and TLS."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings

from readiness.standin.certificates import Authority
from readiness.standin.scene import Host

NAME = "billing.bench.example"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
SICK = ANSWER.replace(b"200 OK", b"503 Service Unavailable")


@dataclass(frozen=True)
class Target:
    """Where it listens, in plain text and in TLS, and the authority that signed for `NAME`."""

    http: int
    tls: int
    ca_file: str
    process: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}/"

    def turn_red(self) -> None:
        """From now on it answers 503."""
        if self.process and self.process.stdin:
            self.process.stdin.write("red\n")
            self.process.stdin.flush()


@contextmanager
def serving(folder: Path) -> Iterator[Target]:
    command = [sys.executable, "-m", "tests.benchmarks.target", str(folder)]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            ports = json.loads(process.stdout.readline()) if process.stdout else {}
            yield Target(**ports, ca_file=str(folder / "ca.pem"), process=process)
        finally:
            process.kill()


class Answering(asyncio.Protocol):
    answer = ANSWER

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            self.transport.write(self.answer)
            self.transport.close()


async def serve(folder: Path) -> None:
    loop = asyncio.get_running_loop()
    context = Authority.kept_in(folder, datetime.now(UTC)).context(Host(host=NAME))
    plain = await loop.create_server(Answering, "127.0.0.1", 0, backlog=1024)
    secure = await loop.create_server(Answering, "127.0.0.1", 0, ssl=context, backlog=1024)
    http, tls = (server.sockets[0].getsockname()[1] for server in (plain, secure))
    print(json.dumps({"http": http, "tls": tls}), flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        Answering.answer = SICK


if __name__ == "__main__":
    django.setup()
    asyncio.run(serve(Path(sys.argv[1])))

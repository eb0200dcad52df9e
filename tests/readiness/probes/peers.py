"""Real servers at the other end of a probe, hostile ones included, and a way to run one probe."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_network

from readiness.probes.batch import ProbeRun, outcome
from readiness.probes.network_policy import Context, NetworkPolicy
from readiness.probes.region_data import RegionData
from tests.fixtures.waiting import PATIENCE

NOW = datetime.now(UTC)
FACTS = {"slug": "europe", "name": "Europe", "provider_code": "eu-west-1", "domain": "eu.harbor.example"}
NOWHERE = RegionData()
LOOPBACK = NetworkPolicy(allowed=(ip_network("127.0.0.0/8"),))


def look(kind, parameters, *, reach=LOOPBACK, facts=FACTS, now=NOW, lookup=None, place=NOWHERE):
    """The outcome of one probe."""
    return asyncio.run(outcome(ProbeRun(kind, parameters, facts, place), Context(now, reach, lookup)))


class Peer:
    """Listens on loopback; `serve(connection, number)` gets each connection, counted from 1."""

    def __init__(
        self,
        serve: Callable[[socket.socket, int], None],
        tls: ssl.SSLContext | None = None,
        at: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self.serve, self.tls, self.accepted = serve, tls, 0
        self.requests: list[bytes] = []
        self.listener = socket.create_server(at, backlog=64)
        self.port = self.listener.getsockname()[1]
        self.open: set[socket.socket] = set()
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.accepted += 1
                talking = threading.Thread(target=self._talk, args=(connection, self.accepted), daemon=True)
                self.open.add(connection)
                self.threads.append(talking)
                talking.start()

    def _talk(self, connection: socket.socket, number: int) -> None:
        with suppress(OSError), connection:
            connection.settimeout(2 * PATIENCE)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self.open.add(connection)
            self.serve(connection, number)

    def close(self) -> None:
        """Closing alone wakes no thread on Linux: one that still waits would take the next connection."""
        for each in (self.listener, *list(self.open)):
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join()


@contextmanager
def peer(serve, tls=None, at=("127.0.0.1", 0)):
    running = Peer(serve, tls, at)
    try:
        yield running
    finally:
        running.close()


def request(connection: socket.socket) -> bytes:
    """The head of the request that came in."""
    head = b""
    while b"\r\n\r\n" not in head and (piece := connection.recv(4096)):
        head += piece
    return head


def answering(*answers: bytes):
    """A server that gives the first request the first answer, and so on; the last one again and again."""

    def serve(connection, number):
        request(connection)
        connection.sendall(answers[min(number, len(answers)) - 1])

    return serve


def http(body=b"", status="200 OK", **headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

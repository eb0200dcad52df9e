"""The application that granian serves: a request takes a thread only once all of it has arrived.

Bodies are read on the event loop, within the page's limit and a deadline, and answers leave as a whole. So
neither a client that sends slowly nor one that reads slowly holds a thread.
"""

import asyncio
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Any, Protocol
from urllib.parse import unquote_to_bytes

from django.conf import settings

from readiness.web.body_limits import BodyLimit, limit_of
from readiness.wsgi import application as wsgi_application

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
Answer = tuple[int, Headers, bytes]

# The time that a body may take: this, and its size at a megabit a second.
PATIENCE, BYTES_A_SECOND = 20.0, 125_000
# What is not read is dropped behind the answer, for so long and while no pause is longer.
LINGER, PAUSE = 10.0, 1.0
IN_MEMORY = 64 * 1024
# Each connection needs one; 256 or 1,024 is what systems give unless asked.
FILES = 4096


class RsgiScope(Protocol):
    """The part of granian's scope that is used here."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


class Exchange(Protocol):
    """Granian's protocol object: the body in pieces, and one answer."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_str(self, status: int, headers: Headers, body: str) -> None: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


class Broken(Exception):
    """The client went away before the end of its body."""


class Site:
    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(threads, "request")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        allow_files()

    async def __rsgi__(self, scope: RsgiScope, exchange: Exchange) -> None:
        environ = environ_of(scope)
        with environ["wsgi.input"]:
            try:
                unread = await attach_body(environ, exchange)
            except TimeoutError:
                exchange.response_str(408, REFUSAL, "The body did not arrive in time.\n")
                return
            except Broken:
                exchange.response_str(400, REFUSAL, "The body is not complete.\n")
                return
            loop = asyncio.get_running_loop()
            status, headers, body = await loop.run_in_executor(self.threads, self.answer, environ)
        exchange.response_bytes(status, headers, body)
        if unread is not None:
            await drop(unread)

    def answer(self, environ: Environ) -> Answer:
        """Status, headers and body, in a thread."""
        begun: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
            begun.append((int(status[:3]), headers))

        pieces = self.application(environ, start_response)
        try:
            body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        return *begun[-1], body


REFUSAL: Headers = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]
# Two of one name are one, as CGI has it.
JOINTS = {"HTTP_COOKIE": "; "}


def environ_of(scope: RsgiScope) -> Environ:
    """As WSGI has it. A header with an underscore is left out: it would pass for one with a hyphen."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        # In memory while it is short, else in a file.
        "wsgi.input": tempfile.SpooledTemporaryFile(IN_MEMORY),  # noqa: SIM115 - closed with the request
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = f"{environ[key]}{JOINTS.get(key, ',')}{value}" if key in environ else value
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{key}" in environ:
            environ[key] = environ.pop(f"HTTP_{key}")
    return environ


async def attach_body(environ: Environ, exchange: Exchange) -> AsyncIterator[bytes] | None:
    """Read it, as far as its page takes one, whether its length was announced or it comes in chunks.

    A body that is announced to be too long is not read, and chunks only until they are too long: then
    `CONTENT_LENGTH` makes the middleware refuse it, and the unread pieces are returned.
    Raises `TimeoutError` and `Broken`.
    """
    chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
    announced = None if chunked else int(environ.get("CONTENT_LENGTH") or 0)
    if announced == 0:
        return None
    file = environ["wsgi.input"]
    limit, pieces = limit_of(environ["PATH_INFO"]), (piece async for piece in exchange)
    if announced is not None and announced > limit.size and limit.kept is None:
        return pieces
    expected = limit.size if announced is None else min(announced, limit.size)
    async with asyncio.timeout(PATIENCE + expected / BYTES_A_SECOND):
        read = await read_body(pieces, file, limit)
    if announced is not None and read < expected:
        raise Broken
    environ["CONTENT_LENGTH"] = str(read if limit.kept is None else file.tell())
    file.seek(0)
    return pieces if read > limit.size else None


async def read_body(pieces: AsyncIterator[bytes], file: IO[bytes], limit: BodyLimit) -> int:
    """Into `file`, no more than is kept. Returns the size of all that arrived until it was too long."""
    read, kept = 0, limit.size if limit.kept is None else limit.kept
    async for piece in pieces:
        file.write(piece[: max(0, kept - read)])
        read += len(piece)
        if read > limit.size:
            break
    return read


async def drop(pieces: AsyncIterator[bytes]) -> None:
    """A client that is still sending would otherwise never see its answer, only that it was cut off."""
    with suppress(TimeoutError, StopAsyncIteration):
        async with asyncio.timeout(LINGER):
            while True:
                await asyncio.wait_for(anext(pieces), PAUSE)


def allow_files() -> None:
    """As many open files as a full house of connections takes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


application = Site(wsgi_application, settings.WEB_THREADS)

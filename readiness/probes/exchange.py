"""One HTTP request over a connection of its own, to an address that was vetted.

aiohttp's protocol with its parser and bounds, without its session and connector: those are for many requests
to one host, and cost twice what the request does where nothing may be shared with another host.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ssl import SSLContext
from typing import Literal
from urllib.parse import SplitResult

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError, RawResponseMessage
from aiohttp.streams import StreamReader

from readiness.probes.answer import Answer, read
from readiness.probes.connecting import connected
from readiness.probes.guard import Endpoint

_SENT = {"User-Agent": "region-readiness", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_PORTS = {"http": 80, "https": 443}

Redirects = Literal["follow", "same host", "none"]


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` and `body` go to the origin of `url` and to no other, wherever it redirects to."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    redirects: Redirects = "follow"


async def answered(
    request: Request, url: SplitResult, endpoints: list[Endpoint], tls: SSLContext | None, *, with_body: bool
) -> Answer:
    """What is at `url`, the vetted form of the request's. Raises `OSError`, `aiohttp.ClientError`.

    An `OSError` that is no `aiohttp.ClientError` came before anything was sent.
    """
    handler = await _opened(url, endpoints, tls)
    try:
        handler.set_response_params(
            skip_payload=request.method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            max_line_size=8190,
            max_field_size=8190,
            max_headers=100,
        )
        _transport_of(handler).write(written(request, url))
        message, content = await _final(handler)
        return await read(message.code, message.headers, content, with_body=with_body)
    except HttpProcessingError as problem:
        raise aiohttp.ClientError("the answer is not HTTP, or its headers are too large") from problem
    finally:
        # What is still to come is not wanted, and a hostile peer's goodbye is not waited for.
        handler.abort()


async def _opened(url: SplitResult, endpoints: list[Endpoint], tls: SSLContext | None) -> ResponseHandler:
    opened, loop = await connected(endpoints), asyncio.get_running_loop()
    _, handler = await loop.create_connection(
        lambda: ResponseHandler(loop), sock=opened, ssl=tls, server_hostname=url.hostname if tls else None
    )
    return handler


def _transport_of(handler: ResponseHandler) -> asyncio.Transport:
    if handler.transport is None:
        raise aiohttp.ServerDisconnectedError
    return handler.transport


async def _final(handler: ResponseHandler) -> tuple[RawResponseMessage, StreamReader]:
    """The answer after those that only say that it will come (100 Continue, 103 Early Hints)."""
    while True:
        message, content = await handler.read()
        if message.code >= 200 or message.code == 101:
            return message, content


def written(request: Request, url: SplitResult) -> bytes:
    """The request as it is sent; its headers and its URL were vetted, and have no line breaks."""
    body = request.body.encode()
    ours = {"Content-Type": "application/octet-stream", **_SENT} if body else _SENT
    named = {name.lower() for name in request.headers}
    headers = {"Host": _host(url), **{name: ours[name] for name in ours if name.lower() not in named}}
    headers |= request.headers
    if body or request.method in ("POST", "PUT"):
        headers["Content-Length"] = str(len(body))
    path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    lines = [f"{request.method} {path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("ascii") + body


# Python takes a URL apart anew each time that it is asked for a part of it.
@lru_cache(maxsize=256)
def _host(url: SplitResult) -> str:
    """The host as a server is told it: IPv6 in brackets, the port unless it is the usual one."""
    host = url.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if port_of(url) == _PORTS[url.scheme] else f"{host}:{port_of(url)}"


@lru_cache(maxsize=256)
def port_of(url: SplitResult) -> int:
    return url.port or _PORTS[url.scheme]

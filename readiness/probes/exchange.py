"""One HTTP request over a connection of its own, to an address that was vetted.

aiohttp's parser with its bounds, without its session, connector and protocol: those are for many requests to
one host, and cost twice what the request does where nothing may be shared with another host.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from socket import socket
from ssl import SSLContext
from typing import Literal
from urllib.parse import SplitResult

import aiohttp
from aiohttp.base_protocol import BaseProtocol
from aiohttp.helpers import EMPTY_BODY_STATUS_CODES
from aiohttp.http import HttpResponseParser, RawResponseMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from readiness.probes import async_socket
from readiness.probes.answer import MAX_BODY, Answer, read
from readiness.probes.connecting import connected
from readiness.probes.guard import Endpoint, vetted_url

_SENT = {"User-Agent": "region-readiness", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_PORTS = {"http": 80, "https": 443}

Redirects = Literal["follow", "same host", "none"]


@dataclass(frozen=True)
class ProbeRequest:
    """`headers` and `body` go to the origin of `url` and to no other, wherever it redirects to.

    All of them were vetted: there are no line breaks in them.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    redirects: Redirects = "follow"

    @cached_property
    def written(self) -> bytes:
        """As it is sent: the same for each run of a check."""
        url, body = vetted_url(self.url), self.body.encode()
        ours = {"Content-Type": "application/octet-stream", **_SENT} if body else _SENT
        named = {name.lower() for name in self.headers}
        headers = {"Host": _host(url), **{name: ours[name] for name in ours if name.lower() not in named}}
        headers |= self.headers
        if body or self.method in ("POST", "PUT"):
            headers["Content-Length"] = str(len(body))
        path = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        lines = [f"{self.method} {path} HTTP/1.1", *(f"{name}: {headers[name]}" for name in headers)]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("ascii") + body


async def answered(
    request: ProbeRequest,
    url: SplitResult,
    endpoints: list[Endpoint],
    tls: SSLContext | None,
    *,
    with_body: bool,
) -> Answer:
    """What is at `url`, the vetted form of the request's. Raises `OSError`, `aiohttp.ClientError`.

    An `OSError` that is no `aiohttp.ClientError` came before anything was sent.
    """
    # What is still to come when this ends is not wanted, and a hostile peer's goodbye is not waited for.
    with await connected(endpoints) as plain:
        if tls is None:
            return await _asked(plain, request, with_body)
        with tls.wrap_socket(plain, server_hostname=url.hostname, do_handshake_on_connect=False) as spoken:
            await async_socket.shake_hands(spoken)
            return await _asked(spoken, request, with_body)


async def _asked(opened: socket, request: ProbeRequest, with_body: bool) -> Answer:
    hearing = ResponseReader(opened, with_body=request.method != "HEAD")
    try:
        await async_socket.send(opened, request.written)
    except OSError as problem:
        raise aiohttp.ClientOSError(*problem.args) from problem
    message, content = await hearing.final()
    if not with_body:
        return Answer(message.code, message.headers)
    return await read(message.code, message.headers, content, hearing.more)


class ResponseReader:
    """What a server answers on `opened`, taken in and understood as far as it is asked for."""

    def __init__(self, opened: socket, *, with_body: bool) -> None:
        self.opened, self.with_body = opened, with_body
        loop = asyncio.get_running_loop()
        self.parser = HttpResponseParser(
            _Unhurried(loop),
            loop,
            MAX_BODY,
            payload_exception=aiohttp.ClientPayloadError,
            response_with_body=with_body,
            read_until_eof=True,
            auto_decompress=False,
            max_line_size=8190,
            max_field_size=8190,
            max_headers=100,
        )

    async def final(self) -> tuple[RawResponseMessage, StreamReader]:
        """The answer after those that only say that it will come (100 Continue, 103 Early Hints).

        Raises `aiohttp.ClientError`.
        """
        while data := await self._received():
            try:
                messages, *_ = self.parser.feed_data(data)
            except Exception as problem:
                raise aiohttp.ClientError("the answer is not HTTP, or its headers are too large") from problem
            for message, content in messages:
                if message.code >= 200 or message.code == 101:
                    bare = message.code in EMPTY_BODY_STATUS_CODES
                    return message, EMPTY_PAYLOAD if bare else content
        raise aiohttp.ServerDisconnectedError

    async def more(self) -> None:
        """Of the body, into its stream. Raises `aiohttp.ClientPayloadError` where it breaks off."""
        try:
            if data := await async_socket.receive(self.opened):
                self.parser.feed_data(data)
            else:
                self.parser.feed_eof()
        except Exception as problem:
            raise aiohttp.ClientPayloadError from problem

    async def _received(self) -> bytes:
        try:
            return await async_socket.receive(self.opened)
        except OSError as problem:
            raise aiohttp.ClientOSError(*problem.args) from problem


class _Unhurried(BaseProtocol):
    """Whom the parser tells that it has enough; nothing comes that is not asked for."""

    def pause_reading(self) -> None:
        pass

    def resume_reading(self, resume_parser: bool = True) -> None:
        pass


def _host(url: SplitResult) -> str:
    """The host as a server is told it: IPv6 in brackets, the port unless it is the usual one."""
    host = url.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if port_of(url) == _PORTS[url.scheme] else f"{host}:{port_of(url)}"


# Python takes a URL apart anew each time that it is asked for a part of it.
@lru_cache(maxsize=256)
def port_of(url: SplitResult) -> int:
    return url.port or _PORTS[url.scheme]

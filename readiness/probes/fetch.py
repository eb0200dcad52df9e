"""One HTTP request, and the redirects after it, each of them vetted and read within bounds."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal
from urllib.parse import SplitResult, urljoin

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import JsonValue

from readiness.probes.answer import Answer, read
from readiness.probes.failure import Failure, explained
from readiness.probes.guard import Address, Endpoint, Gate, vetted_url
from readiness.probes.reach import Context
from readiness.probes.text import clipped

MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_SENT = {"User-Agent": "region-readiness", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}

Redirects = Literal["follow", "same host", "none"]


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` and `body` go to the origin of `url` and to no other, wherever it redirects to."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    redirects: Redirects = "follow"


@dataclass(slots=True)
class Trail:
    """Where the probe is, for the fact and the evidence when it ends before its time.

    `resolved` has each host it came by, with all of its addresses, also those it may not connect to.
    """

    urls: list[str]
    endpoint: list[Endpoint] = field(default_factory=list)
    looking_up: bool = False
    resolved: list[tuple[str, list[Address]]] = field(default_factory=list)

    @property
    def evidence(self) -> dict[str, JsonValue]:
        seen: dict[str, JsonValue] = {"url": self.urls[-1]}
        if self.endpoint:
            seen["addresses"] = [str(address) for address, _ in self.endpoint]
        if len(self.urls) > 1:
            seen["redirected_from"] = list(self.urls[:-1])
        return seen


async def fetched(
    request: Request, context: Context, trail: Trail, *, with_body: bool, final: tuple[int, ...] = ()
) -> Answer:
    """The answer at the end of the redirects; a status that is `final` is not followed further.

    Raises what `failure_of` explains.
    """
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _asked(request, context, trail, with_body)
        location = answer.headers.get("Location")
        if answer.status not in _REDIRECTS or answer.status in final or not location:
            return answer
        if request.redirects == "none":
            return answer
        trail.urls.append(urljoin(trail.urls[-1], location))
        request = _redirected(request, answer.status, trail.urls)
    raise aiohttp.ClientError(f"redirected more than {MAX_REDIRECTS} times")


def _redirected(request: Request, status: int, urls: list[str]) -> Request:
    """What is asked next: nothing that was meant for one origin is sent to another."""
    before, after = vetted_url(urls[-2]), vetted_url(urls[-1])
    if request.redirects == "same host" and before.hostname != after.hostname:
        raise aiohttp.ClientError("that is another host, which this check does not follow to")
    stays = _origin(before) == _origin(after)
    method, body = request.method, request.body
    if status in (301, 302, 303) and method not in ("GET", "HEAD"):
        method, body = "GET", ""
    if body and not stays:
        raise aiohttp.ClientError("that is another origin, which is not sent the body")
    return Request(urls[-1], method, request.headers if stays else {}, body, request.redirects)


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    return url.scheme, url.hostname, port_of(url)


async def _asked(request: Request, context: Context, trail: Trail, with_body: bool) -> Answer:
    url = vetted_url(request.url)
    await _looked_up(url, context, trail)

    async def ask() -> Answer:
        return await _answered(request, url, context, trail.endpoint, with_body)

    return await context.tries.at(ask, partial(_is_passing, request))


def _is_passing(request: Request, problem: Exception) -> bool:
    """Nothing came back, and asking again does no harm: what may have been carried out is not sent twice."""
    match problem:
        case aiohttp.ClientSSLError():
            return False
        case aiohttp.ClientConnectorError():
            return True
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return request.method != "POST"
    return False


async def _answered(
    request: Request, url: SplitResult, context: Context, endpoints: list[Endpoint], with_body: bool
) -> Answer:
    # One connector for one request: nothing is shared with, or remembered for, another host.
    connector = aiohttp.TCPConnector(
        resolver=Pinned(endpoints),
        socket_factory=Gate(endpoints),
        ssl=context.reach.tls if url.scheme == "https" else True,
        use_dns_cache=False,
        force_close=True,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={**_SENT, **request.headers},
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
        max_line_size=8190,
        max_field_size=8190,
        max_headers=100,
    ) as session:
        # By itself it would send most requests once more, and not tell.
        session._retry_connection = False
        async with session.request(
            request.method,
            yarl.URL(url.geturl(), encoded=True),
            data=request.body.encode() or None,
            allow_redirects=False,
        ) as response:
            return await read(response, with_body=with_body)


async def _looked_up(url: SplitResult, context: Context, trail: Trail) -> None:
    host, port = url.hostname or "", port_of(url)
    trail.looking_up, trail.endpoint = True, []
    trail.resolved.append((host, await context.addresses(host, port)))
    trail.endpoint = context.endpoints_among(host, port, trail.resolved[-1][1])
    trail.looking_up = False


class Pinned(AbstractResolver):
    """Answers with the endpoints that were vetted, whatever is asked."""

    def __init__(self, endpoints: list[Endpoint]) -> None:
        self.endpoints = endpoints

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET6 if address.version == 6 else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address, port in self.endpoints
        ]

    async def close(self) -> None:
        pass


def failure_of(problem: BaseException, trail: Trail, seconds: float) -> Failure:
    """Why the request that left `trail` came to nothing; it had `seconds` to come back."""
    match problem:
        case aiohttp.ClientConnectorCertificateError():
            failure = explained(problem.certificate_error)
        case aiohttp.ClientConnectorError():
            failure = explained(problem.os_error)
        case aiohttp.ServerDisconnectedError():
            failure = Failure("failed", "connection closed without an answer")
        case aiohttp.ClientResponseError():
            failure = Failure("failed", "the answer is not HTTP, or its headers are too large")
        case aiohttp.ClientPayloadError():
            failure = Failure("failed", "the answer broke off")
        case aiohttp.InvalidURL():
            failure = Failure("error", "not checked: the URL cannot be read")
        case aiohttp.ClientError() if not isinstance(problem, OSError):
            failure = Failure("failed", str(problem))
        case _:
            failure = explained(problem, looking_up=trail.looking_up, seconds=seconds)
    if len(trail.urls) == 1:
        return failure
    return failure._replace(fact=f"redirected to {clipped(trail.urls[-1], 200)}: {failure.fact}")


def port_of(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)

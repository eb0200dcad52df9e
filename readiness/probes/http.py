"""`http`: a URL answers with the right status, headers and facts, in time."""

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, urljoin

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import Field, JsonValue, field_validator, model_validator

from readiness.probes.answer import Answer, expectations, read
from readiness.probes.failure import Failure, explained
from readiness.probes.guard import Endpoint, Gate, Refused, vetted_url
from readiness.probes.kind import Kind, Parameters
from readiness.probes.outcome import Outcome
from readiness.probes.reach import Context, Unresolvable

MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_SENT = {"User-Agent": "region-readiness", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


class HttpParameters(Parameters):
    url: str = Field(
        title="URL", description="Such as https://billing.{region.domain}/health.", max_length=2000
    )
    method: Literal["GET", "HEAD"] = Field("GET", title="Method")
    status: list[int] = Field([200], title="Status", description="Any of these.", min_length=1, max_length=20)
    headers: dict[str, str] = Field(
        {},
        title="Headers",
        description="Name and exact value: x-region: {region.provider_code}.",
        max_length=20,
    )
    facts: dict[str, JsonValue] = Field(
        {},
        alias="json",
        title="JSON facts",
        description="Path and exact value: checks.0.region: {region.provider_code}.",
        max_length=20,
    )
    body: str = Field(
        "", title="Body contains", description="A text in which * stands for anything.", max_length=200
    )
    max_latency_ms: int | None = Field(None, title="Latency, at most", description="Milliseconds.", ge=1)
    timeout: float = Field(10, title="Timeout", description="Seconds, redirects included.", ge=0.1, le=30)

    @field_validator("url")
    @classmethod
    def _plain(cls, url: str) -> str:
        try:
            vetted_url(url)
        except Refused as problem:
            raise ValueError(str(problem)) from problem
        return url

    @field_validator("status")
    @classmethod
    def _possible(cls, status: list[int]) -> list[int]:
        if not all(200 <= code <= 599 for code in status):
            raise ValueError("a status is between 200 and 599")
        return status

    @model_validator(mode="after")
    def _answerable(self) -> "HttpParameters":
        if self.method == "HEAD" and (self.facts or self.body):
            raise ValueError("HEAD has no body to look into; use GET")
        return self


@dataclass(slots=True)
class Trail:
    """Where the probe is, for the fact and the evidence when it ends before its time."""

    urls: list[str]
    endpoint: list[Endpoint] = field(default_factory=list)
    looking_up: bool = False

    @property
    def evidence(self) -> dict[str, JsonValue]:
        seen: dict[str, JsonValue] = {"url": self.urls[-1]}
        if self.endpoint:
            seen["addresses"] = [str(address) for address, _ in self.endpoint]
        if len(self.urls) > 1:
            seen["redirected_from"] = list(self.urls[:-1])
        return seen


async def probe(parameters: HttpParameters, context: Context) -> Outcome:
    trail = Trail([parameters.url])
    started = time.perf_counter()
    try:
        async with asyncio.timeout(parameters.timeout):
            answer = await _followed(parameters, context, trail)
    except (OSError, aiohttp.ClientError, Refused, Unresolvable) as problem:
        state, fact = _explained(problem, trail, parameters.timeout)
        return Outcome(state, fact, evidence=trail.evidence)
    latency = (time.perf_counter() - started) * 1000
    unmet = expectations(
        answer,
        status=parameters.status,
        headers=parameters.headers,
        facts=parameters.facts,
        body=parameters.body,
    )
    if parameters.max_latency_ms is not None and latency > parameters.max_latency_ms:
        unmet.append(f"took {latency:,.0f} ms, limit {parameters.max_latency_ms:,} ms")
    evidence = {**trail.evidence, "status": answer.status}
    if unmet:
        return Outcome("failed", "; ".join(unmet), latency, evidence)
    return Outcome("passed", f"answered {answer.status} in {latency:,.0f} ms", latency, evidence)


async def _followed(parameters: HttpParameters, context: Context, trail: Trail) -> Answer:
    """The answer at the end of the redirects, each of them vetted like the first URL."""
    for _ in range(MAX_REDIRECTS + 1):
        answer = await _asked(parameters, context, trail)
        location = answer.headers.get("Location")
        if answer.status not in _REDIRECTS or answer.status in parameters.status or not location:
            return answer
        trail.urls.append(urljoin(trail.urls[-1], location))
    raise aiohttp.ClientError(f"redirected more than {MAX_REDIRECTS} times")


async def _asked(parameters: HttpParameters, context: Context, trail: Trail) -> Answer:
    url = vetted_url(trail.urls[-1])
    trail.looking_up, trail.endpoint = True, []
    trail.endpoint = await context.endpoints(url.hostname or "", _port(url))
    trail.looking_up = False
    # One connector for one request: nothing is shared with, or remembered for, another host.
    connector = aiohttp.TCPConnector(
        resolver=Pinned(trail.endpoint),
        socket_factory=Gate(trail.endpoint),
        ssl=context.tls if url.scheme == "https" else True,
        use_dns_cache=False,
        force_close=True,
    )
    async with (
        aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_SENT,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
            max_line_size=8190,
            max_field_size=8190,
            max_headers=100,
        ) as session,
        session.request(
            parameters.method, yarl.URL(url.geturl(), encoded=True), allow_redirects=False
        ) as response,
    ):
        return await read(response, with_body=bool(parameters.facts or parameters.body))


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


def _explained(problem: Exception, trail: Trail, seconds: float) -> Failure:
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
    return failure._replace(fact=f"redirected to {trail.urls[-1][:200]}: {failure.fact}")


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


HTTP = Kind("Answer (HTTP)", HttpParameters, probe)

"""One HTTP request, and the redirects after it, each of them vetted and read within bounds."""

from dataclasses import dataclass, field
from functools import partial
from urllib.parse import SplitResult, urljoin

import aiohttp
from pydantic import JsonValue

from readiness.probes.answer import Answer
from readiness.probes.exchange import ProbeRequest, answered, port_of
from readiness.probes.failure import Failure, explained
from readiness.probes.guard import Address, Endpoint, vetted_url
from readiness.probes.network_policy import Context
from readiness.probes.text import clipped
from readiness.probes.tries import is_connection_trouble

MAX_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(slots=True)
class RedirectTrail:
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
    request: ProbeRequest,
    context: Context,
    trail: RedirectTrail,
    *,
    with_body: bool,
    final: tuple[int, ...] = (),
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
        trail.urls.append(_joined(trail.urls[-1], location))
        request = _redirected(request, answer.status, trail.urls)
    raise aiohttp.ClientError(f"redirected more than {MAX_REDIRECTS} times")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as problem:
        raise aiohttp.ClientError(f"redirected to what is no URL: {clipped(location, 200)}") from problem


def _redirected(request: ProbeRequest, status: int, urls: list[str]) -> ProbeRequest:
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
    return ProbeRequest(urls[-1], method, request.headers if stays else {}, body, request.redirects)


def _origin(url: SplitResult) -> tuple[str, str | None, int]:
    return url.scheme, url.hostname, port_of(url)


async def _asked(request: ProbeRequest, context: Context, trail: RedirectTrail, with_body: bool) -> Answer:
    url = vetted_url(request.url)
    await _looked_up(url, context, trail)
    tls = context.reach.tls if url.scheme == "https" else None

    async def ask() -> Answer:
        return await answered(request, url, trail.endpoint, tls, with_body=with_body)

    return await context.tries.at(ask, partial(_is_passing, request))


def _is_passing(request: ProbeRequest, problem: Exception) -> bool:
    """Nothing came back, and asking again does no harm: what may have been carried out is not sent twice."""
    if isinstance(problem, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
        return request.method != "POST"
    return is_connection_trouble(problem)


async def _looked_up(url: SplitResult, context: Context, trail: RedirectTrail) -> None:
    host, port = url.hostname or "", port_of(url)
    trail.looking_up, trail.endpoint = True, []
    trail.resolved.append((host, await context.addresses(host, port)))
    trail.endpoint = context.endpoints_among(host, port, trail.resolved[-1][1])
    trail.looking_up = False


def failure_of(problem: BaseException, trail: RedirectTrail, seconds: float) -> Failure:
    """Why the request that left `trail` came to nothing; it had `seconds` to come back."""
    match problem:
        case aiohttp.ServerDisconnectedError():
            failure = Failure("failed", "connection closed without an answer")
        case aiohttp.ClientPayloadError():
            failure = Failure("failed", "the answer broke off")
        case aiohttp.ClientError() if not isinstance(problem, OSError):
            failure = Failure("failed", str(problem))
        case _:
            failure = explained(problem, looking_up=trail.looking_up, seconds=seconds)
    if len(trail.urls) == 1:
        return failure
    return failure._replace(fact=f"redirected to {clipped(trail.urls[-1], 200)}: {failure.fact}")

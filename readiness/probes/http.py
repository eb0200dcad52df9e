"""`http`: a URL answers with the right status, headers and facts, in time."""

import asyncio
import time
from collections.abc import Iterable
from functools import cached_property
from typing import Literal

import aiohttp
from django.utils.translation import gettext, gettext_noop
from pydantic import Field, field_validator, model_validator

from readiness.probes.answer import Answer, Expected
from readiness.probes.exchange import ProbeRequest, Redirects
from readiness.probes.fetch import RedirectTrail, failure_of, fetched
from readiness.probes.fields import (
    Comparisons,
    HeaderComparisons,
    Milliseconds,
    Regex,
    Seconds,
    Sent,
    Url,
    host_of,
    origin_of,
    timeout,
)
from readiness.probes.guard import TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome
from readiness.probes.pattern import TooCostly


class HttpParameters(Parameters):
    url: Url = Field(
        title=gettext_noop("URL"), description=gettext_noop("Such as https://billing.{region.domain}/health.")
    )
    method: Literal["GET", "HEAD", "POST", "PUT", "OPTIONS"] = Field("GET", title=gettext_noop("Method"))
    send: Sent = Field(
        {},
        title=gettext_noop("Headers to send"),
        description=gettext_noop(
            "To the URL's own origin only, such as authorization: Bearer {secret.NAME}."
        ),
    )
    send_body: str = Field("", title=gettext_noop("Body to send"), max_length=10_000)
    redirects: Redirects = Field(
        "follow", title=gettext_noop("Redirects"), description=gettext_noop("Followed three times at most.")
    )
    status: list[int] = Field(
        [200],
        title=gettext_noop("Status"),
        description=gettext_noop("Any of these."),
        min_length=1,
        max_length=20,
    )
    headers: HeaderComparisons = Field(
        {},
        title=gettext_noop("Headers"),
        description=gettext_noop("Of the answer, such as x-region: {region.provider_code}."),
    )
    facts: Comparisons = Field(
        {},
        alias="json",
        title=gettext_noop("JSON facts"),
        description=gettext_noop("By their path in the answer: checks.0.region is {region.provider_code}."),
    )
    body: str = Field(
        "",
        title=gettext_noop("Body contains"),
        description=gettext_noop("A text in which * stands for anything."),
        max_length=200,
    )
    body_matches: Regex = Field(
        "", title=gettext_noop("Body matches"), description=gettext_noop("A regular expression.")
    )
    max_latency_ms: Milliseconds | None = Field(None, title=gettext_noop("Latency, at most"))
    timeout: Seconds = timeout(gettext_noop("Redirects included."))

    @field_validator("status")
    @classmethod
    def _possible(cls, status: list[int]) -> list[int]:
        if not all(200 <= code <= 599 for code in status):
            raise ValueError(gettext("a status is between 200 and 599"))
        return status

    @model_validator(mode="after")
    def _answerable(self) -> "HttpParameters":
        if self.method == "HEAD" and self.expected.needs_body:
            raise ValueError(gettext("HEAD has no body to look into; use GET"))
        if self.send_body and self.method not in ("POST", "PUT"):
            raise ValueError(gettext("%(method)s sends no body; use POST or PUT") % {"method": self.method})
        return self

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [("url", host_of(self.url))]

    def origins(self) -> Iterable[tuple[str, str]]:
        return [("url", origin_of(self.url))]

    @cached_property
    def request(self) -> ProbeRequest:
        return ProbeRequest(self.url, self.method, self.send, self.send_body, self.redirects)

    @cached_property
    def expected(self) -> Expected:
        return Expected(self.status, self.headers, self.facts, self.body, self.body_matches)


async def probe(parameters: HttpParameters, context: Context) -> Outcome:
    trail = RedirectTrail([parameters.url])
    started = time.perf_counter()
    try:
        async with asyncio.timeout(parameters.timeout):
            answer = await fetched(
                parameters.request,
                context,
                trail,
                with_body=parameters.expected.needs_body,
                final=tuple(parameters.status),
            )
            latency = context.tries.milliseconds_since(started)
            unmet = await parameters.expected.unmet(answer)
    except TooCostly:
        return Outcome("error", "the regular expression takes too long on this answer", None, trail.evidence)
    except (OSError, aiohttp.ClientError, TargetRefused, Unresolvable) as problem:
        state, fact = failure_of(problem, trail, parameters.timeout)
        return Outcome(state, fact, evidence=trail.evidence)
    return _judged(parameters, answer, unmet, latency, trail)


def _judged(
    parameters: HttpParameters, answer: Answer, unmet: list[str], latency: float, trail: RedirectTrail
) -> Outcome:
    if parameters.max_latency_ms is not None and latency > parameters.max_latency_ms:
        unmet = [*unmet, f"took {latency:,.0f} ms, limit {parameters.max_latency_ms:,} ms"]
    evidence = {**trail.evidence, "status": answer.status}
    if answer.body is not None:
        evidence["body_bytes"] = answer.read
    if unmet:
        return Outcome("failed", "; ".join(unmet), latency, evidence)
    return Outcome("passed", f"answered {answer.status} in {latency:,.0f} ms", latency, evidence)


HTTP = ProbeKind(gettext_noop("Answer (HTTP)"), HttpParameters, probe)

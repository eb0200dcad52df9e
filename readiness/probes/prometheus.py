"""`prometheus`: an instant query compared with a threshold; a query that says nothing is no pass."""

import asyncio
import math
import operator
import time
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

import aiohttp
from django.utils.translation import gettext_noop
from pydantic import Field

from readiness.probes.answer import Answer, at, document_in
from readiness.probes.comparing import shown
from readiness.probes.exchange import ProbeRequest
from readiness.probes.fetch import RedirectTrail, failure_of, fetched
from readiness.probes.fields import Seconds, Sent, Url, host_of, origin_of, timeout
from readiness.probes.guard import TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome

_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_TOLD = 3


class PrometheusParameters(Parameters):
    url: Url = Field(
        title=gettext_noop("Server"), description=gettext_noop("Such as https://prometheus.{region.domain}.")
    )
    query: str = Field(
        title=gettext_noop("Query"),
        description=gettext_noop('PromQL: max(queue_age_seconds{region="{region.provider_code}"}).'),
        min_length=1,
        max_length=1000,
    )
    compare: Literal["<", "<=", ">", ">=", "=", "!="] = Field("<=", title=gettext_noop("Each value must be"))
    threshold: int | float = Field(title=gettext_noop("Threshold"))
    send: Sent = Field(
        {},
        title=gettext_noop("Headers to send"),
        description=gettext_noop("authorization: Bearer {secret.NAME}."),
    )
    timeout: Seconds = timeout()

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [("url", host_of(self.url))]

    def origins(self) -> Iterable[tuple[str, str]]:
        return [("url", origin_of(self.url))]

    @property
    def request(self) -> ProbeRequest:
        address = f"{self.url.rstrip('/')}/api/v1/query?{urlencode({'query': self.query})}"
        return ProbeRequest(address, headers=self.send, redirects="same host")


class MetricSample(NamedTuple):
    labels: str
    value: float


async def probe(parameters: PrometheusParameters, context: Context) -> Outcome:
    request, started = parameters.request, time.perf_counter()
    trail = RedirectTrail([request.url])
    try:
        async with asyncio.timeout(parameters.timeout):
            answer = await fetched(request, context, trail, with_body=True)
    except (OSError, aiohttp.ClientError, TargetRefused, Unresolvable) as problem:
        # The server that was asked is not what the check is about.
        fact = f"Prometheus: {failure_of(problem, trail, parameters.timeout).fact}"
        return Outcome("error", fact, evidence=trail.evidence)
    latency = context.tries.milliseconds_since(started)
    try:
        samples = _samples(answer)
    except ValueError as problem:
        return Outcome("error", f"Prometheus: {problem}", latency, trail.evidence)
    return _judged(parameters, samples, latency, trail)


def _samples(answer: Answer) -> list[MetricSample]:
    """Raises `ValueError` with a clause that says why there are none."""
    if answer.trouble:
        raise ValueError(answer.trouble)
    document = document_in(answer.body or b"")
    if answer.status != 200 or at(document, "status") != "success":
        raise ValueError(f"answered {answer.status}, {shown(at(document, 'error'))}")
    kind, result = at(document, "data.resultType"), at(document, "data.result")
    if kind == "scalar":
        return [MetricSample("", _value(result))]
    if kind != "vector" or not isinstance(result, list):
        raise ValueError("the query gives neither a number nor a vector")
    if not result:
        raise ValueError("the query gives nothing, which says nothing")
    return [MetricSample(_labels(at(series, "metric")), _value(at(series, "value"))) for series in result]


def _value(pair: Any) -> float:
    """Prometheus writes a sample as its time and its value, the value as text."""
    text = pair[1] if isinstance(pair, list) and len(pair) == 2 else None
    if not isinstance(text, str):
        raise ValueError("a sample of the result has no value")
    return float(text.replace("Inf", "inf"))


def _labels(metric: Any) -> str:
    if not isinstance(metric, dict):
        return ""
    return ", ".join(f"{name}={shown(value)}" for name, value in sorted(metric.items())[:_TOLD])


def _judged(
    parameters: PrometheusParameters, samples: list[MetricSample], latency: float, trail: RedirectTrail
) -> Outcome:
    compare = _COMPARE[parameters.compare]
    wrong = [s for s in samples if math.isnan(s.value) or not compare(s.value, parameters.threshold)]
    wanted = f"{parameters.compare} {parameters.threshold:g}"
    evidence = {**trail.evidence, "values": {s.labels or "value": s.value for s in samples[:20]}}
    if not wrong:
        return Outcome("passed", f"{_told(samples)}, {wanted} wanted", latency, evidence)
    return Outcome("failed", f"expected {wanted}, got {_told(wrong)}", latency, evidence)


def _told(samples: list[MetricSample]) -> str:
    told = "; ".join(f"{s.value:g} ({s.labels})" if s.labels else f"{s.value:g}" for s in samples[:_TOLD])
    return f"{told}; and {len(samples) - _TOLD} more" if len(samples) > _TOLD else told


PROMETHEUS = ProbeKind(gettext_noop("Metric (Prometheus)"), PrometheusParameters, probe)

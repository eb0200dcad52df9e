"""`parity`: facts in the JSON of a region's address equal, or are not older than, the reference region's."""

import asyncio
import re
import time
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import aiohttp
from django.utils.translation import gettext_noop
from pydantic import Field

from readiness.probes.answer import Answer, at, document_in
from readiness.probes.comparing import MISSING, is_same, shown
from readiness.probes.exchange import ProbeRequest
from readiness.probes.failure import Failure
from readiness.probes.fetch import RedirectTrail, failure_of, fetched
from readiness.probes.fields import Seconds, Sent, Url, host_of, origin_of, timeout
from readiness.probes.guard import TargetRefused
from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.outcome import Outcome

_RULES = {"equal": "", "not older": "not older than "}
_PARTS = re.compile(r"[0-9]+|[a-z]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d.*")


class ParityParameters(Parameters):
    url: Url = Field(
        title=gettext_noop("URL"),
        description=gettext_noop("The same in each region: https://app.{region.domain}/version."),
    )
    facts: dict[str, Literal["equal", "not older"]] = Field(
        alias="json",
        title=gettext_noop("JSON facts"),
        description=gettext_noop("By their path in the answer, such as version: not older."),
        min_length=1,
        max_length=20,
    )
    send: Sent = Field(
        {},
        title=gettext_noop("Headers to send"),
        description=gettext_noop("authorization: Bearer {secret.NAME}."),
    )
    timeout: Seconds = timeout(gettext_noop("For each region."))

    def hosts(self) -> Iterable[tuple[str, str]]:
        return [("url", host_of(self.url))]

    def origins(self) -> Iterable[tuple[str, str]]:
        return [("url", origin_of(self.url))]


class ParitySide(NamedTuple):
    """What one of the two regions said, or why it said nothing."""

    document: Any
    failure: Failure | None = None


async def probe(parameters: ParityParameters, context: Context) -> Outcome:
    reference: ParityParameters | None = context.reference
    if reference is None:
        return Outcome("error", "the region is modelled on no other, so there is nothing to compare with")
    started = time.perf_counter()
    evidence: dict[str, Any] = {"url": parameters.url, "reference": reference.url}
    here, there = await asyncio.gather(_side(parameters, context), _side(reference, context))
    if here.failure:
        return Outcome(here.failure.state, here.failure.fact, evidence=evidence)
    if there.failure:
        # A reference that cannot be read says nothing about this region.
        return Outcome("error", f"the reference region: {there.failure.fact}", evidence=evidence)
    return _judged(parameters, here, there, (time.perf_counter() - started) * 1000, evidence)


async def _side(parameters: ParityParameters, context: Context) -> ParitySide:
    trail = RedirectTrail([parameters.url])
    try:
        async with asyncio.timeout(parameters.timeout):
            request = ProbeRequest(parameters.url, headers=parameters.send)
            return _said(await fetched(request, context, trail, with_body=True))
    except (OSError, aiohttp.ClientError, TargetRefused, Unresolvable) as problem:
        return ParitySide(None, failure_of(problem, trail, parameters.timeout))


def _said(answer: Answer) -> ParitySide:
    if answer.status != 200:
        return ParitySide(None, Failure("failed", f"answered {answer.status}, expected 200"))
    if answer.trouble:
        return ParitySide(None, Failure("failed", answer.trouble))
    try:
        return ParitySide(document_in(answer.body or b""))
    except ValueError as problem:
        return ParitySide(None, Failure("failed", str(problem)))


def _judged(
    parameters: ParityParameters,
    here: ParitySide,
    there: ParitySide,
    latency: float,
    evidence: dict[str, Any],
) -> Outcome:
    pairs = {path: (at(here.document, path), at(there.document, path)) for path in parameters.facts}
    evidence = {**evidence, "facts": {path: [shown(side) for side in pair] for path, pair in pairs.items()}}
    if unknown := [path for path, (_, reference) in pairs.items() if reference is MISSING]:
        return Outcome("error", f"the reference region has no {', '.join(unknown)}", latency, evidence)
    wrong = [
        f"{path}: expected {_RULES[rule]}{shown(pairs[path][1])}, got {shown(pairs[path][0])}"
        for path, rule in parameters.facts.items()
        if not _agree(rule, *pairs[path])
    ]
    if wrong:
        return Outcome("failed", "; ".join(wrong), latency, evidence)
    same = ", ".join(f"{path} {shown(ours)}" for path, (ours, _) in pairs.items())
    return Outcome("passed", f"as in the reference region: {same}", latency, evidence)


def _agree(rule: str, ours: Any, theirs: Any) -> bool:
    if ours is MISSING:
        return False
    if rule == "equal" or is_same(theirs, ours):
        return is_same(theirs, ours)
    if isinstance(ours, str) and isinstance(theirs, str):
        return age(ours) >= age(theirs)
    return _is_number(ours) and _is_number(theirs) and bool(ours >= theirs)


def age(version: str) -> tuple[list[tuple[int, int, str]], bool, list[tuple[int, int, str]]]:
    """Sorts versions and days from old to new: number by number, a release after its candidates (`-rc1`)."""
    release, _, before = (version, "", "") if _DAY.fullmatch(version) else version.partition("-")
    return _parts(release.removeprefix("v")), not before, _parts(before)


def _parts(text: str) -> list[tuple[int, int, str]]:
    parts = [part[:18] for part in _PARTS.findall(text.partition("+")[0].lower())]
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


PARITY = ProbeKind(gettext_noop("Same as the reference (parity)"), ParityParameters, probe, compares=True)

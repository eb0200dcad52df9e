"""A check tried once, before it is saved: it looks as a worker would, and nothing is kept."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

from readiness import probes
from readiness.models import Region, User
from readiness.models.network import networks_of
from readiness.probes import Outcome
from readiness.probes.batch import Run, outcome
from readiness.probes.place import Place
from readiness.probes.reach import Context, Reach
from readiness.resolved import Leaf, Resolved, leaves_of

# Seconds. A trial holds a thread of the web process, so it is shorter than a run may be. The check's own
# deadline comes first: it says what was waited for.
LONGEST, HURRIED = 10, 9


class Busy(Exception):
    """That person's last trial is still under way."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`outcome` is none for a check that cannot look by itself; `awaited` says what it waits for."""

    resolved: Resolved
    outcome: Outcome | None = None
    awaited: str = ""

    @property
    def evidence(self) -> list[Leaf]:
        return list(leaves_of(self.outcome.evidence)) if self.outcome else []


def tried(kind: str, parameters: Mapping[str, Any], region: Region, *, by: User, now: datetime) -> Trial:
    """`parameters` must have been found right. Raises `Busy`."""
    resolved = Resolved.of(kind, parameters, region)
    if awaited := _awaited(kind, parameters, region, now):
        return Trial(resolved, awaited=awaited)
    run = Run(kind, _hurried(parameters, kind), probes.facts_of(region), _place(kind, region))
    with _one_at_a_time(by):
        return Trial(resolved, asyncio.run(_bounded(run, Context(now, Reach.from_settings()))))


def _awaited(kind: str, parameters: Mapping[str, Any], region: Region, now: datetime) -> str:
    try:
        return probes.find(kind).awaits(parameters, probes.facts_of(region), now)
    except probes.Unfillable as problem:
        return str(problem)


def _hurried(parameters: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if "timeout" not in probes.find(kind).parameters.model_fields:
        return dict(parameters)
    return {**parameters, "timeout": min(parameters.get("timeout", HURRIED), HURRIED)}


def _place(kind: str, region: Region) -> Place:
    """What the run needs to know of the region, as `readiness.runs` has it for items."""
    networks = networks_of([region.pk]).get(region.pk, ()) if kind == "residency" else ()
    reference = region.modelled_on if probes.find(kind).compares else None
    return Place(networks, probes.facts_of(reference) if reference else None)


@contextmanager
def _one_at_a_time(person: User) -> Iterator[None]:
    """Nobody holds more than one thread; an entry that a killed process left behind ends by itself."""
    key = f"trial-{person.pk}"
    if not cache.add(key, True, LONGEST + 5):
        raise Busy
    try:
        yield
    finally:
        cache.delete(key)


async def _bounded(run: Run, context: Context) -> Outcome:
    try:
        async with asyncio.timeout(LONGEST):
            return await outcome(run, context)
    except TimeoutError:
        return Outcome("error", f"the try was stopped after {LONGEST} s")

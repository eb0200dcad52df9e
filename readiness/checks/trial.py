"""A check tried once, before it is saved: it looks as a worker would, and nothing is kept.

But for one thing: that a secret was sent stays in the history, and what came back is not shown. A check's
author chooses what it asks of a server, and what the server tells the secret is not theirs to read.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from readiness import probes
from readiness.checks.resolved import Leaf, Resolved, leaves_of, secrets_in
from readiness.models import Integration, Region, Requirement, User
from readiness.models.history import change
from readiness.models.network import networks_of
from readiness.probes import Outcome
from readiness.probes.batch import ProbeRun, outcome
from readiness.probes.network_policy import Context, NetworkPolicy
from readiness.probes.region_data import RegionData

# Seconds. A trial holds a thread of the web process, so it is shorter than a run may be. The check's own
# deadline comes first: it says what was waited for.
LONGEST, HURRIED = 10, 9


class Busy(Exception):
    """That person's last trial is still under way."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`outcome` is none for a check that cannot look by itself; `awaited` says what it waits for.

    `sent` are the names of the secrets that were sent.
    """

    resolved: Resolved
    outcome: Outcome | None = None
    awaited: str = ""
    sent: tuple[str, ...] = ()

    @property
    def evidence(self) -> list[Leaf]:
        return list(leaves_of(self.outcome.evidence)) if self.outcome else []


def tried(
    kind: str,
    parameters: Mapping[str, Any],
    region: Region,
    *,
    subject: Requirement | Integration,
    by: User,
    now: datetime,
) -> Trial:
    """`parameters` must have been found right; `subject` is what history tells of it. Raises `Busy`."""
    resolved = Resolved.of(kind, parameters, region)
    if awaited := _awaited(kind, parameters, region, now):
        return Trial(resolved, awaited=awaited)
    run = ProbeRun(kind, _hurried(parameters, kind), probes.facts_of(region), _place(kind, region))
    with _one_at_a_time(by):
        sent = _noted(run, region, subject, by, now)
        found = asyncio.run(_bounded(run, Context(now, NetworkPolicy.from_settings())))
        return Trial(resolved, _withheld(found) if sent else found, sent=sent)


def _noted(
    run: ProbeRun, region: Region, subject: Requirement | Integration, by: User, now: datetime
) -> tuple[str, ...]:
    """The secrets that the run sends, once history says so: before it is sent, so that nothing hides it."""
    parameters: Any = run.parameters
    names = tuple(secret.name for secret in secrets_in(parameters))
    places = [run.facts, *([run.place.reference] if run.place.reference else [])]
    origins = [origin for facts in places for origin in probes.find(run.kind).origins(parameters, facts)]
    if not names or not origins:
        return ()
    told = {"secrets": list(names), "origins": list(dict.fromkeys(origins)), "probe": run.kind}
    change(subject, "secret tried", at=now, by=by, after=told, region_id=region.pk).save()
    return names


def _withheld(found: Outcome) -> Outcome:
    """What it came to, and nothing of what was got."""
    said = _("Not shown, because a secret was sent. Once the check is saved, its runs tell.")
    return Outcome(found.state, said, found.latency)


def _awaited(kind: str, parameters: Mapping[str, Any], region: Region, now: datetime) -> str:
    try:
        return probes.find(kind).awaits(parameters, probes.facts_of(region), now)
    except probes.Unfillable as problem:
        return str(problem)


def _hurried(parameters: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if "timeout" not in probes.find(kind).parameters.model_fields:
        return dict(parameters)
    return {**parameters, "timeout": min(parameters.get("timeout", HURRIED), HURRIED)}


def _place(kind: str, region: Region) -> RegionData:
    """What the run needs to know of the region, as `readiness.checks.runs` has it for items."""
    networks = networks_of([region.pk]).get(region.pk, ()) if kind == "residency" else ()
    reference = region.modelled_on if probes.find(kind).compares else None
    return RegionData(networks, probes.facts_of(reference) if reference else None)


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


async def _bounded(run: ProbeRun, context: Context) -> Outcome:
    try:
        async with asyncio.timeout(LONGEST):
            return await outcome(run, context)
    except TimeoutError:
        return Outcome("error", f"the try was stopped after {LONGEST} s")

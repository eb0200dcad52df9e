"""Many probes at once, each with its own deadline; none delays or spoils another."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.utils import translation

from readiness import probes
from readiness.probes.network_policy import Context, NetworkPolicy
from readiness.probes.outcome import Outcome
from readiness.probes.region_data import RegionData
from readiness.probes.secrets import redaction
from readiness.probes.text import shortened
from readiness.probes.tries import Tries

logger = logging.getLogger(__name__)

# Whatever a probe does with its own deadline, this is the end of it: half of the time a claim lasts.
DEADLINE = 35
# How long a run waits for its turn in the batch and at its host: with the deadline after it, it ends within
# its claim. Longer than most checks' own deadlines: others have their turn where nothing answers.
PATIENCE = 15
# Characters of a fact, of a text in the evidence and of its name there; and how much of that there may be.
_FACT, _EVIDENCE, _NAME, _ITEMS = 500, 300, 80, 30


class ProbeRun(NamedTuple):
    """One probe of kind `kind` for the region that `facts` are about; `parameters` may be given in JSON."""

    kind: str
    parameters: Mapping[str, Any] | str
    facts: Mapping[str, str]
    place: RegionData = RegionData()
    retries: int = 0

    @property
    def host(self) -> str:
        """What it connects to first; nothing when that cannot be told."""
        try:
            return probes.find(self.kind).host(self.parameters, self.facts)
        except LookupError:
            return ""
        except Exception:
            # A kind that breaks here is run all the same: what it does wrong is no reason to end the batch.
            logger.exception("The host of a check of kind %s cannot be told.", self.kind)
            return ""


def run_batch(
    runs: Sequence[ProbeRun],
    *,
    now: datetime,
    reach: NetworkPolicy,
    concurrency: int = 100,
    per_host: int | None = None,
) -> list[Outcome | None]:
    """The outcome of each of `runs`, in their order.

    At most `concurrency` of them are under way at a time, and `per_host` of those to one host. `None` for one
    whose turn did not come because others kept its place or its host: nothing is known of it, and it is not
    late by its own fault.
    """
    return asyncio.run(outcomes(runs, Context(now, reach), concurrency, per_host))


async def outcomes(
    runs: Sequence[ProbeRun], context: Context, concurrency: int = 100, per_host: int | None = None
) -> list[Outcome | None]:
    places = asyncio.Semaphore(concurrency)
    hosts = [run.host if per_host else "" for run in runs]
    turns = {host: asyncio.Semaphore(per_host or 1) for host in hosts if host}
    began: dict[asyncio.Task[Any] | None, float] = {}

    async def in_turn(run: ProbeRun, host: str) -> Outcome:
        # The host's turn first: who waits for a slow host keeps no place from the others.
        async with turns.get(host) or nullcontext(), places:
            began[asyncio.current_task()] = time.monotonic()
            return await outcome(run, context)

    under_way = [asyncio.create_task(in_turn(run, host)) for run, host in zip(runs, hosts, strict=True)]
    await _ended(under_way, began)
    return [_stopped(task in began) if task.cancelled() else task.result() for task in under_way]


async def _ended(
    under_way: Sequence["asyncio.Task[Any]"], began: "Mapping[asyncio.Task[Any] | None, float]"
) -> None:
    """All of them; those that have not begun within `PATIENCE`, and those that have not ended within their
    `DEADLINE` by themselves, are stopped within a second after it.

    A look at all of them each second: a timer for each run takes a twentieth of the time of the run.
    """
    left: set[asyncio.Task[Any]] = set(under_way)
    no_turn = time.monotonic() + PATIENCE
    while left:
        _, left = await asyncio.wait(left, timeout=min(1, DEADLINE, PATIENCE))
        now = time.monotonic()
        for task in left:
            if now >= (began[task] + DEADLINE if task in began else no_turn):
                task.cancel()


def _stopped(had_begun: bool) -> Outcome | None:
    return Outcome("error", f"the check was stopped after {DEADLINE} s") if had_begun else None


async def outcome(run: ProbeRun, context: Context) -> Outcome:
    """What one run found. A probe that breaks is an error of ours, told without its internals.

    It is kept for everybody, so it is told in no reader's language.
    """
    with translation.override(None):
        return await _outcome(run, context)


async def _outcome(run: ProbeRun, context: Context) -> Outcome:
    try:
        kind = probes.find(run.kind)
    except LookupError as problem:
        return Outcome("error", str(problem.args[0]))
    tries = Tries(run.retries)
    try:
        return _told(await kind.run(run.parameters, run.facts, context.of(run.place, tries)), tries)
    except Exception as problem:
        logger.exception("A probe of kind %s broke.", run.kind)
        return Outcome("error", f"the check itself broke ({type(problem).__name__})")


def _told(found: Outcome, tries: Tries) -> Outcome:
    """What was found, as it can be kept. Raises whatever it does where `found` is no outcome."""
    hide = redaction()
    told = f", after {tries.made} tries" if tries.made > 1 else ""
    fact = _printable(found.fact, _FACT - len(told), hide) + told
    return Outcome(found.state, fact, found.latency, _storable(found.evidence, hide))


def _storable(value: Any, hide: Callable[[str], str]) -> Any:
    """Evidence that any database can hold: bounded, without control characters, NaN or lone surrogates.

    It quotes what a hostile server sent, and PostgreSQL refuses a NUL in a text and a NaN in JSON.
    """
    if isinstance(value, str):
        return _printable(value, _EVIDENCE, hide)
    if isinstance(value, dict):
        return {
            _printable(str(key), _NAME, hide): _storable(item, hide)
            for key, item in islice(value.items(), _ITEMS)
        }
    if isinstance(value, list | tuple):
        return [_storable(item, hide) for item in value[:_ITEMS]]
    if isinstance(value, Mapping):
        return _storable(dict(value), hide)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _printable(text: str, limit: int, hide: Callable[[str], str]) -> str:
    text = hide(text)
    # Nearly every text is, and looking at each character takes longer than all else about it.
    if text.isprintable():
        return text if len(text) <= limit else shortened(text, limit)
    printable = (character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return shortened("".join(printable), limit)

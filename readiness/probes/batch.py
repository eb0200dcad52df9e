"""Many probes at once, each with its own deadline; none delays or spoils another."""

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from readiness import probes
from readiness.probes.outcome import Outcome
from readiness.probes.place import Place
from readiness.probes.reach import Context, Reach
from readiness.probes.secrets import redacted
from readiness.probes.text import shortened

logger = logging.getLogger(__name__)

# Whatever a probe does with its own deadline, this is the end of it: half of the time a claim lasts.
DEADLINE = 35
_FACT, _EVIDENCE = 500, 300


class Run(NamedTuple):
    """One probe of kind `kind` for the region that `facts` are about."""

    kind: str
    parameters: Mapping[str, Any]
    facts: Mapping[str, str]
    place: Place = Place()


def run_batch(runs: Sequence[Run], *, now: datetime, reach: Reach, concurrency: int = 100) -> list[Outcome]:
    """The outcome of each of `runs`, in their order, at most `concurrency` of them under way at a time."""
    return asyncio.run(outcomes(runs, Context(now, reach), concurrency))


async def outcomes(runs: Sequence[Run], context: Context, concurrency: int = 100) -> list[Outcome]:
    places = asyncio.Semaphore(concurrency)

    async def in_turn(run: Run) -> Outcome:
        async with places:
            return await outcome(run, context)

    return await asyncio.gather(*(in_turn(run) for run in runs))


async def outcome(run: Run, context: Context) -> Outcome:
    """What one run found. A probe that breaks is an error of ours, told without its internals."""
    try:
        kind = probes.find(run.kind)
    except LookupError as problem:
        return Outcome("error", str(problem.args[0]))
    try:
        async with asyncio.timeout(DEADLINE):
            found = await kind.run(run.parameters, run.facts, replace(context, place=run.place))
    except TimeoutError:
        return Outcome("error", f"the check was stopped after {DEADLINE} s")
    except Exception as problem:
        logger.exception("A probe of kind %s broke.", run.kind)
        return Outcome("error", f"the check itself broke ({type(problem).__name__})")
    return Outcome(found.state, _printable(found.fact, _FACT), found.latency, _storable(found.evidence))


def _storable(value: Any) -> Any:
    """Evidence that any database can hold: bounded, without control characters, NaN or lone surrogates.

    It quotes what a hostile server sent, and PostgreSQL refuses a NUL in a text and a NaN in JSON.
    """
    if isinstance(value, str):
        return _printable(value, _EVIDENCE)
    if isinstance(value, Mapping):
        return {_printable(str(key), 80): _storable(item) for key, item in list(value.items())[:30]}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value[:30]]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _printable(text: str, limit: int) -> str:
    text = redacted(text)
    # Nearly every text is, and looking at each character takes longer than all else about it.
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
        )
    return shortened(text, limit)

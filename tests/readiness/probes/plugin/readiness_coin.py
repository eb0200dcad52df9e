"""A kind of check as another company's package brings it."""

from pydantic import Field

from readiness.probes.kind import Kind, Parameters
from readiness.probes.outcome import Outcome
from readiness.probes.reach import Context


class CoinParameters(Parameters):
    lands: str = Field(title="It lands on", description="heads or tails.")


async def probe(parameters: CoinParameters, context: Context) -> Outcome:
    side = "heads" if context.now.second % 2 else "tails"
    state = "passed" if side == parameters.lands else "failed"
    return Outcome(state, f"expected {parameters.lands}, got {side}")


COIN = Kind("A coin", CoinParameters, probe)
NO_KIND = "something else"

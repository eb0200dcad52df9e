"""A kind of check as another company's package brings it."""

from typing import Literal

from pydantic import BaseModel, Field

from readiness.probes.kind import Parameters, ProbeKind
from readiness.probes.network_policy import Context
from readiness.probes.outcome import Outcome


class CoinParameters(Parameters):
    lands: str = Field(title="It lands on", description="heads or tails.")


async def probe(parameters: CoinParameters, context: Context) -> Outcome:
    side = "heads" if context.now.second % 2 else "tails"
    state = "passed" if side == parameters.lands else "failed"
    return Outcome(state, f"expected {parameters.lands}, got {side}")


class Limits(BaseModel):
    least: int
    most: int = Field(gt=0)


class DiceParameters(Parameters):
    sides: Literal[6, 20]
    rolls: list[int] = Field([1, 2], title="Rolls", description="How often.")
    loaded: bool = False
    fair: bool = True
    factor: float | None = Field(None, ge=0, json_schema_extra={"unit": "x"})
    names: list[str] = []
    told: dict[str, str] = {}
    limits: Limits | None = None
    weights: dict[str, int] = {}


COIN = ProbeKind("A coin", CoinParameters, probe)
DICE = ProbeKind("Dice", DiceParameters, probe)
NO_KIND = "something else"

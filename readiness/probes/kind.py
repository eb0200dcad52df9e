"""A kind of check: its parameters, and how it looks."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from readiness.probes import placeholders
from readiness.probes.outcome import Outcome
from readiness.probes.reach import Context


class Parameters(BaseModel):
    """What a requirement says about its check. Titles and descriptions are what its form shows."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """`probe` looks and returns an `Outcome`; it stores nothing, and keeps its own deadline."""

    title: str
    parameters: type[P]
    probe: Callable[[P, Context], Awaitable[Outcome]]

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of the parameters."""
        return self.parameters.model_json_schema()

    def problems(self, parameters: Mapping[str, Any]) -> list[str]:
        """What is wrong with `parameters`, before any region is known: lines of `field: what is expected`."""
        unknown = list(placeholders.unknown(parameters))
        if unknown:
            return unknown
        try:
            self.parameters.model_validate(placeholders.filled(parameters, placeholders.SAMPLE))
        except ValidationError as problem:
            return _lines(problem)
        return []

    async def run(self, parameters: Mapping[str, Any], facts: Mapping[str, str], context: Context) -> Outcome:
        """Fill in the region's facts and look. Parameters that do not fit are an error of ours."""
        try:
            read = self.parameters.model_validate(placeholders.filled(parameters, facts))
        except placeholders.Unfillable as problem:
            return Outcome("error", str(problem))
        except ValidationError as problem:
            return Outcome("error", f"the check's parameters are wrong: {'; '.join(_lines(problem))}")
        return await self.probe(read, context)


def _lines(problem: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in error['loc']) or 'parameters'}: {_sentence(error['msg'])}"
        for error in problem.errors(include_url=False, include_context=False)
    ]


def _sentence(message: str) -> str:
    if message == "Extra inputs are not permitted":
        return "is not a parameter of this kind of check"
    if message.startswith("Value error, "):
        return message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]

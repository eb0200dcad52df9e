"""What one run of a probe, or one sign-off, said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failed` is theirs (it answered, wrongly or not at all), `error` is ours (the check could not be run).

    `fact` is one sentence with what was expected and what was found; `latency` in milliseconds; `evidence` is
    small JSON (certificate facts, the address connected to, …) or, of a person, `{"url": …}`.
    """

    state: Literal["passed", "failed", "error"]
    fact: str
    latency: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

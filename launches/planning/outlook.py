"""What pages show of a forecast, computed once for each state of a launch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from launches.forecast import BlockerCost, Forecast, forecast
from launches.planning.history import Past, past_of
from launches.planning.inputs import Inputs
from launches.planning.unknown import StandingAlone
from readiness.language.phrase import Phrase


class Part(NamedTuple):
    """What one blocker costs: calendar days that P85 and P50 are later because of it, the chance of the
    target without it, in which share of futures it is on the path that decides the date, 0 to 1, and how many
    working days it is expected to take from now on."""

    days: int = 0
    days50: int = 0
    chance: float = 0.0
    criticality: float = 0.0
    work: float = 0.0


@dataclass(frozen=True)
class Outlook:
    """`dates` by percentile, empty when there is no forecast: `problem` says why.

    `parts` are by slug; `assumed` are those without an estimate, taken as work of their kind usually goes.
    `curve` is the chance of being ready by each day, as ordinals. `unknowns` nobody knows of are expected on
    the way. `pending` are those whose cost nobody has computed yet, the most critical first. `outdated_since`
    is when it was computed, while the one of another state since then is still to come.
    """

    version: str = ""
    target: date = date.max
    dates: Mapping[int, date] = field(default_factory=dict)
    chance: float = 0.0
    unknowns: float = 0.0
    parts: Mapping[str, Part] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    curve: tuple[tuple[int, float], ...] = ()
    correction: float = 1.0
    problem: Phrase | str = ""
    pending: tuple[str, ...] = ()
    outdated_since: datetime | None = None

    @property
    def p50(self) -> date | None:
        return self.dates.get(50)

    @property
    def p85(self) -> date | None:
        return self.dates.get(85)

    @property
    def p95(self) -> date | None:
        return self.dates.get(95)

    @property
    def priced(self) -> int:
        """Of how many the cost is known."""
        return len(self.parts) - len(self.pending)

    def part(self, slug: str) -> Part:
        return self.parts.get(slug, Part(chance=self.chance))

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "target": self.target,
            "dates": {str(percent): day for percent, day in self.dates.items()},
            "chance": self.chance,
            "unknowns": self.unknowns,
            "parts": {slug: list(part) for slug, part in self.parts.items()},
            "assumed": list(self.assumed),
            "curve": [list(point) for point in self.curve],
            "correction": self.correction,
        }

    @classmethod
    def of_facts(cls, version: str, facts: Mapping[str, Any]) -> "Outlook":
        return cls(
            version,
            date.fromisoformat(facts["target"]),
            {int(percent): date.fromisoformat(day) for percent, day in facts["dates"].items()},
            facts["chance"],
            facts["unknowns"],
            {slug: Part(*part) for slug, part in facts["parts"].items()},
            tuple(facts["assumed"]),
            tuple((day, chance) for day, chance in facts["curve"]),
            facts["correction"],
        )


def outlook_of(
    state: Inputs, learned: Past, *, priced: bool = True, dropped: Collection[str] = ()
) -> Outlook:
    """Computed anew; `priced` with what each blocker costs. What cannot be forecast says why."""
    if state.problem:
        return Outlook(state.version, state.target, problem=state.problem)
    with StandingAlone(state.slug) as alone:
        seen = forecast(
            state.plan(learned),
            state.calendar,
            state.today,
            state.target,
            seed=state.seed,
            draws=state.draws,
            dropped=frozenset(dropped),
            keys=None if priced else (),
        )
        return of_forecast(state, seen, learned.correction)
    return Outlook(state.version, state.target, problem=alone.problem)


def of_forecast(state: Inputs, seen: Forecast, correction: float) -> Outlook:
    parts = {
        key: Part(chance=seen.chance, criticality=share, work=seen.work[key])
        for key, share in seen.criticality.items()
    }
    for cost in seen.costs:
        parts[cost.key] = part_of(cost, parts[cost.key])
    curve = tuple((day.toordinal(), chance) for day, chance in seen.curve())
    return Outlook(
        state.version,
        state.target,
        seen.dates,
        seen.chance,
        seen.unknowns,
        parts,
        seen.assumed,
        curve,
        correction,
    )


def part_of(cost: BlockerCost, unpriced: Part) -> Part:
    return unpriced._replace(days=cost.days[85], days50=cost.days[50], chance=cost.chance)


def learned_by(state: Inputs) -> Past:
    """The history behind `state`."""
    return past_of(state.stamp)

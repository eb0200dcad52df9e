"""What a forecast is made from: plain values, checked once, here.

All lengths are in working days of the region's calendar, counted from the morning of today.
"""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from readiness.language.phrase import phrase
from readiness.limits import MOST_WORKING_DAYS

LONGEST = float(MOST_WORKING_DAYS)
MOST_JOBS = 10_000
MOST_EDGES = 100_000
MOST_SLOTS = 50
# A twentieth of one day a week.
LEAST_SHARE = 0.01
# Below this many closed blockers their history says more about luck than about us.
ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """Three points: best, likely, worst. Raises `ValueError` unless 0 ≤ best ≤ likely ≤ worst ≤ ten years."""

    best: float
    likely: float
    worst: float

    def __post_init__(self) -> None:
        points = (self.best, self.likely, self.worst)
        if not all(math.isfinite(point) for point in points):
            raise ValueError(f"An estimate needs three numbers, not {_said(points)}.")
        if not 0 <= self.best <= self.likely <= self.worst:
            raise ValueError(
                f"An estimate runs from best to likely to worst and not below 0: {_said(points)}."
            )
        if self.worst > LONGEST:
            raise ValueError(f"An estimate over {LONGEST:.0f} working days is not one: {_said(points)}.")

    @property
    def mean(self) -> float:
        return (self.best + self.likely + self.worst) / 3


# For work nobody has estimated, while there is no history to say better.
DEFAULT_ESTIMATE = Estimate(2, 5, 15)


@dataclass(frozen=True, slots=True)
class Job:
    """An open blocker as the forecast sees it. `key` is its slug: the same in every database.

    `spent` is how many working days it has been worked on, `earliest` how many must pass before it can start,
    `risk` how bad launching without it would be, to rank cuts of the same size. An estimate is `guessed`
    while nobody has confirmed it.
    """

    key: str
    name: str
    estimate: Estimate | None = None
    waits_for: Set[str] = frozenset()
    team: str = ""
    kind: str = ""
    spent: float = 0.0
    earliest: float = 0.0
    waivable: bool = True
    risk: float = 0.0
    guessed: bool = False

    def __post_init__(self) -> None:
        for what, value in (("spent", self.spent), ("earliest", self.earliest), ("risk", self.risk)):
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{self.name}: {what} is a number from 0 on, not {value}.")
        if self.earliest > LONGEST:
            raise ValueError(f"{self.name}: earliest is over {LONGEST:.0f} working days away.")


@dataclass(frozen=True, slots=True)
class Capacity:
    """A team: how many blockers it works on at once, and the share of each week it gives them."""

    parallel_work: int = 1
    share: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.parallel_work <= MOST_SLOTS:
            raise ValueError(f"A team works on 1 to {MOST_SLOTS} blockers at once, not {self.parallel_work}.")
        if not LEAST_SHARE <= self.share <= 1:
            raise ValueError(f"{self.share} is not a share of a team's week, {LEAST_SHARE} to 1.")


@dataclass(frozen=True, slots=True)
class Closed:
    """A blocker of the past: the working days it took, and the estimate it had, if any."""

    days: float
    estimate: Estimate | None = None
    team: str = ""
    kind: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.days <= LONGEST:
            raise ValueError(f"A closed blocker took 0 to {LONGEST:.0f} working days, not {self.days}.")


@dataclass(frozen=True, slots=True)
class PendingSignOff:
    """A function that has not said go: how long it takes from being asked.

    Asked once the work is done, or (not `after_work`) today, beside the work.
    """

    name: str
    lead: Estimate
    after_work: bool = True


@dataclass(frozen=True)
class Workload:
    """Everything between today and the launch.

    `teams` holds the limited ones; the others work on all they have at once. `rate` is how many blockers
    nobody knows of yet are found per working day; `correction` multiplies every length (see `calibration`).
    Raises `ValueError` for doubled keys, more than can be computed, or a rate or correction that is no
    number. What is waited for and not among `jobs` counts as done.
    """

    jobs: tuple[Job, ...]
    teams: Mapping[str, Capacity] = field(default_factory=dict)
    history: tuple[Closed, ...] = ()
    sign_offs: tuple[PendingSignOff, ...] = ()
    rate: float = 0.0
    correction: float = 1.0

    def __post_init__(self) -> None:
        if len(self.jobs) > MOST_JOBS:
            raise ValueError(
                phrase(
                    "%(number)d blockers are more than the %(most)d a forecast takes.",
                    number=len(self.jobs),
                    most=MOST_JOBS,
                )
            )
        if sum(len(job.waits_for) for job in self.jobs) > MOST_EDGES:
            raise ValueError(
                phrase("There are more than the %(most)d dependencies a forecast takes.", most=MOST_EDGES)
            )
        if len(self.by_key) < len(self.jobs):
            raise ValueError("Two blockers have the same key.")
        if not (math.isfinite(self.rate) and self.rate >= 0):
            raise ValueError(f"The rate of discovery is a number from 0 on, not {self.rate}.")
        if not 0.1 <= self.correction <= 10:
            raise ValueError(f"A correction lies between 0.1 and 10, not {self.correction}.")

    @cached_property
    def by_key(self) -> dict[str, Job]:
        return {job.key: job for job in self.jobs}


def discovery_rate(found: int, days: float, reference: tuple[int, float] = (0, 0.0)) -> float:
    """How many blockers come up per working day: `found` in `days`, with the launch it is modelled on.

    Four weeks of its own speak for themselves; before that the `reference` (found, days) is pooled with them.
    With less than a week in all nothing is known: 0.
    """
    if days < 20:
        found, days = found + reference[0], days + reference[1]
    return found / days if days >= 5 else 0.0


def _said(points: tuple[float, ...]) -> str:
    return ", ".join(f"{point:g}" for point in points)

"""What moved the date: from the state of an earlier day to today's, one change after the other.

All states share the draws of the launch, so a step is what the change did and not luck. What two changes do
together falls to the one that comes later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from launches.forecast import Job, percentile
from launches.planning.history import Past
from launches.planning.inputs import Inputs, passed

# A re-plan of everything is told as one.
MOST_STEPS = 12


class Move(NamedTuple):
    """`days` later (or, below 0, earlier) at P85, in calendar days; `by_itself` when nobody did anything."""

    days: int
    text: str
    by_itself: bool = False


@dataclass(frozen=True)
class Earlier:
    """What was seen on an earlier day: the facts of its inputs, and its P85."""

    day: date
    p85: date
    target: date
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What only the history knows, each by slug: what became of what is not in the way any more, who changed
    which aspect of a blocker last; who moved the target, and who the freezes of the region.
    """

    ends: Mapping[str, str] = field(default_factory=dict)
    doers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mover: str = ""
    freezer: str = ""

    def by(self, slug: str, aspect: str) -> str:
        return _by(self.doers.get((slug, aspect), ""))


def drift(earlier: Earlier, state: Inputs, learned: Past, told: Told) -> list[Move]:
    """The moves from `earlier` to `state`; they add up to the difference of their P85.

    Raises `ValueError` where there is no forecast.
    """
    moves: list[Move] = []
    before = earlier.p85
    for text, step in _steps(earlier, state, told):
        after = _p85(step, state.draws, learned)
        moves.append(Move((after - before).days, text, by_itself=not moves))
        before = after
    if earlier.target != state.target:
        days = f"from {_day(earlier.target)} to {_day(state.target)}"
        moves.append(Move(0, f"target moved {days}{_by(told.mover)}"))
    return moves


def _steps(earlier: Earlier, state: Inputs, told: Told) -> Iterator[tuple[str, Inputs]]:
    """Each change with the state it leads to: the first is that time passed, the last leads to `state`."""
    days = passed(state.calendar, earlier.day, state.today)
    step = _aged(state.with_facts(earlier.facts), days)
    # A team that had nothing to do is as large as it is now.
    step = replace(step, teams={**state.teams, **step.teams})
    yield (
        f"{days} working day{'s' if days != 1 else ''} passed" if days else "history taught more",
        step,
    )
    if step.freezes != state.freezes:
        step = _refrozen(step, state)
        yield f"{_freezing(earlier, state)}{_by(told.freezer)}", step
    changes = list(_changes(step, state, told))
    for change in changes[:MOST_STEPS]:
        step = replace(step, jobs=change.made(step.jobs))
        yield change.text, step
    if len(changes) > MOST_STEPS:
        yield f"{len(changes) - MOST_STEPS} more changes", replace(step, jobs=state.jobs)
    if changed := sorted(team for team in state.teams if step.teams[team] != state.teams[team]):
        yield f"capacity of {', '.join(changed)} changed", replace(step, jobs=state.jobs, teams=state.teams)
    if step.sign_offs != state.sign_offs:
        fewer = len(state.sign_offs) < len(step.sign_offs)
        yield f"sign-offs {'given' if fewer else 'open again'}", state
    elif step.lead_days != state.lead_days:
        yield "lead time of sign-offs changed", state


class Change(NamedTuple):
    """One change of the jobs, and how to make it."""

    text: str
    key: str
    job: Job | None

    def made(self, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
        rest = [job for job in jobs if job.key != self.key]
        return tuple(sorted([*rest, self.job] if self.job else rest, key=lambda job: job.key))


def _changes(step: Inputs, state: Inputs, told: Told) -> Iterator[Change]:
    """What is gone, what is new, what is different, each in the order of their keys."""
    before, after = ({job.key: job for job in one.jobs} for one in (step, state))
    for key in sorted(before.keys() - after.keys()):
        end = f"{told.ends[key]}{told.by(key, 'state')}" if key in told.ends else "is not in the way any more"
        yield Change(f"{before[key].name} {end}", key, None)
    for key in sorted(after.keys() - before.keys()):
        yield Change(f"{after[key].name} came up", key, after[key])
    for key in sorted(after.keys() & before.keys()):
        if text := _difference(before[key], after[key], told):
            yield Change(text, key, after[key])


def _refrozen(step: Inputs, state: Inputs) -> Inputs:
    """With the freezes of `state`; days that were frozen looking back are not spent on what was begun."""
    spent = {job.key: job.spent for job in state.jobs if job.spent}
    jobs = (replace(job, spent=spent.get(job.key, job.spent)) if job.spent else job for job in step.jobs)
    return replace(step, jobs=tuple(jobs), freezes=state.freezes)


def _freezing(earlier: Earlier, state: Inputs) -> str:
    before, after = set(state.with_facts(earlier.facts).freezes), set(state.freezes)
    if before < after:
        return "freeze added"
    return "freeze lifted" if after < before else "freeze moved"


def _difference(before: Job, after: Job, told: Told) -> str:
    """What is different about a blocker, the weightiest first; what moves no date is nothing."""
    name = after.name
    if before.estimate != after.estimate:
        return f"estimate of {name} {_estimated(before, after)}{told.by(after.key, 'estimate')}"
    if before.waits_for != after.waits_for:
        return f"{name} waits for something else"
    if before.team != after.team:
        return f"{name} went to another team{told.by(after.key, 'team')}"
    if bool(before.spent) != bool(after.spent):
        return f"work on {name} {'begun' if after.spent else 'stopped'}{told.by(after.key, 'state')}"
    return f"facts of {name} changed" if (before.kind, before.spent) != (after.kind, after.spent) else ""


def _estimated(before: Job, after: Job) -> str:
    if not after.estimate or not before.estimate:
        return "given" if after.estimate else "withdrawn"
    return "raised" if after.estimate.mean > before.estimate.mean else "lowered"


def _by(name: str) -> str:
    return f" by {name}" if name else ""


def _aged(state: Inputs, days: int) -> Inputs:
    """The same state so many working days on: what was begun has been worked on since."""
    jobs = (replace(job, spent=job.spent + days) if job.spent else job for job in state.jobs)
    return replace(state, jobs=tuple(jobs))


def _p85(state: Inputs, draws: int, learned: Past) -> date:
    return percentile(state.plan(learned), state.calendar, state.today, 85, seed=state.seed, draws=draws)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"

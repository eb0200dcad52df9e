"""What moved the date: from the state of an earlier day to today's, one change after the other.

All states share the draws of the launch, so a step is what the change did and not luck. What two changes do
together falls to the one that comes later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from launches.forecast import Job, percentile
from launches.planning.history import Past
from launches.planning.inputs import Inputs, passed
from readiness.language.phrase import Phrase, PhraseDay, phrase, phrases, to_json

# A re-plan of everything is told as one.
MOST_STEPS = 12


class Move(NamedTuple):
    """`days` later (or, below 0, earlier) at P85, in calendar days; `by_itself` when nobody did anything,
    `is_target` when it moved what the forecast is held against."""

    days: int
    text: Phrase
    by_itself: bool = False
    is_target: bool = False

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return {"days": self.days, "text": to_json(self.text), "by_itself": self.by_itself}


@dataclass(frozen=True)
class PreviousForecast:
    """What was seen on an earlier day: the facts of its inputs, and its P85."""

    day: date
    p85: date
    target: date
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class DriftContext:
    """What only the history knows, each by slug: the state of what is not in the way any more, who changed
    which aspect of a blocker last; who moved the target, and who the freezes of the region.
    """

    ends: Mapping[str, str] = field(default_factory=dict)
    doers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    mover: str = ""
    freezer: str = ""

    def by(self, slug: str, aspect: str, what: Phrase) -> Phrase:
        return _by(self.doers.get((slug, aspect), ""), what)


def drift(earlier: PreviousForecast, state: Inputs, learned: Past, told: DriftContext) -> list[Move]:
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
        days = {"before": PhraseDay(earlier.target), "after": PhraseDay(state.target)}
        text = phrase("target moved from %(before)s to %(after)s", **days)
        moves.append(Move(0, _by(told.mover, text), is_target=True))
    return moves


def _steps(earlier: PreviousForecast, state: Inputs, told: DriftContext) -> Iterator[tuple[Phrase, Inputs]]:
    """Each change with the state it leads to: the first is that time passed, the last leads to `state`."""
    days = passed(state.calendar, earlier.day, state.today)
    gone = max(state.calendar.until(earlier.day, state.today - timedelta(days=1)), 0.0)
    step = _aged(state.with_facts(earlier.facts), days, gone)
    # A team that had nothing to do is as large as it is now.
    step = replace(step, teams={**state.teams, **step.teams})
    yield _passed(days), step
    if step.freezes != state.freezes:
        step = _refrozen(step, state)
        yield _by(told.freezer, _freezing(earlier, state)), step
    changes = list(_changes(step, state, told))
    for change in changes[:MOST_STEPS]:
        step = replace(step, jobs=change.made(step.jobs))
        yield change.text, step
    if len(changes) > MOST_STEPS:
        yield _more(len(changes) - MOST_STEPS), replace(step, jobs=state.jobs)
    if changed := sorted(team for team in state.teams if step.teams[team] != state.teams[team]):
        text = phrase("capacity of %(teams)s changed", teams=", ".join(changed))
        yield text, replace(step, jobs=state.jobs, teams=state.teams)
    if step.sign_offs != state.sign_offs:
        fewer = len(state.sign_offs) < len(step.sign_offs)
        yield phrase("sign-offs given") if fewer else phrase("sign-offs open again"), state
    elif step.lead_days != state.lead_days:
        yield phrase("lead time of sign-offs changed"), state


def _passed(days: int) -> Phrase:
    if not days:
        return phrase("history taught more")
    return phrases("%(count)d working day passed", "%(count)d working days passed", days)


def _more(count: int) -> Phrase:
    return phrases("%(count)d more change", "%(count)d more changes", count)


class JobChange(NamedTuple):
    """One change of the jobs, and how to make it."""

    text: Phrase
    key: str
    job: Job | None

    def made(self, jobs: tuple[Job, ...]) -> tuple[Job, ...]:
        rest = [job for job in jobs if job.key != self.key]
        return tuple(sorted([*rest, self.job] if self.job else rest, key=lambda job: job.key))


def _changes(step: Inputs, state: Inputs, told: DriftContext) -> Iterator[JobChange]:
    """What is gone, what is new, what is different, each in the order of their keys."""
    before, after = ({job.key: job for job in one.jobs} for one in (step, state))
    for key in sorted(before.keys() - after.keys()):
        yield JobChange(_gone(before[key], told), key, None)
    for key in sorted(after.keys() - before.keys()):
        yield JobChange(phrase("%(name)s came up", name=after[key].name), key, after[key])
    for key in sorted(after.keys() & before.keys()):
        if text := _difference(before[key], after[key], told):
            yield JobChange(text, key, after[key])


def _refrozen(step: Inputs, state: Inputs) -> Inputs:
    """With the freezes of `state`; days that were frozen looking back are not spent on what was begun."""
    now = {job.key: job for job in state.jobs}
    jobs = (
        replace(
            job,
            spent=(now[job.key].spent or job.spent) if job.spent else 0.0,
            earliest=(now[job.key].earliest or job.earliest) if job.earliest else 0.0,
        )
        if job.key in now
        else job
        for job in step.jobs
    )
    return replace(step, jobs=tuple(jobs), freezes=state.freezes)


def _freezing(earlier: PreviousForecast, state: Inputs) -> Phrase:
    before, after = set(state.with_facts(earlier.facts).freezes), set(state.freezes)
    if before < after:
        return phrase("freeze added")
    return phrase("freeze lifted") if after < before else phrase("freeze moved")


def _gone(job: Job, told: DriftContext) -> Phrase:
    ended = {
        "proposed": phrase("%(name)s was proposed", name=job.name),
        "waived": phrase("%(name)s was waived", name=job.name),
        "deferred": phrase("%(name)s was deferred", name=job.name),
        "resolved": phrase("%(name)s was resolved", name=job.name),
        "rejected": phrase("%(name)s was rejected", name=job.name),
    }
    if (text := ended.get(told.ends.get(job.key, ""))) is None:
        return phrase("%(name)s is not in the way any more", name=job.name)
    return told.by(job.key, "state", text)


def _difference(before: Job, after: Job, told: DriftContext) -> Phrase | None:
    """What is different about a blocker, the weightiest first; what moves no date is nothing."""
    name = after.name
    if before.estimate != after.estimate:
        return told.by(after.key, "estimate", _estimated(name, before, after))
    if before.waits_for != after.waits_for:
        return phrase("%(name)s waits for something else", name=name)
    if before.team != after.team:
        return told.by(after.key, "team", phrase("%(name)s went to another team", name=name))
    if bool(before.spent) != bool(after.spent):
        return told.by(after.key, "state", _worked(name, after))
    if before.earliest != after.earliest:
        return _postponed(name, before, after, told)
    if (before.kind, before.spent) != (after.kind, after.spent):
        return phrase("details of %(name)s changed", name=name)
    return None


def _estimated(name: str, before: Job, after: Job) -> Phrase:
    if not after.estimate:
        return phrase("estimate of %(name)s withdrawn", name=name)
    if not before.estimate:
        return phrase("estimate of %(name)s given", name=name)
    if after.estimate.mean > before.estimate.mean:
        return phrase("estimate of %(name)s raised", name=name)
    return phrase("estimate of %(name)s lowered", name=name)


def _postponed(name: str, before: Job, after: Job, told: DriftContext) -> Phrase:
    """It need not be there until a day, or that day is another one."""
    if not before.earliest:
        return told.by(after.key, "state", phrase("%(name)s was put off for a while", name=name))
    if after.earliest > before.earliest:
        return phrase("%(name)s blocks later", name=name)
    return phrase("%(name)s blocks sooner", name=name)


def _worked(name: str, after: Job) -> Phrase:
    if after.spent:
        return phrase("work on %(name)s begun", name=name)
    return phrase("work on %(name)s stopped", name=name)


def _by(name: str, what: Phrase) -> Phrase:
    return phrase("%(what)s by %(name)s", what=what, name=name) if name else what


def _aged(state: Inputs, days: int, gone: float) -> Inputs:
    """The same state so many working days on: what was begun has been worked on since, and what blocks from
    some day on does so sooner, by the `gone` days on which work could be done."""
    jobs = (
        replace(job, spent=job.spent + days if job.spent else 0.0, earliest=max(job.earliest - gone, 0.0))
        for job in state.jobs
    )
    return replace(state, jobs=tuple(jobs))


def _p85(state: Inputs, draws: int, learned: Past) -> date:
    return percentile(state.plan(learned), state.calendar, state.today, 85, seed=state.seed, draws=draws)

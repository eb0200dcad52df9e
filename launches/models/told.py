"""Blockers as a file tells of them: by the steps that people take, with their rules and their words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from launches.models.blocker import Blocker
from launches.models.blocker_steps import Because, BlockerStep
from launches.models.decision import KINDS, put_decision, refuse_alone
from readiness.models import Author, Change

_ASKED = ("requested_by", "requested_at")
# What a request has not yet, however it was decided the last time.
_UNDECIDED: Mapping[str, Any] = {"approved_by": None, "approved_at": None, "alone": False}


@dataclass(frozen=True)
class ToldBlocker:
    """News of a locked blocker: the state that it comes to, if any, the `times` of its course, and by kind
    the fields of what was decided about it."""

    blocker: Blocker
    state: str = ""
    times: Mapping[str, Any] = field(default_factory=dict)
    decisions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""


def take_told_steps(told: Iterable[ToldBlocker], author: Author) -> list[Change]:
    """Let all that is told happen. Raises `NotPossible` where one person decides what takes two."""
    return Blocker.objects.moved((step for one in told for step in _steps(one, author)), author.now)


def _steps(told: ToldBlocker, author: Author) -> Iterator[BlockerStep]:
    """What was decided is known before the blocker comes to the state that rests on it."""
    blocker = told.blocker
    why = Because(blocker, told.note or author.note, author.by, author.origin)
    steps = blocker.way_to(told.state) if told.state else []
    deciding = next((kind for kind, model in KINDS.items() for step in steps if step.to == model.STATE), "")
    for kind, values in told.decisions.items():
        if kind != deciding and values:
            yield from _decision(KINDS[kind], why, values)
    for step in steps:
        values = blocker.entering(step.to, author.now)
        if step is steps[-1]:
            values |= Blocker.times_told(told.times, told.state)
        if deciding and step.to == KINDS[deciding].STATE:
            yield from _decision(KINDS[deciding], why, told.decisions.get(deciding, {}), values)
        else:
            yield BlockerStep(step.verb, why, values)
    times = Blocker.times_told(told.times, blocker.state)
    if late := {name: at for name, at in times.items() if getattr(blocker, name) != at}:
        yield BlockerStep("edited", why, late)


def _decision(
    model: Any, why: Because, values: Mapping[str, Any], entered: Mapping[str, Any] | None = None
) -> Iterator[BlockerStep]:
    """It was asked for, or is corrected, and approved where the blocker comes to its state by the fields
    `entered`."""
    rows = model.objects.select_related("requested_by", "approved_by")
    row = rows.filter(blocker=why.blocker).first()
    asked, approved = (values.get(name, getattr(row, name, None)) for name in ("requested_by", "approved_by"))
    rest, approval = dict(values), {}
    if approved and values.keys() & {"requested_by", "approved_by"}:
        rest["alone"] = asked == approved
        if rest["alone"]:
            refuse_alone(why.blocker, approved)
    verb = f"{model.kind()} {_verb_of(row, rest)}"
    if entered is not None:
        approval = {name: rest.pop(name, getattr(row, name, None)) for name in _UNDECIDED}
        approval["alone"] = bool(approval["alone"])
        if verb.endswith(" requested"):
            rest = {**_UNDECIDED, "warned_for": None, **rest}
    if row is None or rest:
        yield BlockerStep(verb, why, {}, put_decision(model, why.blocker, rest))
    if entered is not None:
        yield BlockerStep(model.STATE, why, entered, put_decision(model, why.blocker, approval))


def _verb_of(row: Any, values: Mapping[str, Any]) -> str:
    """How history tells of new values of a decision."""
    if row is None or values.keys() & set(_ASKED):
        return "requested"
    return "acknowledged" if values.keys() == {"acknowledgements"} else "changed"

"""What is said of a launch: the verdict is the worst required gate, never an average."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.formats import date_format

from launches.models import Blocker, Launch, SignOff
from launches.planning import Outlook, Part


class Verdict(models.TextChoices):
    LAUNCHED = "launched", "Launched"
    READY = "ready", "Ready"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    UNKNOWN = "unknown", "Unknown"
    OFF_TRACK = "off_track", "Off track"


_BEST_FIRST = (Verdict.ON_TRACK, Verdict.AT_RISK, Verdict.OFF_TRACK)


@dataclass(frozen=True, slots=True)
class Checklist:
    """How many must-have cells in scope there are, are ready, and are waived or deferred instead.

    `blocked` have a live blocker. What is neither ready nor blocked was not looked at yet.
    """

    needed: int = 0
    ready: int = 0
    decided: int = 0
    blocked: int = 0

    @property
    def unsettled(self) -> int:
        return max(0, self.needed - self.ready - self.blocked)


@dataclass(frozen=True)
class Gate:
    """One function's sign-off, against the launch as it is now."""

    sign_off: SignOff
    is_valid: bool
    differences: list[str]

    @property
    def is_no_go(self) -> bool:
        return self.sign_off.decision == SignOff.Decision.NO_GO

    @property
    def word(self) -> str:
        if self.differences:
            return "stale"
        return self.sign_off.get_decision_display() if self.sign_off.decision else "waiting"


@dataclass(frozen=True)
class Judgement:
    """The verdict, why, and the one thing that would change it."""

    verdict: Verdict
    why: str
    change: str = ""


def judged(
    launch: Launch,
    blocking: Sequence[Blocker],
    gates: Sequence[Gate],
    checklist: Checklist,
    outlook: Outlook,
    today: date,
) -> Judgement:
    """`blocking` is what blocks the launch, not what only degrades it; `gates` are those it waits for."""
    if launch.launched_at:
        return Judgement(Verdict.LAUNCHED, f"live since {in_words(launch.region.today(launch.launched_at))}.")
    if checklist.needed == 0 and not blocking:
        return Judgement(
            Verdict.UNKNOWN, "nothing is on its checklist yet.", "Add what the region must have."
        )
    advice = _advice(launch, {row.slug: row for row in blocking}, outlook)
    if no_go := [gate.sign_off.function for gate in gates if gate.is_no_go]:
        return Judgement(Verdict.OFF_TRACK, f"{_names(no_go)} said no-go.", advice)
    if checklist.unsettled:
        # No data is not good news: between a change and its settling, and where nobody settled at all.
        are = "is" if checklist.unsettled == 1 else "are"
        return Judgement(
            Verdict.UNKNOWN, f"{checklist.unsettled} of its must-haves {are} neither ready nor a blocker yet."
        )
    open_gates = [gate.sign_off.function for gate in gates if not gate.is_valid]
    if not blocking and not open_gates:
        return Judgement(Verdict.READY, "nothing blocks the launch.")
    if outlook.problem:
        return Judgement(Verdict.UNKNOWN, f"there is no forecast. {outlook.problem.rstrip('.')}.")
    verdict = track(outlook.chance, launch.confidence_goal)
    if not blocking:
        why = f"nothing blocks the launch; {_names(open_gates)} still must sign off."
        return Judgement(verdict, why)
    return Judgement(verdict, _why(launch, outlook, today), advice)


def track(chance: float, goal: int) -> Verdict:
    """How a launch stands with that chance of its target, 0 to 1; `goal` in percent."""
    if chance * 100 >= goal:
        return Verdict.ON_TRACK
    return Verdict.AT_RISK if chance >= 0.5 else Verdict.OFF_TRACK


def percent(chance: float) -> str:
    """Rounded down, so that what misses a goal never looks as if it made it."""
    if 0 < chance < 0.01:
        return "under 1 %"
    return f"{int(chance * 100 + 1e-9)} %"


def _why(launch: Launch, outlook: Outlook, today: date) -> str:
    if today > launch.target:
        return f"the target {in_words(launch.target)} has passed; P85 is {in_words(outlook.dates[85])}."
    return f"{percent(outlook.chance)} to make {in_words(launch.target)}."


def _advice(launch: Launch, blocking: Mapping[str, Blocker], outlook: Outlook) -> str:
    """The single cut that changes most: what reaches the best verdict, and of those the most days."""
    goal = launch.confidence_goal
    cuts = [
        (slug, part)
        for slug, part in outlook.parts.items()
        if part.days > 0 and blocking[slug].kind != Blocker.Kind.INFRASTRUCTURE
    ]
    if not cuts or track(outlook.chance, goal) == Verdict.ON_TRACK:
        return ""
    slug, part = min(cuts, key=lambda cut: (*_merit(cut[1], goal), cut[0]))
    return _without(blocking[slug].short_name, part, outlook, goal)


def _merit(part: Part, goal: int) -> tuple[int, int, float]:
    return _BEST_FIRST.index(track(part.chance, goal)), -part.days, -part.chance


def _without(name: str, part: Part, outlook: Outlook, goal: int) -> str:
    days = f"{part.days} day{'s' if part.days != 1 else ''}"
    cut = f"Launch without {name}: P85 moves {days} earlier"
    verdict, before = track(part.chance, goal), track(outlook.chance, goal)
    if verdict == Verdict.ON_TRACK:
        return f"{cut} and we are on track."
    p85 = in_words(outlook.dates[85] - timedelta(days=part.days))
    word = f"{'still ' if verdict == before else ''}{verdict.label.lower()}"
    return f"{cut}, to {p85}, {word} with {percent(part.chance)}."


def in_words(day: date) -> str:
    return date_format(day, "j M Y")


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

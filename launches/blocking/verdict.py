"""What is said of a launch: the verdict is the worst required gate, never an average."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, Launch, SignOff
from launches.planning import Outlook, Part
from readiness.phrase import Day, Phrase, as_phrase, phrase, phrases


class Verdict(models.TextChoices):
    LAUNCHED = "launched", _("Launched")
    READY = "ready", _("Ready")
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    UNKNOWN = "unknown", _("Unknown")
    OFF_TRACK = "off_track", _("Off track")


_BEST_FIRST = (Verdict.ON_TRACK, Verdict.AT_RISK, Verdict.OFF_TRACK)
# Within a sentence.
_WORDS = {
    Verdict.ON_TRACK: phrase("on track"),
    Verdict.AT_RISK: phrase("at risk"),
    Verdict.OFF_TRACK: phrase("off track"),
}


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
        return str(self.answer)

    @property
    def answer(self) -> Phrase:
        if self.differences:
            return phrase("stale")
        if not self.sign_off.decision:
            return phrase("waiting")
        return as_phrase(SignOff.Decision(self.sign_off.decision).label)


@dataclass(frozen=True)
class Judgement:
    """The verdict, why, and the one thing that would change it."""

    verdict: Verdict
    why: Phrase
    change: Phrase | None = None

    @property
    def sentence(self) -> Phrase:
        verdict = as_phrase(self.verdict.label)
        if self.change is None:
            return phrase("%(verdict)s: %(why)s", verdict=verdict, why=self.why)
        return phrase("%(verdict)s: %(why)s %(change)s", verdict=verdict, why=self.why, change=self.change)


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
        day = Day(launch.region.today(launch.launched_at))
        return Judgement(Verdict.LAUNCHED, phrase("live since %(day)s.", day=day))
    if checklist.needed == 0 and not blocking:
        return Judgement(
            Verdict.UNKNOWN,
            phrase("nothing is on its checklist yet."),
            phrase("Add what the region must have."),
        )
    advice = _advice(launch, {row.slug: row for row in blocking}, outlook)
    if no_go := [gate.sign_off.function for gate in gates if gate.is_no_go]:
        return Judgement(Verdict.OFF_TRACK, phrase("%(names)s said no-go.", names=_names(no_go)), advice)
    if checklist.unsettled:
        # No data is not good news: between a change and its settling, and where nobody settled at all.
        return Judgement(Verdict.UNKNOWN, _unsettled(checklist.unsettled))
    open_gates = [gate.sign_off.function for gate in gates if not gate.is_valid]
    if not blocking and not open_gates:
        return Judgement(Verdict.READY, phrase("nothing blocks the launch."))
    if outlook.problem:
        why = phrase("there is no forecast. %(problem)s", problem=outlook.problem)
        return Judgement(Verdict.UNKNOWN, why)
    verdict = track(outlook.chance, launch.confidence_goal)
    if not blocking:
        names = _names(open_gates)
        return Judgement(
            verdict, phrase("nothing blocks the launch; %(names)s still must sign off.", names=names)
        )
    return Judgement(verdict, _why(launch, outlook, today), advice)


def track(chance: float, goal: int) -> Verdict:
    """How a launch stands with that chance of its target, 0 to 1; `goal` in percent."""
    if chance * 100 >= goal:
        return Verdict.ON_TRACK
    return Verdict.AT_RISK if chance >= 0.5 else Verdict.OFF_TRACK


def percent(chance: float) -> str:
    return str(percentage(chance))


def percentage(chance: float) -> Phrase:
    """Rounded down, so that what misses a goal never looks as if it made it."""
    if 0 < chance < 0.01:
        return phrase("under 1 %")
    return phrase("%(number)d %%", number=int(chance * 100 + 1e-9))


def _unsettled(count: int) -> Phrase:
    return phrases(
        "%(count)d of its must-haves is neither ready nor a blocker yet.",
        "%(count)d of its must-haves are neither ready nor a blocker yet.",
        count,
    )


def _why(launch: Launch, outlook: Outlook, today: date) -> Phrase:
    target = Day(launch.target)
    if today > launch.target:
        p85 = Day(outlook.dates[85])
        return phrase("the target %(target)s has passed; P85 is %(p85)s.", target=target, p85=p85)
    return phrase("%(chance)s to make %(target)s.", chance=percentage(outlook.chance), target=target)


def _advice(launch: Launch, blocking: Mapping[str, Blocker], outlook: Outlook) -> Phrase | None:
    """The single cut that changes most: what reaches the best verdict, and of those the most days."""
    goal = launch.confidence_goal
    cuts = [
        (slug, part)
        for slug, part in outlook.parts.items()
        if part.days > 0 and blocking[slug].kind != Blocker.Kind.INFRASTRUCTURE
    ]
    if not cuts or track(outlook.chance, goal) == Verdict.ON_TRACK:
        return None
    slug, part = min(cuts, key=lambda cut: (*_merit(cut[1], goal), cut[0]))
    return _without(blocking[slug].short_name, part, outlook, goal)


def _merit(part: Part, goal: int) -> tuple[int, int, float]:
    return _BEST_FIRST.index(track(part.chance, goal)), -part.days, -part.chance


def _without(name: str, part: Part, outlook: Outlook, goal: int) -> Phrase:
    verdict, before = track(part.chance, goal), track(outlook.chance, goal)
    if verdict == Verdict.ON_TRACK:
        return phrases(
            "Launch without %(name)s: P85 moves %(count)d day earlier and we are on track.",
            "Launch without %(name)s: P85 moves %(count)d days earlier and we are on track.",
            part.days,
            name=name,
        )
    word = _WORDS[verdict]
    return phrases(
        "Launch without %(name)s: P85 moves %(count)d day earlier, to %(p85)s, %(verdict)s with %(chance)s.",
        "Launch without %(name)s: P85 moves %(count)d days earlier, to %(p85)s, %(verdict)s with %(chance)s.",
        part.days,
        name=name,
        p85=Day(outlook.dates[85] - timedelta(days=part.days)),
        verdict=phrase("still %(verdict)s", verdict=word) if verdict == before else word,
        chance=percentage(part.chance),
    )


def in_sentence(verdict: Verdict) -> str:
    return str(_WORDS[verdict])


def in_words(day: date) -> str:
    return date_format(day, "j M Y")


def _names(names: Sequence[str]) -> Phrase | str:
    if len(names) == 1:
        return names[0]
    return phrase("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])

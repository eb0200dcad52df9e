"""What is said of a launch: the verdict is the worst required gate, never an average."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, Launch, SignOff
from launches.percentages import percentage
from launches.planning import Outlook, Part
from launches.status.paper import Paper
from readiness.language.phrase import Phrase, PhraseDay, as_phrase, listed, phrase, phrases


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

_ADD = phrase("Add what the region must have.")


@dataclass(frozen=True, slots=True)
class Checklist:
    """How many must-have cells in scope there are, are ready, and are waived or deferred instead.

    `blocked` have a live blocker, `declared` of the ready ones are so by word only. What is neither
    ready nor blocked was not looked at yet.
    """

    needed: int = 0
    ready: int = 0
    decided: int = 0
    blocked: int = 0
    declared: int = 0

    @property
    def unsettled(self) -> int:
        return max(0, self.needed - self.ready - self.blocked)


@dataclass(frozen=True)
class SignOffGate:
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
    """The verdict, why, and the one thing that would change it; beside it how many sign-offs are `missing`,
    and whether the forecast is only `on_paper`."""

    verdict: Verdict
    why: Phrase
    change: Phrase | None = None
    missing: int = 0
    on_paper: bool = False

    @property
    def word(self) -> Phrase:
        return word_of(self.verdict, self.on_paper)

    @property
    def reason(self) -> Phrase:
        """What stands behind the word."""
        if not self.missing:
            return self.why
        return phrase("%(missing)s; %(why)s", missing=_missing(self.missing), why=self.why)

    @property
    def sentence(self) -> Phrase:
        verdict = self.word
        if self.missing:
            verdict = phrase("%(verdict)s; %(missing)s", verdict=verdict, missing=_missing(self.missing))
        if self.change is None:
            return phrase("%(verdict)s: %(why)s", verdict=verdict, why=self.why)
        return phrase("%(verdict)s: %(why)s %(change)s", verdict=verdict, why=self.why, change=self.change)


def judged(
    launch: Launch,
    blocking: Sequence[Blocker],
    gates: Sequence[SignOffGate],
    checklist: Checklist,
    outlook: Outlook,
    paper: Paper,
    today: date,
) -> Judgement:
    """`blocking` is what blocks the launch, not what only degrades it; `gates` are those it waits for."""
    if launch.launched_at:
        day = PhraseDay(launch.region.today(launch.launched_at))
        return Judgement(Verdict.LAUNCHED, phrase("live since %(day)s.", day=day))
    missing = missing_of(gates)
    if checklist.needed == 0 and not blocking:
        return Judgement(Verdict.UNKNOWN, _nothing_yet(launch.target, today), _ADD, missing)
    if no_go := [gate.sign_off.function for gate in gates if gate.is_no_go]:
        said = phrase("%(names)s said no-go.", names=listed(no_go))
        return Judgement(Verdict.OFF_TRACK, said, _advice(launch, blocking, outlook, today), missing)
    if checklist.unsettled:
        # No data is not good news: between a change and its settling, and where nobody settled at all.
        return Judgement(Verdict.UNKNOWN, _unsettled(checklist.unsettled), None, missing)
    if not blocking and not missing:
        return Judgement(Verdict.READY, phrase("nothing blocks the launch."))
    if outlook.problem:
        why = phrase("there is no forecast. %(problem)s", problem=outlook.problem)
        return Judgement(Verdict.UNKNOWN, why, None, missing)
    if not blocking:
        names = listed([gate.sign_off.function for gate in gates if not gate.is_valid])
        why = phrase("nothing blocks the launch; %(names)s still must sign off.", names=names)
        return Judgement(track(outlook.chance, launch.confidence_goal), why)
    return _foreseen(launch, blocking, missing, outlook, paper, today)


def _foreseen(
    launch: Launch, blocking: Sequence[Blocker], missing: int, outlook: Outlook, paper: Paper, today: date
) -> Judgement:
    """By its forecast, unless that is a guess; that the target has passed is none."""
    advice = _advice(launch, blocking, outlook, today)
    if today > launch.target:
        return Judgement(Verdict.OFF_TRACK, _passed(launch.target, outlook), advice, missing)
    if paper.is_too_much:
        return Judgement(Verdict.UNKNOWN, paper.why, paper.change, missing, on_paper=True)
    target = PhraseDay(launch.target)
    why = phrase("%(chance)s to make %(target)s.", chance=percentage(outlook.chance), target=target)
    return Judgement(track(outlook.chance, launch.confidence_goal), why, advice, missing)


def missing_of(gates: Sequence[SignOffGate]) -> int:
    """How many of them have yet to say go."""
    return len([gate for gate in gates if not gate.is_valid and not gate.is_no_go])


def track(chance: float, goal: int) -> Verdict:
    """How a launch stands with that chance of its target, 0 to 1; `goal` in percent."""
    if chance * 100 >= goal:
        return Verdict.ON_TRACK
    return Verdict.AT_RISK if chance >= 0.5 else Verdict.OFF_TRACK


def word_of(verdict: Verdict, on_paper: bool) -> Phrase:
    said = as_phrase(verdict.label)
    return phrase("%(verdict)s, on paper", verdict=said) if on_paper else said


def was_planned(target: date) -> Phrase:
    return phrase("was planned for %(day)s", day=PhraseDay(target))


def _nothing_yet(target: date, today: date) -> Phrase:
    if today <= target:
        return phrase("nothing is on its checklist yet.")
    return phrase("nothing is on its checklist yet; it was planned for %(day)s.", day=PhraseDay(target))


def _missing(count: int) -> Phrase:
    return phrases("%(count)d sign-off missing", "%(count)d sign-offs missing", count)


def _unsettled(count: int) -> Phrase:
    return phrases(
        "%(count)d of its must-haves is neither ready nor a blocker yet.",
        "%(count)d of its must-haves are neither ready nor a blocker yet.",
        count,
    )


def _passed(target: date, outlook: Outlook) -> Phrase:
    p85 = PhraseDay(outlook.dates[85])
    return phrase("the target %(target)s has passed; P85 is %(p85)s.", target=PhraseDay(target), p85=p85)


def _advice(launch: Launch, rows: Sequence[Blocker], outlook: Outlook, today: date) -> Phrase | None:
    """The single cut that changes most: what reaches the best verdict, and of those the most days."""
    goal, blocking = launch.confidence_goal, {row.slug: row for row in rows}
    cuts = [
        (slug, part)
        for slug, part in outlook.parts.items()
        if part.days > 0 and slug in blocking and blocking[slug].kind != Blocker.Kind.INFRASTRUCTURE
    ]
    if not cuts or track(outlook.chance, goal) == Verdict.ON_TRACK:
        return None
    slug, part = min(cuts, key=lambda cut: (*_merit(cut[1], goal), cut[0]))
    name = blocking[slug].short_name
    return _sooner(name, part, outlook) if today > launch.target else _without(name, part, outlook, goal)


def _sooner(name: str, part: Part, outlook: Outlook) -> Phrase:
    return phrases(
        "Launch without %(name)s: P85 moves %(count)d day earlier, to %(p85)s.",
        "Launch without %(name)s: P85 moves %(count)d days earlier, to %(p85)s.",
        part.days,
        name=name,
        p85=PhraseDay(outlook.dates[85] - timedelta(days=part.days)),
    )


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
        p85=PhraseDay(outlook.dates[85] - timedelta(days=part.days)),
        verdict=phrase("still %(verdict)s", verdict=word) if verdict == before else word,
        chance=percentage(part.chance),
    )


def in_sentence(verdict: Verdict) -> str:
    return str(_WORDS[verdict])

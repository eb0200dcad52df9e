"""What holds today and ends before the launch, in the words of the verdict."""

from collections.abc import Sequence
from dataclasses import replace

from launches.models import Blocker, Launch
from launches.percentages import percentage
from launches.planning import Lapse, Outlook
from launches.status.paper import Paper
from launches.status.verdict import Judgement, Verdict, track
from readiness.language.phrase import Phrase, PhraseDay, phrase, phrases


def with_lapses(
    said: Judgement, launch: Launch, lapses: Sequence[Lapse], outlook: Outlook, paper: Paper, missing: int
) -> Judgement:
    """`said` as it is with what ends before the launch: nothing is ready that will not be on that day.

    `missing` sign-offs are said beside it where it becomes another verdict.
    """
    if not lapses or said.verdict == Verdict.LAUNCHED:
        return said
    ends = _ends(lapses)
    said = replace(said, change=said.change or _longer(lapses[0], launch, outlook))
    is_foreseen = said.verdict in (Verdict.ON_TRACK, Verdict.AT_RISK)
    if said.verdict != Verdict.READY and not (is_foreseen and paper.is_too_much):
        return replace(said, why=phrase("%(why)s %(ends)s", why=said.why, ends=ends))
    if outlook.problem:
        why = phrase("there is no forecast. %(problem)s", problem=outlook.problem)
        return replace(said, verdict=Verdict.UNKNOWN, why=phrase("%(why)s %(ends)s", why=why, ends=ends))
    if paper.is_too_much:
        why, change = phrase("%(why)s %(ends)s", why=paper.why, ends=ends), paper.change
        return replace(said, verdict=Verdict.UNKNOWN, why=why, change=change, missing=missing, on_paper=True)
    chance, target = percentage(outlook.chance), PhraseDay(launch.target)
    why = phrase("%(chance)s to make %(target)s.", chance=chance, target=target)
    verdict = track(outlook.chance, launch.confidence_goal)
    return replace(said, verdict=verdict, why=phrase("%(why)s %(ends)s", why=why, ends=ends))


def _longer(lapse: Lapse, launch: Launch, outlook: Outlook) -> Phrase | None:
    """What it would change if the first to end held on."""
    days = outlook.part(lapse.slug).days
    if not days or track(outlook.chance, launch.confidence_goal) == Verdict.ON_TRACK:
        return None
    return phrases(
        "If that held until the launch, P85 would be %(count)d day earlier.",
        "If that held until the launch, P85 would be %(count)d days earlier.",
        days,
    )


def end_of(lapse: Lapse) -> Phrase:
    """One of them, as a sentence."""
    facts = {"name": lapse.short_name, "day": PhraseDay(lapse.day)}
    if lapse.blocker is None:
        return phrase("The evidence for %(name)s ends on %(day)s, before the launch.", **facts)
    if lapse.blocker.state == Blocker.State.DEFERRED:
        return phrase("The deferral of %(name)s ends on %(day)s, before the launch.", **facts)
    return phrase("The waiver of %(name)s ends on %(day)s, before the launch.", **facts)


def _ends(lapses: Sequence[Lapse]) -> Phrase:
    """The first in full, and how many more there are."""
    first, more = end_of(lapses[0]), len(lapses) - 1
    if not more:
        return first
    return phrases("%(first)s So does %(count)d more.", "%(first)s So do %(count)d more.", more, first=first)

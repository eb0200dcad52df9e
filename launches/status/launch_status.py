"""How a launch stands: its blockers, cells and sign-offs as they are now, its forecast, and the verdict."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from launches.models import Blocker, Launch, SignOff
from launches.percentages import percent
from launches.planning import (
    Inputs,
    Lapse,
    Outlook,
    StandingAlone,
    inputs_of,
    lapses_of,
    outlooks,
    stamp,
)
from launches.status.checklists import DECLARED, checklists, with_checklists
from launches.status.ending import with_lapses
from launches.status.paper import Paper, paper_of
from launches.status.verdict import (
    Checklist,
    Judgement,
    SignOffGate,
    Verdict,
    judged,
    missing_of,
    was_planned,
)
from readiness.days import day_in_words
from readiness.language.phrase import phrase
from readiness.models import ChangeFreeze, Readiness, User
from readiness.state import CellState

# Without a checklist a forecast would say that all is done today.
NOTHING_TO_FORECAST = phrase("Nothing is on its checklist yet.")


@dataclass(frozen=True)
class LaunchStatus:
    """A launch on one day, with all that follows from the state of its blockers, cells and sign-offs."""

    launch: Launch
    today: date
    blockers: Sequence[Blocker]
    gates: Sequence[SignOffGate]
    checklist: Checklist
    lapses: Sequence[Lapse]
    inputs: Inputs
    outlook: Outlook
    paper: Paper
    judgement: Judgement
    by_state: dict[str, list[Blocker]] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict

    @property
    def word(self) -> str:
        """The verdict in as few words as tell the truth."""
        return str(self.judgement.word)

    @property
    def why(self) -> str:
        """What is to be said behind that word."""
        return str(self.judgement.reason)

    @property
    def change(self) -> str:
        return str(self.judgement.change or "")

    @property
    def sentence(self) -> str:
        """The verdict, why, and the one thing that would change it."""
        return str(self.judgement.sentence)

    @property
    def blocking(self) -> list[Blocker]:
        """What must be done before the launch: what buys most days first, then what decides most futures."""
        return sorted((blocker for blocker in self.blockers if blocker.is_outstanding), key=self._rank)

    def _rank(self, blocker: Blocker) -> tuple[int, float, bool, date, int]:
        part = self.outlook.part(blocker.slug)
        degrades = blocker.severity != Blocker.Severity.BLOCKS
        return -part.days, -part.criticality, degrades, blocker.due or date.max, blocker.pk

    @property
    def is_on_paper(self) -> bool:
        """Whether dates and chances are drawn grey, as too much of them is guessed or not known at all."""
        if self.launch.launched_at or not self.outlook.dates:
            return False
        return self.paper.is_too_much or self.verdict == Verdict.UNKNOWN

    @property
    def chance(self) -> str:
        """That of making the target."""
        if self.is_past:
            return _("it has passed")
        return percent(self.outlook.chance) if self.outlook.dates else _("nobody knows")

    @property
    def is_past(self) -> bool:
        """Whether the target has passed and it is not live."""
        return self.launch.target < self.today and not self.launch.launched_at

    @property
    def was_planned(self) -> str:
        """Said of a target that has passed."""
        return str(was_planned(self.launch.target)) if self.is_past else ""

    @property
    def time_left(self) -> str:
        """The target and how far away it is; of a target that has passed, when it was."""
        days = self.working_days_left
        words = ngettext(
            "target %(day)s, %(days)s working days left", "target %(day)s, %(days)s working days left", days
        )
        return self.was_planned or words % {"day": day_in_words(self.launch.target), "days": days}

    @property
    def working_days_left(self) -> int:
        return max(0, self.inputs.calendar.between(self.today, self.launch.target))

    @property
    def freezes_ahead(self) -> list[ChangeFreeze]:
        """Those that take days from what is left, until the target or, when that is later, P85."""
        end = max(self.launch.target, self.outlook.p85 or date.min)
        return [freeze for freeze in self.launch.region.frozen if freeze.overlaps(self.today, end)]

    @property
    def valid_gates(self) -> int:
        return len([gate for gate in self.required_gates if gate.is_valid])

    @property
    def required_gates(self) -> list[SignOffGate]:
        """Without those that only advise."""
        return [gate for gate in self.gates if gate.sign_off.is_required]

    def in_state(self, state: str) -> list[Blocker]:
        return self.by_state.get(state, [])


def status_of(launch: Launch, user: User, now: datetime, *, whole: bool = True) -> LaunchStatus:
    return launch_statuses([launch], user, now, whole=whole)[0]


def launch_statuses(
    launches: Sequence[Launch], user: User, now: datetime, *, whole: bool = True, at_once: bool = False
) -> list[LaunchStatus]:
    """The status of each launch, in the same order; five queries, however many there are, and five more for
    a state that nobody has looked at yet.

    `launches` come with their `region`. Unless `whole`, what blockers cost may be pending; `at_once` the last
    outlooks may stand where a worker still computes the newest.
    """
    found = launch_facts(launches, user, now)
    ahead = [state for state in found if not state.launch.launched_at]
    found_out = outlooks([state.inputs for state in ahead], now, whole=whole, at_once=at_once)
    seen = dict(zip((state.launch.pk for state in ahead), found_out, strict=True))
    return [state.judged(seen.get(state.launch.pk, Outlook())) for state in found]


def outdated_since(judged: Iterable[LaunchStatus]) -> datetime | None:
    """Since when the oldest forecast among these is outdated, while it is computed anew."""
    return min((row.outlook.outdated_since for row in judged if row.outlook.outdated_since), default=None)


def launch_facts(launches: Sequence[Launch], user: User | None, now: datetime) -> list["LaunchFacts"]:
    """The same before anything is forecast; `user` is `None` when a program looks."""
    keys = [launch.pk for launch in launches]
    blockers = _live_blockers(keys, user)
    sign_offs = defaultdict(list)
    for sign_off in SignOff.objects.filter(launch__in=keys).select_related(
        "signer", "decided_by", "asked_by"
    ):
        sign_offs[sign_off.launch_id].append(sign_off)
    counts, evidence = checklists(keys)
    return [
        _state(launch, blockers[launch.pk], sign_offs[launch.pk], counts[launch.pk], evidence[launch.pk], now)
        for launch in launches
    ]


@dataclass(frozen=True)
class LaunchFacts:
    """A launch as its rows have it, before anything is forecast."""

    launch: Launch
    today: date
    blockers: Sequence[Blocker]
    gates: Sequence[SignOffGate]
    checklist: Checklist
    lapses: Sequence[Lapse]
    inputs: Inputs

    def judged(self, outlook: Outlook) -> LaunchStatus:
        by_state: dict[str, list[Blocker]] = defaultdict(list)
        for blocker in self.blockers:
            by_state[blocker.state].append(blocker)
        blocking = [row for row in self.blockers if row.is_outstanding and _blocks(row)]
        required = [gate for gate in self.gates if gate.sign_off.is_required]
        paper = paper_of([*blocking, *self.lapses], outlook)
        judgement = self._judged(blocking, required, outlook, paper)
        return LaunchStatus(
            self.launch,
            self.today,
            self.blockers,
            self.gates,
            self.checklist,
            self.lapses,
            self.inputs,
            outlook,
            paper,
            judgement,
            by_state,
        )

    def _judged(
        self, blocking: Sequence[Blocker], required: Sequence[SignOffGate], outlook: Outlook, paper: Paper
    ) -> Judgement:
        """One that cannot be judged is unknown, and says so in its own place."""
        with StandingAlone(self.launch.slug) as alone:
            said = judged(self.launch, blocking, required, self.checklist, outlook, paper, self.today)
            return with_lapses(said, self.launch, self.lapses, outlook, paper, missing_of(required))
        return Judgement(Verdict.UNKNOWN, alone.problem)


def _state(
    launch: Launch,
    blockers: Sequence[Blocker],
    sign_offs: Sequence[SignOff],
    counts: Mapping[str, int],
    evidence: Sequence[tuple[Readiness, date, bool]],
    now: datetime,
) -> LaunchFacts:
    today = launch.region.today(now)
    gates = [_gate(sign_off, blockers) for sign_off in sign_offs]
    for blocker in blockers:
        blocker.launch = launch
    for sign_off in sign_offs:
        sign_off.launch = launch
    decided = {blocker.cell_id for blocker in blockers if _is_decided(blocker)}
    blocked = {blocker.cell_id for blocker in blockers if blocker.follows}
    checklist = Checklist(
        sum(counts.values()) - counts.get(DECLARED, 0),
        counts.get(CellState.READY, 0),
        len(decided),
        len(blocked),
        counts.get(DECLARED, 0),
    )
    pending = [gate.sign_off for gate in gates if gate.sign_off.is_required and not gate.is_valid]
    lapses = lapses_of(launch, blockers, evidence, today)
    inputs = inputs_of(launch, blockers, pending, today, lapses)
    if not checklist.needed and not any(row.is_outstanding and _blocks(row) for row in blockers):
        inputs = replace(inputs, problem=NOTHING_TO_FORECAST)
    return LaunchFacts(launch, today, blockers, gates, checklist, lapses, inputs)


def _gate(sign_off: SignOff, blockers: Sequence[Blocker]) -> SignOffGate:
    current = sign_off.seen_of(blockers)
    return SignOffGate(sign_off, sign_off.is_valid(current), sign_off.differences(current))


def _live_blockers(launches: Collection[int], user: User | None) -> dict[int, list[Blocker]]:
    """The live blockers by launch, each with what it waits for and how many items of its cell are open."""
    seen = Blocker.objects.visible_to(user) if user else Blocker.objects.all()
    live = seen.live().filter(launch__in=launches).annotate(stamp=stamp()).order_by("pk")
    by_launch: dict[int, list[Blocker]] = defaultdict(list)
    for row in with_checklists(live):
        row.past = row.stamp
        by_launch[row.launch_id].append(row)
    return by_launch


def _blocks(blocker: Blocker) -> bool:
    """What only degrades the launch is shown, and holds nothing back."""
    return blocker.severity == Blocker.Severity.BLOCKS


def _is_decided(blocker: Blocker) -> bool:
    return blocker.state in (Blocker.State.WAIVED, Blocker.State.DEFERRED) and blocker.source == "cell"

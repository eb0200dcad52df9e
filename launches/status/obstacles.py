"""Everything that stands between now and GO, and where each of it is solved."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from launches.models import Blocker, SignOff, Waiver
from launches.models.decision import open_request
from launches.status.launch_status import LaunchStatus
from launches.status.verdict import SignOffGate
from readiness.language.phrase import Phrase, PhraseDay, as_phrase, phrase, phrases
from readiness.models import Readiness
from readiness.state import CellState, drawn


@dataclass(frozen=True)
class Obstacle:
    """One thing, told from others by its `key`; `state` in words, `drawn` as one of the five states.

    Plain text is what people wrote.
    """

    key: str
    name: Phrase | str
    state: Phrase
    drawn: str
    why: Phrase | str
    url: str


@dataclass(frozen=True)
class ObstacleGroup:
    """Hurdles of one sort. No GO is recorded over those that are `required`; the others are to be known."""

    title: Phrase
    todo: Phrase
    is_required: bool
    hurdles: Sequence[Obstacle]


@dataclass(frozen=True)
class Obstacles:
    status: LaunchStatus

    @cached_property
    def groups(self) -> list[ObstacleGroup]:
        """Those with something in them; one query when cells are neither ready nor blocked."""
        if self.status.launch.launched_at:
            return []
        made = (
            ObstacleGroup(title, todo, is_required, list(found(self.status)))
            for title, todo, is_required, found in _GROUPS
        )
        return [group for group in made if group.hurdles]

    @property
    def red(self) -> list[Obstacle]:
        return [hurdle for group in self.groups if group.is_required for hurdle in group.hurdles]

    @property
    def others(self) -> list[Obstacle]:
        return [hurdle for group in self.groups if not group.is_required for hurdle in group.hurdles]


def _blocking(status: LaunchStatus) -> Iterator[Obstacle]:
    for blocker in status.blocking:
        if blocker.severity == Blocker.Severity.BLOCKS:
            owner = [blocker.owner.label_as_owner] if blocker.owner else []
            team = [blocker.team.name] if blocker.team else []
            yield _of(blocker, ", ".join(owner + team) or phrase("nobody has it yet"))


def _run_out(status: LaunchStatus) -> Iterator[Obstacle]:
    """Time reopens them; until it has looked they are in the way all the same."""
    for blocker in _decided(status):
        if blocker.decision.is_over(status.today):
            day = PhraseDay(blocker.decision.expires_on)
            yield _of(blocker, phrase("the agreement ran out on %(day)s", day=day), "blocked")


def _proposed(status: LaunchStatus) -> Iterator[Obstacle]:
    for blocker in status.in_state(Blocker.State.PROPOSED):
        yield _of(blocker, phrase("nobody has said whether it is in the way"))


def _unsigned(status: LaunchStatus) -> Iterator[Obstacle]:
    return (_of_gate(gate) for gate in status.required_gates if not gate.is_valid)


def _unsettled(status: LaunchStatus) -> Iterator[Obstacle]:
    launch = status.launch
    if status.checklist.needed == 0:
        url = launch.region.get_absolute_url()
        name, why = phrase("The checklist"), phrase("nothing says what must be ready")
        yield Obstacle("checklist", name, phrase("empty"), "unknown", why, url)
    if not status.checklist.unsettled:
        return
    blocked = {row.cell_id for row in status.blockers if row.follows and row.cell_id}
    cells = launch.checklist().exclude(state=CellState.READY).exclude(pk__in=blocked)
    for cell in cells.select_related("integration").order_by("integration__name"):
        yield _of_cell(cell, reverse("launch-cell", args=[launch.slug, cell.integration.slug]))


def _unacknowledged(status: LaunchStatus) -> Iterator[Obstacle]:
    functions = {gate.sign_off.slug: gate.sign_off.function for gate in status.gates}
    for blocker in status.in_state(Blocker.State.DEFERRED):
        for slug in blocker.decision.unacknowledged if blocker.decision else ():
            why = phrase("not acknowledged by %(function)s yet", function=functions.get(slug, slug))
            yield _of(blocker, why, "progress", key=f"acknowledgement/{blocker.slug}/{slug}")


def _requested(status: LaunchStatus) -> Iterator[Obstacle]:
    for blocker in status.blocking:
        if (asked := open_request(blocker)) is not None:
            url, key = reverse("decisions", args=[status.launch.slug]), f"request/{blocker.slug}"
            is_waiver = isinstance(asked, Waiver)
            state = phrase("waiver asked") if is_waiver else phrase("deferral asked")
            yield Obstacle(key, blocker.short_name, state, "progress", asked.reason, url)


def _expiring(status: LaunchStatus) -> Iterator[Obstacle]:
    for blocker in _decided(status):
        ends = blocker.decision.expires_on
        if ends and status.today <= ends < max(status.launch.target, status.today):
            why = phrase("runs out on %(day)s, before the target", day=PhraseDay(ends))
            yield _of(blocker, why, key=f"expiry/{blocker.slug}")
    for lapse in status.lapses:
        if lapse.cell is not None:
            slug = lapse.cell.integration.slug
            url = reverse("launch-cell", args=[status.launch.slug, slug])
            why = phrase("its evidence runs out on %(day)s, before the target", day=PhraseDay(lapse.day))
            state = as_phrase(CellState(lapse.cell.state).label)
            yield Obstacle(f"evidence/{slug}", lapse.short_name, state, "progress", why, url)


def _conditions(status: LaunchStatus) -> Iterator[Obstacle]:
    for gate in status.required_gates:
        sign_off = gate.sign_off
        if gate.is_valid and sign_off.decision == SignOff.Decision.CONDITIONAL:
            key = f"condition/{sign_off.slug}"
            url = sign_off.get_absolute_url()
            yield Obstacle(key, sign_off.function, gate.answer, "progress", sign_off.note, url)


def _advised(status: LaunchStatus) -> Iterator[Obstacle]:
    for gate in status.gates:
        if not gate.sign_off.is_required and not gate.is_valid:
            yield _of_gate(gate)


def _decided(status: LaunchStatus) -> list[Blocker]:
    return [row for row in status.blockers if row.state in Blocker.DECIDED and row.decision]


def state_of(blocker: Blocker) -> Phrase:
    return as_phrase(Blocker.State(blocker.state).label)


def _of(blocker: Blocker, why: Phrase | str, shown: str = "", key: str = "") -> Obstacle:
    return Obstacle(
        key or f"blocker/{blocker.slug}",
        blocker.short_name,
        state_of(blocker),
        shown or drawn(blocker.state),
        why,
        blocker.get_absolute_url(),
    )


def _of_gate(gate: SignOffGate) -> Obstacle:
    sign_off = gate.sign_off
    signer = sign_off.signer.label_as_owner if sign_off.signer else phrase("nobody named yet")
    why: Phrase | str = phrase("%(signer)s to answer", signer=signer)
    if gate.is_no_go:
        why = sign_off.note
    elif gate.differences:
        why = _worse(gate, signer)
    drawn = "blocked" if gate.is_no_go or gate.differences else "unknown"
    return Obstacle(
        f"sign-off/{sign_off.slug}", sign_off.function, gate.answer, drawn, why, sign_off.get_absolute_url()
    )


def _worse(gate: SignOffGate, signer: Phrase | str) -> Phrase:
    return phrases(
        "%(count)d worse since %(signer)s said %(decision)s",
        "%(count)d worse since %(signer)s said %(decision)s",
        len(gate.differences),
        signer=signer,
        decision=as_phrase(SignOff.Decision(gate.sign_off.decision).label),
    )


def _of_cell(cell: Readiness, url: str) -> Obstacle:
    why = phrase("neither ready nor a blocker yet")
    state = as_phrase(CellState(cell.state).label)
    return Obstacle(f"cell/{cell.integration.slug}", cell.integration.name, state, "unknown", why, url)


_GROUPS: Sequence[tuple[Phrase, Phrase, bool, Callable[[LaunchStatus], Iterator[Obstacle]]]] = (
    (phrase("Blockers"), phrase("Resolve each, or ask to launch without it."), True, _blocking),
    (
        phrase("Run out"),
        phrase("The agreement has run out: renew it, or resolve the blocker."),
        True,
        _run_out,
    ),
    (phrase("Proposals"), phrase("Accept each as a blocker, or reject it."), True, _proposed),
    (
        phrase("Sign-offs"),
        phrase("Ask each function, and have it decide on the launch as it is now."),
        True,
        _unsigned,
    ),
    (phrase("Nobody knows yet"), phrase("No data is not good news: have each looked at."), True, _unsettled),
    (
        phrase("Not acknowledged"),
        phrase("The functions that have to live with it must acknowledge it."),
        True,
        _unacknowledged,
    ),
    (phrase("Waiting for a decision"), phrase("Approve or refuse what is asked for."), False, _requested),
    (
        phrase("Running out before the target"),
        phrase("Then it blocks again: extend it, or resolve it."),
        False,
        _expiring,
    ),
    (phrase("Conditions"), phrase("Somebody said go, as long as this holds."), False, _conditions),
    (phrase("Advice"), phrase("Nothing waits for these, but they were asked."), False, _advised),
)

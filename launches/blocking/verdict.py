"""How a launch stands: the verdict is the worst required gate, never an average."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models
from django.utils.formats import date_format

from launches.forecast import Cut, Outlook, Track, Work, outlook
from launches.models import Blocker, Launch, SignOff
from launches.models.signoff import fingerprint
from readiness.models import Item, Readiness, User
from readiness.state import CellState, Importance, ItemState, Level
from readiness.workdays import WorkingCalendar, working_calendar


class Verdict(models.TextChoices):
    LAUNCHED = "launched", "Launched"
    READY = "ready", "Ready"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    UNKNOWN = "unknown", "Unknown"
    OFF_TRACK = "off_track", "Off track"


_OF_TRACK = {
    Track.ON_TRACK: Verdict.ON_TRACK,
    Track.AT_RISK: Verdict.AT_RISK,
    Track.UNKNOWN: Verdict.UNKNOWN,
    Track.OFF_TRACK: Verdict.OFF_TRACK,
}
_BEST_FIRST = (
    Verdict.LAUNCHED,
    Verdict.READY,
    Verdict.ON_TRACK,
    Verdict.AT_RISK,
    Verdict.UNKNOWN,
    Verdict.OFF_TRACK,
)


@dataclass(frozen=True, slots=True)
class Checklist:
    """How many must-have cells in scope there are, are ready, and are waived or deferred instead."""

    needed: int = 0
    ready: int = 0
    decided: int = 0


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
class Standing:
    """A launch on one day, with all that follows from the state of its blockers, cells and sign-offs."""

    launch: Launch
    today: date
    blockers: Sequence[Blocker]
    gates: Sequence[Gate]
    checklist: Checklist
    outlook: Outlook
    verdict: Verdict
    why: str
    change: str = ""
    by_state: dict[str, list[Blocker]] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The verdict, why, and the one thing that would change it."""
        return f"{self.verdict.label}: {self.why}{f' {self.change}' if self.change else ''}"

    @property
    def blocking(self) -> list[Blocker]:
        """What must be done before the launch: what buys most days first, then by due date and severity."""
        return sorted(
            (blocker for blocker in self.blockers if blocker.is_standing),
            key=lambda blocker: (
                -self.outlook.days_bought(blocker.pk),
                blocker.severity != Blocker.Severity.BLOCKS,
                self.outlook.finishes.get(blocker.pk, date.max),
                blocker.pk,
            ),
        )

    @property
    def working_days_left(self) -> int:
        return _calendar(self.launch, self.today).between(self.today, self.launch.target)

    @property
    def valid_gates(self) -> int:
        return len([gate for gate in self.gates if gate.is_valid])

    def in_state(self, state: str) -> list[Blocker]:
        return self.by_state.get(state, [])


def standing(launch: Launch, user: User, now: datetime) -> Standing:
    return standings([launch], user, now)[0]


def standings(launches: Sequence[Launch], user: User, now: datetime) -> list[Standing]:
    """The standing of each launch, in the same order; five queries, however many there are.

    `launches` come with their `region`.
    """
    keys = [launch.pk for launch in launches]
    blockers = _live_blockers(keys, user)
    sign_offs = defaultdict(list)
    for sign_off in SignOff.objects.filter(launch__in=keys).select_related("signer", "decided_by"):
        sign_offs[sign_off.launch_id].append(sign_off)
    counts = _checklists(keys)
    return [
        _standing(launch, blockers[launch.pk], sign_offs[launch.pk], counts.get(launch.pk, {}), now)
        for launch in launches
    ]


def _live_blockers(launches: Collection[int], user: User) -> dict[int, list[Blocker]]:
    """The live blockers by launch, each with what it waits for and how many items of its cell are open."""
    rows = list(
        Blocker.objects.visible_to(user)
        .live()
        .filter(launch__in=launches)
        .select_related("cell__integration", "cell__region", "item__requirement", "team", "owner")
        .select_related("waiver", "deferral")
        .order_by("pk")
    )
    waits = _waits(launches)
    musts = _musts({row.cell_id for row in rows if row.cell_id})
    by_launch: dict[int, list[Blocker]] = defaultdict(list)
    for row in rows:
        row.waits_for = frozenset(waits[row.pk])
        row.all_musts, row.open_musts = musts.get(row.cell_id or 0, (0, 0))
        by_launch[row.launch_id].append(row)
    return by_launch


def _waits(launches: Collection[int]) -> dict[int, set[int]]:
    waits: dict[int, set[int]] = defaultdict(set)
    edges = Blocker.depends_on.through.objects.filter(from_blocker__launch__in=launches)
    for blocker, other in edges.values_list("from_blocker_id", "to_blocker_id"):
        waits[blocker].add(other)
    return waits


def _musts(cells: Collection[int]) -> dict[int, tuple[int, int]]:
    """By cell: how many must items it has, and how many of them have not passed."""
    rows = (
        Item.objects.filter(cell__in=cells, requirement__level=Level.MUST)
        .order_by()
        .values_list("cell")
        .annotate(
            all_musts=models.Count("pk"),
            open_musts=models.Count("pk", filter=~models.Q(state=ItemState.PASSED)),
        )
    )
    return {cell: (all_musts, open_musts) for cell, all_musts, open_musts in rows}


def _checklists(launches: Collection[int]) -> dict[int, dict[str, int]]:
    """By launch: how many must-have cells in scope are in which state."""
    cells = Readiness.objects.filter(importance=Importance.MUST).filter(
        models.Q(region__launches__scope_all=True)
        | models.Q(integration__launches=models.F("region__launches"))
    )
    rows = (
        cells.filter(region__launches__in=launches)
        .values_list("region__launches", "state")
        .annotate(cells=models.Count("pk", distinct=True))
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for launch, state, cells_in_state in rows:
        counts[launch][state] = cells_in_state
    return counts


def _standing(
    launch: Launch,
    blockers: Sequence[Blocker],
    sign_offs: Sequence[SignOff],
    counts: dict[str, int],
    now: datetime,
) -> Standing:
    today = launch.region.today(now)
    current = fingerprint(list(blockers))
    gates = [
        Gate(sign_off, sign_off.is_valid(current), sign_off.differences(current)) for sign_off in sign_offs
    ]
    by_state: dict[str, list[Blocker]] = defaultdict(list)
    for blocker in blockers:
        blocker.launch = launch
        by_state[blocker.state].append(blocker)
    view = outlook(
        [_work(blocker) for blocker in blockers if blocker.is_standing and _blocks(blocker)],
        launch.target,
        today,
        _calendar(launch, today),
    )
    decided = {blocker.cell_id for blocker in blockers if _is_decided(blocker)}
    checklist = Checklist(sum(counts.values()), counts.get(CellState.READY, 0), len(decided))
    verdict, why, change = _judged(launch, view, gates, checklist, today)
    return Standing(launch, today, blockers, gates, checklist, view, verdict, why, change, by_state)


def _judged(
    launch: Launch, view: Outlook, gates: Sequence[Gate], checklist: Checklist, today: date
) -> tuple[Verdict, str, str]:
    """The verdict, why, and what would change it."""
    if launch.launched_at:
        return Verdict.LAUNCHED, f"live since {_day(launch.region.today(launch.launched_at))}.", ""
    if checklist.needed == 0 and not view.finishes and not view.undated:
        return Verdict.UNKNOWN, "nothing is on its checklist yet.", "Add what the region must have."
    verdict, why = _of_outlook(view, launch.target, today)
    no_go = [gate.sign_off.function for gate in gates if gate.is_no_go]
    if no_go:
        return Verdict.OFF_TRACK, f"{_names(no_go)} said no-go.", _advice(view, launch.target)
    open_gates = [gate.sign_off.function for gate in gates if not gate.is_valid]
    if verdict == Verdict.READY and open_gates:
        track = Verdict.OFF_TRACK if today > launch.target else Verdict.ON_TRACK
        return track, f"nothing blocks the launch; {_names(open_gates)} still must sign off.", ""
    return verdict, why, _advice(view, launch.target) if verdict != Verdict.READY else ""


def _of_outlook(view: Outlook, target: date, today: date) -> tuple[Verdict, str]:
    if not view.finishes and not view.undated:
        return Verdict.READY, "nothing blocks the launch."
    verdict = _OF_TRACK[view.track]
    if verdict == Verdict.UNKNOWN:
        lacking = view.undated[0].name
        others = f" and {len(view.undated) - 1} more have" if len(view.undated) > 1 else " has"
        return verdict, f"{lacking}{others} neither a due date nor an estimate."
    if view.last is None or view.finish is None:
        return verdict, f"the target {_day(target)} has passed."
    if today > target:
        return verdict, f"the target {_day(target)} has passed; {view.last.name} is due {_day(view.finish)}."
    if view.late:
        days = f"{view.late} working day{'s' if view.late != 1 else ''}"
        return (
            verdict,
            f"{view.last.name} is due {_day(view.finish)}, {days} after the target {_day(target)}.",
        )
    if view.overdue:
        return verdict, f"{view.overdue[0].name} is overdue since {_day(view.overdue[0].due)}."
    return verdict, f"the last blocker, {view.last.name}, is due {_day(view.finish)}; target {_day(target)}."


def _advice(view: Outlook, target: date) -> str:
    """The single cut that changes most: what reaches the best verdict, and of those the most days."""
    if view.track not in (Track.OFF_TRACK, Track.AT_RISK) or not view.cuts:
        return ""
    cut: Cut = min(view.cuts, key=lambda cut: (_BEST_FIRST.index(_OF_TRACK[cut.track]), -cut.days))
    days = f"{cut.days} day{'s' if cut.days != 1 else ''} earlier"
    verdict = _OF_TRACK[cut.track]
    if cut.track == Track.ON_TRACK:
        return f"Launch without {cut.work.name}: {days}, on track for {_day(target)}."
    return f"Launch without {cut.work.name}: {days}, {_day(cut.finish)}, still {verdict.label.lower()}."


def _work(blocker: Blocker) -> Work:
    points = blocker.points
    return Work(
        blocker.pk,
        blocker.short_name,
        blocker.due,
        float(points[1]) if points else None,
        blocker.waits_for,
        waivable=blocker.kind != Blocker.Kind.INFRASTRUCTURE,
    )


def _blocks(blocker: Blocker) -> bool:
    """What only degrades the launch is shown, and holds nothing back."""
    return blocker.severity == Blocker.Severity.BLOCKS


def _is_decided(blocker: Blocker) -> bool:
    return blocker.state in (Blocker.State.WAIVED, Blocker.State.DEFERRED) and blocker.source == "cell"


def _calendar(launch: Launch, today: date) -> WorkingCalendar:
    return working_calendar(launch.region.holiday_calendar, min(today.year, launch.target.year))


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else "–"


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

"""Rows of the pages: each owns its words, so that a template only prints."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from launches import access
from launches.models import Blocker, Deferral, SignOff, Waiver
from launches.models.fingerprint import approved_as
from launches.percentages import percent
from launches.status import LaunchStatus
from launches.status.verdict import SignOffGate
from readiness.days import day_in_words
from readiness.models import Item, User
from readiness.state import ItemState
from readiness.wording import declared_word

NAMED = 3
NOTE_LENGTH = 90
_STATES = dict(Blocker.State.choices)
SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


@dataclass(frozen=True)
class BlockerRow:
    """One blocker among all of its launch: the `days` it costs, `bar` in percent of the costliest one.

    `criticality` in which share of futures it decides the date, 0 to 1, nothing where it is not forecast;
    `is_assumed` without an estimate of its own, `is_pending` while nobody has computed yet what it costs,
    `is_on_paper` while too much is guessed to rely on either; `is_forecast` where its launch has dates.
    """

    blocker: Blocker
    today: date
    days: int = 0
    bar: int = 0
    criticality: float | None = None
    is_assumed: bool = False
    is_pending: bool = False
    is_on_paper: bool = False
    may_edit: bool = False
    is_forecast: bool = False
    waits: tuple[Blocker, ...] = ()
    holds: tuple[Blocker, ...] = ()

    @property
    def critical(self) -> int:
        """That share in percent, to sort by."""
        return round(100 * (self.criticality or 0))

    @property
    def decides(self) -> str:
        """That share in words."""
        return "" if self.criticality is None else percent(self.criticality)

    @property
    def worst(self) -> Decimal:
        """Working days it takes at worst; 0 where nobody has said."""
        points = self.blocker.points
        return points[2] if points else Decimal(0)

    @property
    def is_overdue(self) -> bool:
        return self.blocker.is_outstanding and self.blocker.due is not None and self.blocker.due < self.today

    @property
    def why(self) -> str:
        """The fact behind it."""
        decision = self.blocker.decision
        if decision is not None:
            return str(decision.reason)
        if self.blocker.source == Blocker.Source.CHECK:
            return self._said_of_check(self.blocker.item)
        if self.blocker.source == Blocker.Source.CELL:
            cell = self.blocker.cell
            if cell is not None and cell.declared_over:
                return declared_word(cell.declared_over, cell.unseen)
            return of_checklist(self.blocker.open_musts, self.blocker.all_musts)
        return SENTENCE_END.split(self.blocker.description, maxsplit=1)[0]

    def _said_of_check(self, item: Item | None) -> str:
        """What it found; and that it has fallen silent, when it has: that resolves nothing."""
        if item is None or (not item.fact and not item.doubt):
            return _("its check fails")
        if item.doubt and item.state == ItemState.FAILED and item.fact:
            return f"{item.fact}; {item.doubt}"
        return item.doubt or item.fact

    @property
    def effect(self) -> str:
        """The end of the sentence that its state begins: what it does to the date, or until when it holds."""
        blocker = self.blocker
        if self.days:
            words = ngettext(
                ", the launch is %(days)s day earlier without it",
                ", the launch is %(days)s days earlier without it",
                self.days,
            )
            return words % {"days": self.days}
        if blocker.is_outstanding and blocker.severity == Blocker.Severity.DEGRADES:
            return _(", degrades the launch but does not hold it back")
        if blocker.is_outstanding and self.is_forecast:
            words = _(
                ", dropping it alone buys no day at P85; it is on the critical path in %(share)s of futures"
            )
            return words % {"share": self.decides or "—"}
        if self.until:
            return f", {self.until[0]} {day_in_words(self.until[1])}"
        closed = blocker.closed_at
        return " " + _("since %(day)s") % {"day": day_in_words(closed)} if closed else ""

    @property
    def ends_once(self) -> str:
        """What has to happen before it is over, of one that stands for a cell or a check."""
        if self.blocker.launch.launched_at:
            words = _("It can be called filled once %(integration)s is ready.")
        elif self.blocker.source == Blocker.Source.CHECK:
            return _("It resolves by itself once the check passes again.")
        else:
            words = _("It resolves by itself once %(integration)s is ready.")
        return words % {"integration": self.blocker.cell and self.blocker.cell.integration}

    @property
    def asked(self) -> list[Waiver | Deferral]:
        """The requests to launch without it that nobody has approved."""
        requests = (getattr(self.blocker, kind, None) for kind in ("waiver", "deferral"))
        return [one for one in requests if one is not None and one.is_open]

    @property
    def lapses(self) -> date | None:
        """The day on which what is agreed ends, when that is before the launch: then it blocks again."""
        decision, launch = self.blocker.decision, self.blocker.launch
        if decision is None or decision.expires_on is None or launch.launched_at:
            return None
        return decision.expires_on if decision.expires_on < launch.target else None

    @property
    def until(self) -> tuple[str, date] | None:
        """What was promised of a decided one, or how long it holds: “fill by” or “until”, and the day."""
        decision = self.blocker.decision
        if decision is None:
            return None
        if self.blocker.state == Blocker.State.DEFERRED:
            return _("fill by"), decision.fill_by
        return (_("until"), decision.expires_on) if decision.expires_on else None


def of_checklist(open_musts: int, all_musts: int) -> str:
    if all_musts == 0:
        return _("nothing on its checklist yet")
    if open_musts == 0:
        return _("every required item done, not declared ready")
    words = ngettext(
        "%(open)d of %(all)d required item open", "%(open)d of %(all)d required items open", all_musts
    )
    return words % {"open": open_musts, "all": all_musts}


def rows(blockers: Iterable[Blocker], status: LaunchStatus, user: User | None = None) -> list[BlockerRow]:
    """A row for each of `blockers`, in their order, all of the launch of `status`.

    `user` may edit some of them in place; without one they are only read.
    """
    alive = {blocker.pk: blocker for blocker in status.blockers if blocker.is_outstanding}
    holds = defaultdict(list)
    for blocker in alive.values():
        for other in blocker.waits_for:
            holds[other].append(blocker)
    longest = max((part.days for part in status.outlook.parts.values()), default=0) or 1
    assumed = frozenset(status.outlook.assumed)
    pending = frozenset(status.outlook.pending)
    return [
        BlockerRow(
            blocker,
            status.today,
            (part := status.outlook.part(blocker.slug)).days,
            round(100 * part.days / longest),
            part.criticality if blocker.slug in status.outlook.parts else None,
            blocker.slug in assumed,
            blocker.slug in pending,
            status.is_on_paper,
            user is not None and access.may_edit_blocker(user, blocker),
            bool(status.outlook.dates),
            tuple(alive[key] for key in sorted(blocker.waits_for) if key in alive),
            tuple(holds[blocker.pk]),
        )
        for blocker in blockers
    ]


@dataclass(frozen=True)
class Worse:
    """What came up, came back or blocks only since a function answered; `was` is empty of what is new."""

    blocker: Blocker
    was: str

    @property
    def words(self) -> str:
        before, blocked = approved_as(self.was)
        words = []
        if before != self.blocker.state:
            sides = {"was": _STATES.get(before, before), "now": self.blocker.get_state_display()}
            words = [(_("was %(was)s, now %(now)s") if before else _("new, now %(now)s")) % sides]
        if not blocked and self.blocker.severity == Blocker.Severity.BLOCKS:
            words.append(_("only degraded before, now blocks"))
        return "; ".join(words)


@dataclass(frozen=True)
class GateRow:
    """One function's sign-off, with what is worse since it was given."""

    gate: SignOffGate
    differences: tuple[Worse, ...]
    may_sign: bool
    today: date

    @property
    def answer(self) -> str:
        """Who said what and when; or who is to answer."""
        given = self.gate.sign_off
        if given.decided_at is None:
            return self._signer
        words = {"name": _label(given.decided_by), "decision": given.get_decision_display()}
        return _("%(name)s said %(decision)s on %(day)s") % (words | {"day": day_in_words(given.decided_at)})

    @property
    def said(self) -> str:
        """The same in one line of a list: who, when and their note."""
        given = self.gate.sign_off
        if given.decided_at is None:
            return self._signer
        name, day = _label(given.decided_by), day_in_words(given.decided_at, self.today)
        if not given.note:
            return f"{name}, {day}"
        note = Truncator(given.note).chars(NOTE_LENGTH)
        return _("%(name)s, %(day)s: %(note)s") % {"name": name, "day": day, "note": note}

    @property
    def _signer(self) -> str:
        signer = self.gate.sign_off.signer
        named = signer.label_as_owner if signer else _("nobody named yet")
        return _("%(signer)s to answer") % {"signer": named}

    def waits_for_other_than(self, user: User) -> bool:
        """Whether somebody else has to answer, and can be asked to."""
        signer = self.gate.sign_off.signer_id
        return not self.gate.is_valid and signer is not None and signer != user.pk

    @property
    def named(self) -> tuple[Worse, ...]:
        return self.differences[:NAMED]

    @property
    def others(self) -> int:
        return len(self.differences[NAMED:])

    @property
    def drawn(self) -> str:
        """Which of the five drawn states."""
        if self.gate.is_no_go or self.gate.differences:
            return "blocked"
        if not self.gate.sign_off.decision:
            return "unknown"
        return "ready" if self.gate.sign_off.decision == SignOff.Decision.GO else "progress"


def gate_row(gate: SignOffGate, status: LaunchStatus, user: User) -> GateRow:
    by_slug = {blocker.slug: blocker for blocker in status.blockers}
    approved = gate.sign_off.fingerprint
    worse = tuple(
        Worse(by_slug[slug], approved.get(slug, "")) for slug in gate.differences if slug in by_slug
    )
    return GateRow(gate, worse, access.may_sign(user, gate.sign_off), status.today)


def _label(person: User | None) -> str:
    return person.label if person else ""

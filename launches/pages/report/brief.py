"""What the report and the wall say of a launch: so much that it fits one page, whatever there is to say."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from launches.charts import Fan
from launches.models import Blocker, Deferral, TargetMove, Waiver
from launches.pages.forecast_history import ForecastHistory, history_of
from launches.pages.launch.news import News, last_monday, news
from launches.pages.lists.rows import BlockerRow, gate_row, rows
from launches.pages.words import away, times
from launches.percentages import percent
from launches.status import LaunchStatus
from launches.status.verdict import in_sentence, track
from readiness.days import day_in_words
from readiness.models import User

COSTLIEST, NEWS, DECISIONS, GATES = 3, 6, 4, 8


class Figure(NamedTuple):
    """`url` leads to what is behind it; `is_on_paper` while too much of it is guessed."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    is_on_paper: bool = False


class BriefCost(NamedTuple):
    """One blocker by what it costs; `without` is what launching without it would buy."""

    row: BlockerRow
    without: str


class BriefLine(NamedTuple):
    """One line of a list: its drawn state and word, what it is about, and what is to be said of it."""

    drawn: str
    word: str
    name: str
    note: str
    is_loud: bool = False


class BriefLines(NamedTuple):
    shown: Sequence[BriefLine]
    others: int

    @classmethod
    def first(cls, many: int, lines: Sequence[BriefLine]) -> "BriefLines":
        return cls(lines[:many], max(0, len(lines) - many))


class Brief:
    """A launch on one page. Everything is read when it is first asked for; the wall asks for less."""

    def __init__(self, status: LaunchStatus, user: User, now: datetime) -> None:
        self.status = status
        self.launch = status.launch
        self.user = user
        self.now = now

    @cached_property
    def history(self) -> ForecastHistory:
        return history_of(self.status, self.now)

    @cached_property
    def moves(self) -> list[TargetMove]:
        return list(self.launch.moves.all())

    @cached_property
    def fan(self) -> Fan | None:
        return None if self.launch.launched_at else self.history.fan(self.moves)

    @cached_property
    def figures(self) -> list[Figure]:
        status, outlook = self.status, self.status.outlook
        checklist, region = status.checklist, self.launch.region
        notes = [_without(checklist.decided)] if checklist.decided else []
        notes += [_by_word(checklist.declared)] if checklist.declared else []
        kept = [
            Figure(
                pgettext("how many", "Ready"),
                f"{checklist.ready}/{checklist.needed}",
                "; ".join(notes),
                region.get_absolute_url(),
            ),
            Figure(
                _("Sign-offs"),
                f"{status.valid_gates}/{len(status.required_gates)}",
                "",
                self._part("sign-offs"),
            ),
        ]
        if self.launch.launched_at:
            return [self._target, *kept]
        if not outlook.dates:
            return [self._target, Figure(_("Chance of it"), status.chance), self._left, *kept]
        return [self._target, *self._foreseen, self._drift, self._left, *kept]

    @property
    def _foreseen(self) -> list[Figure]:
        dates, on_paper = self.status.outlook.dates, self.status.is_on_paper
        goal = _("goal %(number)s %%") % {"number": self.launch.confidence_goal}
        note = _("on paper") if on_paper else ""
        return [
            Figure(_("Chance of it"), self.status.chance, goal, is_on_paper=on_paper),
            *(Figure(f"P{at}", day_in_words(dates[at]), note, is_on_paper=on_paper) for at in (50, 85)),
        ]

    @property
    def _target(self) -> Figure:
        moved = _("moved %(times)s, first %(day)s") % {
            "times": times(len(self.moves)),
            "day": day_in_words(self.launch.baseline),
        }
        note = moved if self.moves else ""
        return Figure(_("Target"), day_in_words(self.launch.target), note, self._part("moves"))

    def _part(self, name: str) -> str:
        """Where that part of the launch's own page is."""
        return f"{self.launch.get_absolute_url()}#{name}"

    @property
    def _drift(self) -> Figure:
        week, month = self.history.drift, self.history.month
        note = "" if month is None else _("this month %(days)s") % {"days": signed(month)}
        value = pgettext("figure", "new") if week is None else signed(week)
        return Figure(_("P85 this week"), value, note, self._part("forecast"))

    @property
    def _left(self) -> Figure:
        ahead = ", ".join(str(freeze) for freeze in self.status.freezes_ahead)
        note = self.status.was_planned or (_("frozen %(days)s") % {"days": ahead} if ahead else "")
        return Figure(_("Working days left"), str(self.status.working_days_left), note)

    @cached_property
    def costs(self) -> list[BriefCost]:
        costliest = rows(self.status.blocking[:COSTLIEST], self.status)
        return [BriefCost(row, self._without(row.blocker)) for row in costliest]

    def _without(self, blocker: Blocker) -> str:
        outlook = self.status.outlook
        part = outlook.part(blocker.slug)
        if not outlook.dates:
            return _("nobody knows")
        if blocker.kind == Blocker.Kind.INFRASTRUCTURE:
            return _("cannot be left out")
        if not part.days:
            return _("nothing by itself: other work takes as long")
        p85 = day_in_words(outlook.dates[85] - timedelta(days=part.days))
        if self.status.is_past:
            return _("P85 %(p85)s") % {"p85": p85}
        if self.status.is_on_paper:
            told = {"p85": p85, "chance": percent(part.chance)}
            return _("P85 %(p85)s with %(chance)s, on paper") % told
        return _("P85 %(p85)s, %(verdict)s with %(chance)s") % {
            "p85": p85,
            "verdict": in_sentence(track(part.chance, self.launch.confidence_goal)),
            "chance": percent(part.chance),
        }

    @cached_property
    def since(self) -> date:
        return last_monday(timezone.localdate(self.now))

    @cached_property
    def _news(self) -> list[News]:
        return news(self.user, self.since, [self.status])

    @property
    def news(self) -> list[News]:
        return self._news[:NEWS]

    @property
    def more_news(self) -> int:
        return len(self._news[NEWS:])

    @cached_property
    def decisions(self) -> BriefLines:
        """What somebody asked for and nobody decided, then the risks that were accepted."""
        waiting = [
            self._asked(row, one) for row in rows(self.status.blocking, self.status) for one in row.asked
        ]
        waived = [self._decided(blocker) for blocker in self.status.in_state(Blocker.State.WAIVED)]
        return BriefLines.first(DECISIONS, [*waiting, *waived])

    @cached_property
    def gaps(self) -> BriefLines:
        """What was put off until after the launch, the soonest promise first."""
        promised = [blocker for blocker in self.status.in_state(Blocker.State.DEFERRED) if blocker.decision]
        promised.sort(key=lambda blocker: blocker.decision.fill_by)
        return BriefLines.first(DECISIONS, [self._decided(blocker) for blocker in promised])

    @cached_property
    def _people(self) -> dict[int, str]:
        """Who asked and who approved, by key; one query for all decisions."""
        decisions = [
            getattr(blocker, kind, None)
            for blocker in self.status.blockers
            for kind in ("waiver", "deferral")
        ]
        keys = {key for one in decisions if one for key in (one.requested_by_id, one.approved_by_id) if key}
        return {key: person.label for key, person in User.objects.in_bulk(keys).items()}

    def _asked(self, row: BlockerRow, one: Waiver | Deferral) -> BriefLine:
        asked = _("%(name)s asked to defer it: %(reason)s")
        if isinstance(one, Waiver):
            asked = _("%(name)s asked to waive it: %(reason)s")
        who = self._people.get(one.requested_by_id or 0, _("Somebody"))
        note = asked % {"name": who, "reason": one.reason}
        return BriefLine("progress", _("waits"), row.blocker.short_name, note)

    def _decided(self, blocker: Blocker) -> BriefLine:
        one = blocker.decision
        if one is None:
            return BriefLine("waived", blocker.get_state_display(), blocker.short_name, "")
        who = self._people.get(one.approved_by_id or 0, "")
        approved = _("approved by %(name)s") % {"name": who} if who else ""
        notes = [_until(one, late := self._is_late(one)), approved, one.reason]
        word = _("overdue") if late else blocker.get_state_display()
        said = _("; ").join(note for note in notes if note)
        return BriefLine("blocked" if late else "waived", word, blocker.short_name, said, late)

    def _is_late(self, one: Waiver | Deferral) -> bool:
        return isinstance(one, Deferral) and one.fill_by < self.status.today

    @cached_property
    def gates(self) -> BriefLines:
        """What holds the launch up first."""
        given = [gate_row(gate, self.status, self.user) for gate in self.status.gates]
        given.sort(key=lambda row: row.gate.is_valid)
        lines = []
        for row in given:
            sign_off = row.gate.sign_off
            by = sign_off.decided_by.label if sign_off.decided_by else ""
            note = by
            if by and sign_off.note:
                note = _("%(name)s: %(note)s") % {"name": by, "note": sign_off.note}
            if row.differences:
                names = ", ".join(worse.blocker.short_name for worse in row.differences)
                note = _("worse since: %(names)s") % {"names": names}
            lines.append(BriefLine(row.drawn, row.gate.word, sign_off.function, note))
        return BriefLines.first(GATES, lines)


def _until(one: Waiver | Deferral, is_late: bool) -> str:
    if isinstance(one, Deferral):
        by = _("was to be filled by %(day)s") if is_late else _("fill by %(day)s")
        return by % {"day": day_in_words(one.fill_by)}
    return _("until %(day)s") % {"day": day_in_words(one.expires_on)} if one.expires_on else ""


def _by_word(count: int) -> str:
    return ngettext("%(count)d by declaration only", "%(count)d by declaration only", count) % {
        "count": count
    }


def _without(count: int) -> str:
    return ngettext("%(count)d waived or deferred", "%(count)d waived or deferred", count) % {"count": count}


def signed(days: int) -> str:
    """`↑ 3 days` later, `↓ 1 day` earlier, `unmoved`."""
    return f"{'↑' if days > 0 else '↓'} {away(days)}" if days else _("unmoved")

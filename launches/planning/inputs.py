"""From the rows of a launch to what the engine takes: plain values, which also tell states apart."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any

from launches.forecast import LONGEST, Capacity, Estimate, Job, PendingSignOff, Workload, seed_of
from launches.models import Blocker, Launch, SignOff
from launches.models.signoff import USUAL_LEAD
from launches.planning.history import Past, lessons_of
from launches.planning.lapses import Lapse
from launches.planning.unknown import StandingAlone
from readiness.language.phrase import Phrase
from readiness.models import Region, Team
from readiness.workdays import YEARS_AHEAD, FrozenDays, WorkingCalendar, working_calendar

# Jobs × draws: so much answers while somebody waits. A plan and all its what-ifs take equally many draws.
CELLS = 2_000_000
FEWEST_DRAWS, MOST_DRAWS = 100, 10_000
# Counted up when an outlook holds more than before: what was kept of the same state is computed anew.
OUTLOOKS = 2

# How bad it is to launch without: who notices, and how much of it we know.
_NOTICED = {Blocker.Kind.CUSTOMER: 3.0, Blocker.Kind.PROCESS: 2.0, Blocker.Kind.INFRASTRUCTURE: 5.0}
_DOUBT = {
    Blocker.Certainty.KNOWN_KNOWN: 1.0,
    Blocker.Certainty.KNOWN_UNKNOWN: 1.5,
    Blocker.Certainty.UNKNOWN_UNKNOWN: 2.0,
}


@dataclass(frozen=True)
class Inputs:
    """All that decides the forecast of one launch on one day. `stamp` stands for the history it learns from,
    `lessons` for what that teaches: many histories teach the same.

    The seed is the launch's alone, not the state's: with the same luck in every state, two days differ by
    what was done in between.
    """

    launch_key: int
    slug: str
    region_key: int
    country: str
    today: date
    target: date
    jobs: tuple[Job, ...]
    teams: Mapping[str, Capacity]
    sign_offs: tuple[str, ...]
    stamp: str
    lessons: str = ""
    most_draws: int = MOST_DRAWS
    freezes: tuple[FrozenDays, ...] = ()
    # Of those sign-offs that do not take as long as is usual: working days.
    lead_days: Mapping[str, int] = field(default_factory=dict)
    # Why there is no forecast: what is stored does not come to anything that could be simulated.
    problem: Phrase | str = ""

    @cached_property
    def version(self) -> str:
        """Tells this state from others; the same in every process."""
        told = [
            OUTLOOKS,
            self.slug,
            self.country,
            self.today,
            self.target,
            self.lessons,
            self.draws,
            self.facts(),
        ]
        text = json.dumps(told, sort_keys=True, default=str)
        return blake2b(text.encode(), digest_size=16).hexdigest()

    @property
    def seed(self) -> int:
        return seed_of(self.slug)

    @property
    def draws(self) -> int:
        return max(FEWEST_DRAWS, min(self.most_draws, CELLS // max(len(self.jobs), 1)))

    @property
    def calendar(self) -> WorkingCalendar:
        return _calendar(self.country, self.freezes, self.today, self.target)

    def plan(self, past: Past) -> Workload:
        """Raises `ValueError` for more than can be computed."""
        return Workload(
            self.jobs,
            self.teams,
            past.closed,
            tuple(self._pending(name) for name in self.sign_offs),
            past.rate(self.launch_key, self.region_key, self.today),
            past.correction,
        )

    def _pending(self, name: str) -> PendingSignOff:
        """Beside the work: asked today. Half of the usual time, that, or two and a half times as long."""
        days = self.lead_days.get(name, USUAL_LEAD)
        return PendingSignOff(name, Estimate(days / 2, days, days * 2.5), after_work=False)

    def facts(self) -> dict[str, Any]:
        """As JSON, to compare the next day with."""
        return {
            "jobs": [_facts(job) for job in self.jobs],
            "teams": {team: capacity.parallel_work for team, capacity in self.teams.items()},
            "paces": {team: capacity.share for team, capacity in self.teams.items() if capacity.share < 1},
            "freezes": [[freeze.first, freeze.last] for freeze in self.freezes],
            "sign_offs": list(self.sign_offs),
            "lead_days": dict(self.lead_days),
        }

    def with_facts(self, facts: Mapping[str, Any]) -> "Inputs":
        """The same day, in the state that `facts` tells of."""
        # Days that were kept before teams had a pace, regions freezes, and functions days of their own.
        paces = facts.get("paces", {})
        return replace(
            self,
            jobs=tuple(_job(row) for row in facts["jobs"]),
            teams={team: Capacity(slots, paces.get(team, 1.0)) for team, slots in facts["teams"].items()},
            freezes=tuple(
                FrozenDays(_as_date(first), _as_date(last)) for first, last in facts.get("freezes", ())
            ),
            sign_offs=tuple(facts["sign_offs"]),
            lead_days=facts.get("lead_days", {}),
        )


def inputs_of(
    launch: Launch,
    blockers: Sequence[Blocker],
    pending: Sequence[SignOff],
    today: date,
    lapses: Sequence[Lapse] = (),
) -> Inputs:
    """`blockers` come with their team, cell, `waits_for` and `past`; only what blocks counts, now or once one
    of `lapses` has come.

    Never raises: each launch stands alone, and one that comes to nothing says so in its own place.
    """
    with StandingAlone(launch.slug) as alone:
        return _inputs_of(launch, blockers, pending, today, lapses)
    facts = (launch.pk, launch.slug, launch.region_id, "", today, launch.target)
    return Inputs(*facts, (), {}, (), "", problem=alone.problem)


def _inputs_of(
    launch: Launch,
    blockers: Sequence[Blocker],
    pending: Sequence[SignOff],
    today: date,
    lapses: Sequence[Lapse],
) -> Inputs:
    calendar = calendar_of(launch.region, today, launch.target)
    outstanding = [row for row in blockers if row.is_outstanding and row.severity == Blocker.Severity.BLOCKS]
    slugs = {row.pk: row.slug for row in outstanding}
    jobs = [_of_blocker(row, slugs, today, calendar) for row in outstanding]
    jobs += [_of_lapse(lapse, slugs, today, calendar) for lapse in lapses]
    busy = [row.team for row in outstanding] + [_team_of(lapse) for lapse in lapses]
    teams = {team.slug: _capacity(team) for team in busy if team}
    stamp = next((row.past for row in blockers), "")
    lessons = lessons_of(stamp).for_launch(launch.pk, launch.region_id, today, jobs) if jobs else ""
    return Inputs(
        launch.pk,
        launch.slug,
        launch.region_id,
        launch.region.holiday_calendar,
        today,
        launch.target,
        tuple(sorted(jobs, key=lambda job: job.key)),
        dict(sorted(teams.items())),
        tuple(sorted(sign_off.slug for sign_off in pending)),
        stamp,
        lessons,
        freezes=_freezes(launch.region),
        lead_days={row.slug: row.lead_days for row in pending if row.lead_days != USUAL_LEAD},
    )


def calendar_of(region: Region, today: date, target: date) -> WorkingCalendar:
    """The days on which work gets done there."""
    return _calendar(region.holiday_calendar, _freezes(region), today, target)


def _calendar(country: str, freezes: tuple[FrozenDays, ...], today: date, target: date) -> WorkingCalendar:
    """Ten years of work ahead of today have to find room, also where the target is long past."""
    first = min(today.year, target.year) - 1
    return working_calendar(country, first, None, freezes, today.year - first + YEARS_AHEAD)


def _freezes(region: Region) -> tuple[FrozenDays, ...]:
    return tuple(FrozenDays(freeze.first, freeze.last) for freeze in region.frozen)


def _capacity(team: Team) -> Capacity:
    return Capacity(team.parallel_work, team.pace)


def _of_blocker(blocker: Blocker, slugs: Mapping[int, str], today: date, calendar: WorkingCalendar) -> Job:
    points = blocker.points
    return Job(
        blocker.slug,
        blocker.short_name,
        Estimate(*(float(point) for point in points)) if points else None,
        frozenset(slugs[key] for key in blocker.waits_for if key in slugs),
        blocker.team.slug if blocker.team else "",
        blocker.kind,
        _spent(blocker, today, calendar),
        waivable=blocker.kind != Blocker.Kind.INFRASTRUCTURE,
        risk=_NOTICED.get(Blocker.Kind(blocker.kind), 1.0) * _DOUBT[Blocker.Certainty(blocker.certainty)],
        guessed=blocker.is_guessed,
    )


def _of_lapse(lapse: Lapse, slugs: Mapping[int, str], today: date, calendar: WorkingCalendar) -> Job:
    """What is left to do once it has run out, and not before: nobody is at work on what need not be there.

    Nothing is cut by launching without it: that is what is agreed, and does not last.
    """
    earliest = min(max(calendar.until(today, lapse.day), 0.0), LONGEST)
    if lapse.blocker is not None:
        job = _of_blocker(lapse.blocker, slugs, today, calendar)
        return replace(job, spent=0.0, earliest=earliest, waivable=False)
    return _of_cell(lapse, earliest)


def _of_cell(lapse: Lapse, earliest: float) -> Job:
    points = lapse.cell.estimate if lapse.cell else None
    estimate = Estimate(*(float(point) for point in points)) if points else None
    team, kind = _team_of(lapse), lapse.cell.integration.kind if lapse.cell else ""
    return Job(
        lapse.slug,
        lapse.short_name,
        estimate,
        team=team.slug if team else "",
        kind=kind,
        earliest=earliest,
        waivable=False,
        guessed=bool(lapse.cell and lapse.cell.guessed),
    )


def _team_of(lapse: Lapse) -> Team | None:
    if lapse.blocker is not None:
        return lapse.blocker.team
    return lapse.cell.integration.team if lapse.cell else None


def _spent(blocker: Blocker, today: date, calendar: WorkingCalendar) -> float:
    """Working days since work began. A cell's estimate is of the work left, so there none is spent."""
    own = blocker.estimate is not None
    if not own or blocker.state != Blocker.State.IN_PROGRESS or blocker.started_at is None:
        return 0.0
    return float(passed(calendar, blocker.launch.region.today(blocker.started_at), today))


def passed(calendar: WorkingCalendar, start: date, today: date) -> int:
    """How many working days there were from `start` on, until the evening before `today`."""
    eve = timedelta(days=1)
    return max(calendar.between(start - eve, today - eve), 0)


def _facts(job: Job) -> dict[str, Any]:
    estimate = job.estimate
    return {
        "key": job.key,
        "name": job.name,
        "estimate": [estimate.best, estimate.likely, estimate.worst] if estimate else None,
        "waits_for": sorted(job.waits_for),
        "team": job.team,
        "kind": job.kind,
        "spent": job.spent,
        "earliest": job.earliest,
        "waivable": job.waivable,
        "risk": job.risk,
        "guessed": job.guessed,
    }


def _job(facts: Mapping[str, Any]) -> Job:
    estimate = Estimate(*facts["estimate"]) if facts["estimate"] else None
    return Job(**{**facts, "estimate": estimate, "waits_for": frozenset(facts["waits_for"])})


def _as_date(day: str | date) -> date:
    """What is kept is JSON, what is held against it is not."""
    return date.fromisoformat(day) if isinstance(day, str) else day

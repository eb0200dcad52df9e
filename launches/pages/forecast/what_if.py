"""What if we launch without it, later, or with more hands? Numbers on the same draws as today’s."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from launches import access
from launches.charts import Distribution, distribution
from launches.forecast import SmallestCut
from launches.models import Blocker, Launch, Scenario
from launches.pages.common import visible_launch
from launches.pages.forecast.forms import ScenarioForm, WhatIfForm
from launches.pages.lists.rows import BlockerRow, rows
from launches.percentages import percent
from launches.planning import Outlook, TooMany, WhatIf, cut_for, imagined
from launches.status import LaunchStatus, Verdict, status_of
from launches.status.paper import Paper, paper_of
from launches.status.verdict import track, word_of
from readiness.days import day_in_words
from readiness.models import User
from readiness.requests import Request

PERCENTILES = (50, 85, 95)


@dataclass(frozen=True)
class Compared:
    """One percentile, today and if; `days` later, or below 0 earlier."""

    label: str
    today: date
    then: date

    @property
    def days(self) -> int:
        return (self.then - self.today).days


@dataclass(frozen=True)
class Way:
    """One smallest cut: the blockers it drops, and what its address adds."""

    blockers: list[Blocker]
    chance: float
    query: str


class WhatIfPage:
    """The page for one what-if; everything is computed when it is first asked for."""

    def __init__(self, launch: Launch, user: User, now: datetime, query: QueryDict) -> None:
        self.launch = launch
        self.user = user
        self.query = query
        self.unsearched = ""
        self.status: LaunchStatus = status_of(launch, user, now)
        self.form = WhatIfForm(query, self.status.inputs, launch.confidence_goal, _team_names(self.status))
        self.what_if: WhatIf = self.form.what_if

    @property
    def today(self) -> Outlook:
        return self.status.outlook

    @cached_property
    def seen(self) -> Outlook:
        same = not self.what_if.dropped and self.what_if.applied(self.status.inputs) == self.status.inputs
        return self.today if same else imagined(self.status.inputs, self.what_if)

    @property
    def goal(self) -> int:
        return self.what_if.goal or self.launch.confidence_goal

    @property
    def target(self) -> date:
        return self.what_if.target or self.launch.target

    @cached_property
    def paper(self) -> Paper:
        blocking = [row.blocker for row in self.rows]
        ending = [lapse for lapse in self.status.lapses if lapse.slug in self.seen.parts]
        return paper_of([*blocking, *ending], self.seen, self.what_if.dropped)

    @property
    def is_on_paper(self) -> bool:
        return bool(self.seen.dates) and self.paper.is_too_much

    @property
    def verdict(self) -> Verdict:
        if self.launch.launched_at:
            return self.status.verdict
        unknown = self.seen.problem or self.is_on_paper
        return Verdict.UNKNOWN if unknown else track(self.seen.chance, self.goal)

    @property
    def word(self) -> str:
        return str(word_of(self.verdict, self.is_on_paper))

    @property
    def chance(self) -> str:
        return percent(self.seen.chance) if self.seen.dates else _("nobody knows")

    @property
    def sentence(self) -> str:
        """The answer: the chance of the target, and what the change bought."""
        if not self.seen.dates:
            problem = self.seen.problem or self.status.sentence
            return _("There is no forecast. %(problem)s") % {"problem": problem}
        days = self.compared[1].days if self.compared else 0
        return _moved(days) % {
            "chance": percent(self.seen.chance),
            "target": day_in_words(self.target),
            "p85": day_in_words(self.seen.dates[85]),
            "count": abs(days),
        }

    @cached_property
    def compared(self) -> list[Compared]:
        if not (self.seen.dates and self.today.dates):
            return []
        return [Compared(f"P{at}", self.today.dates[at], self.seen.dates[at]) for at in PERCENTILES]

    @cached_property
    def rows(self) -> list[BlockerRow]:
        blocks = Blocker.Severity.BLOCKS
        return rows([row for row in self.status.blocking if row.severity == blocks], self.status)

    @cached_property
    def chart(self) -> Distribution | None:
        marks = [(day, f"P{at}") for at, day in self.seen.dates.items()]
        return distribution(self.seen.curve, [self.today.curve, self.seen.curve], self.target, marks)

    @property
    def weeks(self) -> list[tuple[date, float, float]]:
        """The chance to be ready by the last day of each week, today and if: the chart's table."""
        days = sorted({day - (day - 1) % 7 + 6 for day, _ in (*self.today.curve, *self.seen.curve)})
        return [
            (date.fromordinal(day), _chance_by(self.today.curve, day), _chance_by(self.seen.curve, day))
            for day in days
        ]

    @cached_property
    def scenarios(self) -> list[Scenario]:
        rows = Scenario.objects.visible_to(self.user).filter(launch=self.launch)
        return list(rows.select_related("saved_by"))

    @property
    def may_save(self) -> bool:
        return access.may_raise_blocker(self.user, self.launch)

    @property
    def may_accept(self) -> bool:
        return access.may_edit_launch(self.user, self.launch)

    @property
    def is_searched(self) -> bool:
        return self.query.get("find") == "cut" and self.form.is_valid()

    @cached_property
    def cut(self) -> SmallestCut | None:
        """`None` when it cannot be searched; `unsearched` says why."""
        try:
            return cut_for(self.status.inputs, self.what_if, self.goal)
        except (TooMany, ValueError) as why:
            self.unsearched = str(why)
            return None

    @property
    def ways(self) -> list[Way]:
        by_slug = {row.blocker.slug: row.blocker for row in self.rows}
        return [
            Way(
                [by_slug[key] for key in way.keys],
                way.chance,
                WhatIf(
                    self.what_if.dropped | set(way.keys),
                    self.what_if.target,
                    self.what_if.goal,
                    self.what_if.capacity,
                ).query,
            )
            for way in (self.cut.ways if self.cut else ())
        ]

    @property
    def held_by(self) -> list[tuple[str, float]]:
        """The essential work that decides the futures no cut saves, and in which share of them."""
        names = {job.key: job.name for job in self.status.inputs.jobs}
        return [(names[key], share) for key, share in (self.cut.held_by if self.cut else ())]


@require_safe
@vary_on_headers("HX-Request")
def what_if(request: Request, slug: str) -> HttpResponse:
    page = WhatIfPage(visible_launch(request.user, slug), request.user, timezone.now(), request.GET)
    return answered(request, page, ScenarioForm(initial={"query": page.what_if.query}))


def answered(request: Request, page: WhatIfPage, saving: ScenarioForm, status: int = 200) -> HttpResponse:
    """The page, or for htmx what is different; an address that makes no sense is answered with its errors."""
    template = "launches/what_if.html#outcome" if request.htmx else "launches/what_if.html"
    context = {"page": page, "launch": page.launch, "form": page.form, "saving": saving}
    return render(request, template, context, status=status if page.form.is_valid() else 422)


def _moved(days: int) -> str:
    """What is said of a P85 that moved so many days, with places for the rest."""
    if not days:
        return _("%(chance)s to make %(target)s; P85 stays at %(p85)s.")
    if days < 0:
        return ngettext(
            "%(chance)s to make %(target)s; P85 moves %(count)d day earlier, to %(p85)s.",
            "%(chance)s to make %(target)s; P85 moves %(count)d days earlier, to %(p85)s.",
            -days,
        )
    return ngettext(
        "%(chance)s to make %(target)s; P85 moves %(count)d day later, to %(p85)s.",
        "%(chance)s to make %(target)s; P85 moves %(count)d days later, to %(p85)s.",
        days,
    )


def _team_names(status: LaunchStatus) -> dict[str, str]:
    return {row.team.slug: row.team.name for row in status.blockers if row.team}


def _chance_by(curve: tuple[tuple[int, float], ...], day: int) -> float:
    return max((chance for at, chance in curve if at <= day), default=0.0)

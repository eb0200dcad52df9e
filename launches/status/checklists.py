"""How far the checklists of launches are: cells by state, and what is ready until a day only."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import models

from launches.models import Blocker
from readiness.models import Item, Readiness, User
from readiness.state import CellState, Importance, ItemState, Level

# Ready by word only, over items that are open: counted beside the states.
DECLARED = "declared"
# By launch.
Counts = dict[int, dict[str, int]]
Evidence = dict[int, list[tuple[Readiness, date, bool]]]


def checklists(launches: Collection[int]) -> tuple[Counts, Evidence]:
    """By launch: how many must-have cells in scope are in which state, and those that are ready by evidence
    that runs out before the target."""
    in_scope = models.Q(region__launches__scope_all=True) | models.Q(
        integration__launches=models.F("region__launches")
    )
    # In one filter: about one launch of the region at a time.
    cells = Readiness.objects.filter(in_scope, importance=Importance.MUST, region__launches__in=launches)
    runs_out = models.Q(state=CellState.READY, ends__lt=models.F("region__launches__target"))
    over = models.Q(state=CellState.READY) & ~models.Q(accepted=[])
    rows = (
        cells.annotate(ends=_end_of_evidence())
        .annotate(lapsing=models.Case(models.When(runs_out, then="pk")))
        .annotate(last=models.Case(models.When(runs_out, then="ends")))
        .annotate(by_word=models.Case(models.When(over, then=True), default=False))
        .values_list("region__launches", "state", "lapsing", "last", "by_word")
        .annotate(cells=models.Count("pk", distinct=True))
    )
    counts: Counts = defaultdict(lambda: defaultdict(int))
    ends: dict[int, dict[int, date]] = defaultdict(dict)
    for launch, state, lapsing, last, by_word, cells_in_state in rows:
        counts[launch][state] += cells_in_state
        counts[launch][DECLARED] += cells_in_state if by_word else 0
        if lapsing:
            ends[launch][lapsing] = last
    return counts, _evidence(ends)


def _end_of_evidence() -> models.Subquery:
    """The last day of the first sign-off of a must item to run out."""
    signed = Item.objects.filter(cell=models.OuterRef("pk"), requirement__level=Level.MUST)
    signed = signed.filter(state=ItemState.PASSED, expires_on__isnull=False)
    return models.Subquery(signed.order_by("expires_on").values("expires_on")[:1])


def _evidence(ends: Mapping[int, Mapping[int, date]]) -> Evidence:
    """With their cells, and whether anybody has those; no query where nothing runs out."""
    keys = {cell for of_launch in ends.values() for cell in of_launch}
    cells = Readiness.objects.select_related("integration__team").annotate(
        staffed=staffed("integration__team")
    )
    rows: dict[int, Any] = cells.in_bulk(keys) if keys else {}
    evidence: Evidence = defaultdict(list)
    for launch, of_launch in ends.items():
        evidence[launch] = [(rows[cell], last, rows[cell].staffed) for cell, last in of_launch.items()]
    return evidence


def staffed(team: str) -> models.Exists:
    """Whether anybody with an open account is in the `team` of a row."""
    return models.Exists(User.objects.filter(teams=models.OuterRef(team), is_active=True))


class _Beside(NamedTuple):
    """By cell how many must items it has and how many are open; what blockers wait for; teams with people."""

    musts: dict[int, tuple[int, int]]
    waits: dict[int, set[int]]
    staffed: set[int]


def with_checklists(blockers: models.QuerySet[Any]) -> list[Any]:
    """`blockers` with all that their rows tell: how many items of their cell are open, what was decided, what
    each waits for, and whether anybody is in its team. Two queries."""
    rows = list(
        blockers.select_related("cell__integration", "cell__region", "item__requirement", "team", "owner")
        .select_related("item__paused_by")
        .select_related("waiver", "deferral")
    )
    beside = _beside(blockers)
    for row in rows:
        row.all_musts, row.open_musts = beside.musts.get(row.cell_id, (0, 0))
        row.waits_for = frozenset(beside.waits.get(row.pk, ()))
        row.is_staffed = row.team_id in beside.staffed
    return rows


def _beside(blockers: models.QuerySet[Any]) -> _Beside:
    """What there is beside their rows; one query, which counts each checklist once and not in a subquery
    of each blocker."""
    of, none = blockers.order_by(), models.Value(0)
    musts = Item.objects.filter(cell__in=of.values("cell"), requirement__level=Level.MUST).order_by()
    links = Blocker.depends_on.through.objects.filter(from_blocker__in=of.values("pk"))
    teams = User.objects.filter(is_active=True, teams__isnull=False).order_by().distinct()
    is_open = ~models.Q(state=ItemState.PASSED)
    counts = musts.values_list("cell", models.Value("musts")).annotate(
        all=models.Count("pk"), missed=models.Count("pk", filter=is_open)
    )
    found = counts.union(
        links.values_list("from_blocker", models.Value("waits"), "to_blocker", none),
        teams.values_list("teams", models.Value("team"), none, none),
        all=True,
    )
    beside = _Beside({}, defaultdict(set), set())
    for key, kind, first, second in found:
        if kind == "musts":
            beside.musts[key] = first, second
        elif kind == "waits":
            beside.waits[key].add(first)
        else:
            beside.staffed.add(key)
    return beside

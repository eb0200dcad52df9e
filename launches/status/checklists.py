"""How far the checklists of launches are: cells by state, and what is ready until a day only."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import models

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

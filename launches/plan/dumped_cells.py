"""Cells, what people said about their items and what checks came to, as a plan file says it."""

from collections import defaultdict
from dataclasses import dataclass, field

from launches.plan.yaml_format import (
    Tree,
    YamlFlow,
    YamlLine,
    day,
    given,
    moment,
    person,
    points,
    text,
)
from readiness.models import Item, Readiness
from readiness.models.declaring import DECLARED_READY
from readiness.state import CellState, ItemState, Level


def dumped_cells() -> Tree:
    told = _told()
    rows = Readiness.objects.order_by("region__slug", "integration__slug").select_related("declared_by")
    cells: dict[str, Tree] = defaultdict(dict)
    for cell in rows.select_related("region", "integration", "declared_by").iterator(2000):
        cells[cell.region.slug][cell.integration.slug] = _cell(cell, told)
    return dict(cells)


def _cell(cell: Readiness, told: "DumpedItems") -> Tree:
    values = given({"importance": cell.importance, "state": cell.state})
    declared = {"declared_by": person(cell.declared_by), "declared_on": moment(cell.declared_at)}
    values |= declared if cell.state != CellState.NOT_STARTED else given(declared)
    values |= given({"override_reason": text(cell.override_reason)})
    if cell.state in DECLARED_READY and (cell.pk in told.open or cell.accepted or cell.override_reason):
        values["accepted"] = YamlFlow(told.slugs[key] for key in cell.accepted if key in told.slugs)
    items, checks = told.said.get(cell.pk, {}), told.checks.get(cell.pk, {})
    values |= given({"estimate": points(cell.estimate)}) | ({"guessed": True} if cell.guessed else {})
    values |= given({"items": items, "checks": checks})
    return values if items or checks else YamlLine(values)


@dataclass
class DumpedItems:
    """Of the items: what people said and what checks came to, by cell and slug; the open must items, by cell;
    the slugs of those that somebody may have accepted."""

    said: dict[int, Tree] = field(default_factory=lambda: defaultdict(dict))
    checks: dict[int, Tree] = field(default_factory=lambda: defaultdict(dict))
    open: set[int] = field(default_factory=set)
    slugs: dict[int, str] = field(default_factory=dict)


def _told() -> DumpedItems:
    told = DumpedItems()
    items = Item.objects.select_related("requirement", "signed_by", "paused_by")
    for item in items.order_by("requirement__position", "pk").iterator(2000):
        requirement = item.requirement
        if requirement.level == Level.MUST and not item.is_ok:
            told.open.add(item.cell_id)
            told.slugs[item.pk] = requirement.slug
        if requirement.is_automated and (check := _check(item)):
            told.checks[item.cell_id][requirement.slug] = YamlLine(check)
        elif not requirement.is_automated and item.state != ItemState.UNKNOWN:
            told.said[item.cell_id][requirement.slug] = _item(item)
    return told


def _check(item: Item) -> Tree:
    """Nothing of one that has never run."""
    if item.last_at is None and not item.paused:
        return {}
    facts = {
        "state": item.state,
        "since": moment(item.since),
        "outcome": item.outcome,
        "streak": item.streak,
        "misses": item.misses,
        "recent": item.recent,
        "flapping": item.flapping or None,
        "excused": item.excused or None,
        "fact": text(item.fact),
        "latency": item.latency,
        "evidence": item.evidence,
        "at": moment(item.last_at),
        "stale": moment(item.stale_at),
        "paused": item.paused or None,
        "paused_by": person(item.paused_by),
    }
    return given(facts)


def _item(item: Item) -> Tree:
    """`stale` is a pass that ran out."""
    url = item.evidence.get("url", "")
    return given(
        {
            "passed": item.state != ItemState.FAILED,
            "evidence": url or text(item.fact),
            "note": text(item.fact) if url and item.fact != url else "",
            "by": person(item.signed_by),
            "on": day(item.effective_on),
            "expires": day(item.expires_on),
        }
    )

"""The requirements of integrations, and what a change of them means for each region."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from launches.plan import schema
from launches.plan.catalogue import Catalogue, in_words
from launches.plan.rows import Loading, upsert, without_held_back
from readiness.models import Item, Readiness, Requirement
from readiness.models.history import differing
from readiness.state import Level

Key = tuple[str, str]
Rows = dict[Key, Requirement]

# When one of these changes, what a check found before says nothing about the new one.
CHECKED_BY = ("probe", "parameters", "interval", "failures", "recovery")


def put_checklists(loading: Loading, plan: schema.Plan, catalogue: Catalogue) -> Rows:
    """All requirements of the plan's integrations, by integration and slug."""
    rows = _found(catalogue)
    wanted: dict[Key, dict[str, Any]] = {}
    for slug, integration in plan.integrations.items():
        places = _places([row for key, row in rows.items() if key[0] == slug], list(integration.requirements))
        for name, requirement in integration.requirements.items():
            row = rows.setdefault(
                (slug, name), Requirement(integration=catalogue.integrations[slug], slug=name)
            )
            values = _values(row, requirement) | {"position": places[name]}
            wanted[slug, name] = _without_less(loading, row, values)
    before = {row: _checked_by(row) for row in rows.values() if row.pk is not None}
    levels = {key: row.level for key, row in rows.items()}
    new = [row for row in rows.values() if row.pk is None]
    upsert(loading, "requirements", rows, wanted)
    add_items(loading, new)
    _restart(loading, {row: differing(before[row], _checked_by(row))[0] for row in before})
    _doubt(loading, [row for key, row in rows.items() if levels[key] != row.level])
    return rows


def _found(catalogue: Catalogue) -> Rows:
    found = Requirement._base_manager.select_related("integration").select_for_update(of=("self",))
    keys = [row.pk for row in catalogue.integrations.values() if row.pk is not None]
    rows = found.filter(integration__in=keys).order_by("position", "pk")
    return {(row.integration.slug, row.slug): row for row in rows}


def _values(row: Requirement, requirement: schema.Requirement) -> dict[str, Any]:
    values: dict[str, Any] = {"title": in_words(row.slug)} if row.pk is None else {}
    values |= requirement.given("title", "guidance", "level")
    if "check" not in requirement.model_fields_set:
        return values
    check = requirement.check
    if check is None:
        return values | {"probe": "", "parameters": {}}
    parameters = dict(check.model_extra or {})
    return values | {"probe": check.kind, "parameters": parameters} | check.given(*CHECKED_BY[2:], "retries")


def _without_less(loading: Loading, row: Requirement, values: dict[str, Any]) -> dict[str, Any]:
    """What asks for less, where a blocker stands on it, is for somebody else to approve."""
    less = {name: values[name] for name in row.weakened(values)}
    if row.pk is None or not less:
        return values
    before = {name: getattr(row, name) for name in less}
    return without_held_back(loading, (row, "amend", {"values": less}, before), values, less)


def _places(known: Sequence[Requirement], named: Sequence[str]) -> dict[str, int]:
    """Where each of the file's requirements stands: where it stood, unless the file's order is another.

    `known` in the checklist's order. New ones at the end of the file's order go to the end of the checklist.
    """
    stood = {row.slug: row.position for row in known if row.slug in set(named)}
    if list(stood) == list(named[: len(stood)]):
        last = max((row.position for row in known), default=-1)
        added = named[len(stood) :]
        return stood | {name: last + 1 + number for number, name in enumerate(added)}
    return {name: number for number, name in enumerate(named)}


def _checked_by(row: Requirement) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CHECKED_BY}


def add_items(loading: Loading, requirements: Collection[Requirement]) -> None:
    """An item for each of these new requirements in every region that has the integration."""
    cells = _cells(requirements)
    places = ((cell, each) for each in requirements for cell in cells[each.integration_id])
    Item.objects.opened(places, loading.now)
    musts = {row.integration_id for row in requirements if row.level == Level.MUST}
    loading.unsure |= {cell.pk for integration in musts for cell in cells[integration]}


def _restart(loading: Loading, changed: Mapping[Requirement, Mapping[str, Any]]) -> None:
    """Start over what the change made moot; each with what it was before."""
    differ = {requirement: before for requirement, before in changed.items() if before}
    for requirement, before in differ.items():
        requirement.restart_items(before, loading.now)
    _doubt(loading, differ)


def _doubt(loading: Loading, changed: Iterable[Requirement]) -> None:
    cells = {cell.pk for each in _cells(list(changed)).values() for cell in each}
    loading.unsure |= cells
    loading.cells |= cells


def _cells(requirements: Iterable[Requirement]) -> Mapping[int, list[Readiness]]:
    cells: dict[int, list[Readiness]] = defaultdict(list)
    integrations = {row.integration_id for row in requirements}
    for cell in Readiness.objects.filter(integration__in=integrations).order_by("pk"):
        cells[cell.integration_id].append(cell)
    return cells

"""The requirements of integrations, and what a change of them means for each region."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from launches.plan import schema
from launches.plan.catalogue import Catalogue, in_words
from launches.plan.rows import Loading, Values, news, upsert
from readiness.models import Item, Readiness, Requirement
from readiness.state import Level

Key = tuple[str, str]
Rows = dict[Key, Requirement]

_RUN_BY = ("interval", "failures", "recovery", "retries")


def put_checklists(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> Rows:
    """All requirements of the plan's integrations, by integration and slug."""
    rows = _found(catalogue)
    wanted: dict[Key, dict[str, Any]] = {}
    amended: dict[Key, list[str]] = {}
    for slug, integration in plan.integrations.items():
        places = _places([row for key, row in rows.items() if key[0] == slug], list(integration.requirements))
        for name, requirement in integration.requirements.items():
            key = slug, name
            row = rows.setdefault(key, Requirement(integration=catalogue.integrations[slug], slug=name))
            values, wanted[key] = _values(row, requirement), {"position": places[name]}
            if row._state.adding:
                wanted[key] |= values
            else:
                amended[key] = _amended(loading, row, news(row, values))
    new = [row for row in rows.values() if row.pk is None]
    upsert(loading, "requirements", rows, wanted, beside=amended, verbs=_verb)
    add_items(loading, new)
    _doubt(loading, [rows[key] for key, names in amended.items() if names])
    return rows


def _verb(_row: Requirement, verb: str) -> str:
    return "requirement added" if verb == "created" else "requirement moved"


def _amended(loading: Loading, row: Requirement, values: Values) -> list[str]:
    """What it asks for now; less, where a blocker stands on it, is for somebody else to approve."""

    def amend(values: Values) -> Any:
        return row.amend(values, by=loading.by, now=loading.now, author=loading.author)

    return loading.amend(row, amend, values, row.weakened(values)) if values else []


def _found(catalogue: Catalogue) -> Rows:
    found = Requirement._base_manager.select_related("integration").select_for_update(of=("self",))
    keys = [row.pk for row in catalogue.integrations.values() if row.pk is not None]
    rows = found.filter(integration__in=keys).order_by("position", "pk")
    return {(row.integration.slug, row.slug): row for row in rows}


def _values(row: Requirement, requirement: schema.RequirementEntry) -> dict[str, Any]:
    values: dict[str, Any] = {"title": in_words(row.slug)} if row.pk is None else {}
    values |= requirement.given("title", "guidance", "level")
    if "check" not in requirement.model_fields_set:
        return values
    check = requirement.check
    if check is None:
        return values | {"probe": "", "parameters": {}}
    parameters = dict(check.model_extra or {})
    return values | {"probe": check.kind, "parameters": parameters} | check.given(*_RUN_BY)


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


def add_items(loading: Loading, requirements: Collection[Requirement]) -> None:
    """An item for each of these new requirements in every region that has the integration."""
    cells = _cells(requirements)
    places = ((cell, each) for each in requirements for cell in cells[each.integration_id])
    Item.objects.opened(places, loading.now)
    musts = {row.integration_id for row in requirements if row.level == Level.MUST}
    loading.unsure |= {cell.pk for integration in musts for cell in cells[integration]}


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

"""A plan file into the database: all of it, or nothing."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from launches.models import Blocker, Launch, NotPossible
from launches.models.dependencies import hold_launches
from launches.plan import references, schema
from launches.plan.blockers import points, put_blockers
from launches.plan.catalogue import Catalogue, put_catalogue
from launches.plan.cells import Grid, Key, Wanted, chunks, follow_items, put_cells
from launches.plan.change_requests import ask_for_held_back
from launches.plan.checklists import Rows, put_checklists
from launches.plan.document import Document, read
from launches.plan.item_sign_offs import check_state, item_sign_off
from launches.plan.launches import put_launches
from launches.plan.problems import LoadRefused
from launches.plan.report import Report
from launches.plan.requests import ask_again
from launches.plan.rows import Loading
from launches.plan.sign_offs import put_sign_offs
from launches.plan.validation import shaped
from readiness.models import Readiness, User
from readiness.signals import cells_changed

SETTLED_AT_ONCE = 1000


def load(
    text: str, name: str, now: datetime, today: date, by: User | None = None, *, dry_run: bool = False
) -> Report:
    """Create and change what `text` (YAML) says, by slug; what it does not mention stays as it is.

    `today` is what relative dates count from. With `dry_run` the report is the same and nothing is kept.
    Raises `Refused`, with all that is wrong, before anything is written.
    """
    return _load(read(text, name), Loading(name, now, today, by), dry_run)


def load_data(data: dict[str, Any], name: str, now: datetime, today: date, by: User) -> Report:
    """`load` of what never was text."""
    return _load(Document(data, {}), Loading(name, now, today, by))


def _load(document: Document, loading: Loading, dry_run: bool = False) -> Report:
    shape = shaped(document, loading.today)
    with transaction.atomic():
        _hold(shape.plan)
        if wrong := [*shape.problems, *references.problems(shape, document)]:
            raise LoadRefused(loading.name, wrong)
        try:
            _put(loading, shape.plan)
        except NotPossible as refusal:
            raise LoadRefused(loading.name, [document.problem((), str(refusal))]) from refusal
        transaction.set_rollback(dry_run)
    return loading.report


def _hold(plan: schema.PlanFile) -> None:
    """Nobody closes a circle, between the look for one and the writing, with what the file says."""
    hold_launches(Launch.objects.filter(slug__in=plan.launches).values("pk"))


def _put(loading: Loading, plan: schema.PlanFile) -> None:
    catalogue = put_catalogue(loading, plan)
    requirements = put_checklists(loading, plan, catalogue)
    _put_matrix(loading, plan, catalogue, requirements)
    launches = put_launches(loading, plan, catalogue)
    put_blockers(loading, plan, launches, catalogue)
    follow_items(loading)
    settle(loading)
    put_sign_offs(loading, plan, launches, catalogue)
    ask_for_held_back(loading)
    ask_again(loading, plan, catalogue)


def _put_matrix(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue, requirements: Rows) -> None:
    grid = Grid.of(catalogue.regions, catalogue.integrations)
    wanted: dict[Key, Wanted] = {}
    for region, cells in plan.cells.items():
        for integration, cell in cells.items():
            key = catalogue.regions[region].pk, catalogue.integrations[integration].pk
            sayings = {
                requirements[integration, slug].pk: item_sign_off(item, catalogue.person(item.by))
                for slug, item in cell.items.items()
            }
            checks = {
                requirements[integration, slug].pk: check_state(check, catalogue.person(check.paused_by))
                for slug, check in cell.checks.items()
            }
            wanted[key] = Wanted(_cell(cell, catalogue), sayings, checks)
    for chunk in chunks(wanted):
        put_cells(loading, grid, chunk)


def _cell(cell: schema.CellEntry, catalogue: Catalogue) -> dict[str, Any]:
    values = cell.given("importance", "state", "override_reason", "guessed")
    if "accepted" in cell.model_fields_set:
        values["accepted"] = frozenset(cell.accepted)
    if "declared_by" in cell.model_fields_set:
        values["declared_by"] = catalogue.person(cell.declared_by)
    if "declared_on" in cell.model_fields_set:
        values["declared_at"] = cell.declared_on
    return values | (points(cell.estimate) if "estimate" in cell.model_fields_set else {})


def settle(loading: Loading) -> None:
    """Let the launches ahead follow, in the same transaction."""
    ahead = Launch.objects.active()
    left = Blocker.objects.live().filter(launch__in=ahead, cell__isnull=False)
    wanted = Q(region__in=set(ahead.values_list("region", flat=True))) | Q(pk__in=left.values("cell"))
    keys = Readiness.objects.filter(wanted).order_by("pk").values_list("pk", flat=True)
    cells = [key for key in keys.iterator() if key in loading.cells]
    for start in range(0, len(cells), SETTLED_AT_ONCE):
        cells_changed.send(sender=None, cells=cells[start : start + SETTLED_AT_ONCE], now=loading.now)

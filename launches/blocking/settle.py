"""From the state of cells to the set of blockers.

Always from the current state, never from the event, so that order and repetition do not matter.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from launches.models import Blocker, Launch
from launches.models.blocker import free_slug
from readiness.models import Change, Item, Origin, Readiness
from readiness.models.history import change, differing, kept
from readiness.state import CellState, Importance, ItemState, Level

BATCH = 500

# Launch, cell, and item: 0 for the cell itself.
Key = tuple[int, int, int]


@transaction.atomic
def settle_cells(cells: Collection[int], now: datetime) -> int:
    """Open and resolve the blockers of these cells (keys) in every launch ahead. Returns how many changed.

    The cells are locked in the order of their keys, so two settlers of one cell take turns and none
    deadlocks; the changes that are seen this way are ticked as handled.
    """
    locked = Readiness.objects.filter(pk__in=cells).order_by("pk").select_for_update(no_key=True)
    keys = list(locked.values_list("pk", flat=True))
    seen = list(Change.objects.unhandled().filter(cell__in=keys).values_list("pk", flat=True))
    changed = _settle(keys, now)
    if seen:
        Change.objects.filter(pk__in=seen).mark_handled(now)
    return changed


def settle_changes(now: datetime) -> int:
    """Settle the cells of all unhandled changes. Returns how many changes were waiting."""
    waiting = 0
    while pending := list(Change.objects.unhandled().order_by("pk").values_list("pk", "cell")[:BATCH]):
        waiting += len(pending)
        settle_cells({cell for _, cell in pending}, now)
    return waiting


def settle_launch(launch: Launch, now: datetime) -> int:
    """Settle every cell of the launch's region: after its scope changed, or when it is new."""
    return settle_cells(Readiness.objects.filter(region=launch.region_id).values_list("pk", flat=True), now)


@dataclass(frozen=True)
class Cause:
    """What wants a blocker: a cell, or one of its items."""

    launch: Launch
    cell: Readiness
    item: Item | None = None

    @property
    def key(self) -> Key:
        return self.launch.pk, self.cell.pk, self.item.pk if self.item else 0

    @property
    def slug(self) -> str:
        name = self.cell.integration.slug
        return f"{name}-{self.item.requirement.slug}"[:76] if self.item else name[:76]

    @property
    def title(self) -> str:
        integration = self.cell.integration.name
        if self.item:
            return f"{integration}: {self.item.requirement.title}"[:200]
        # Everybody reads it, also who has another language: it is in the site's.
        with override(settings.LANGUAGE_CODE):
            words = gettext("%(integration)s not ready in %(region)s")
        return (words % {"integration": integration, "region": self.cell.region.name})[:200]

    @property
    def fact(self) -> str:
        # History keeps it: in no reader's language.
        return self.item.fact if self.item else self.cell.state.replace("_", " ")


class Note(NamedTuple):
    """What history is told: of what, the verb, what was there before, and why."""

    blocker: Blocker
    verb: str
    before: dict[str, Any]
    why: str


@dataclass
class Writes:
    """What one settling decided, written in as few statements as it takes."""

    created: list[Blocker] = field(default_factory=list)
    moved: list[Blocker] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def save(self, now: datetime) -> int:
        Blocker.objects.bulk_create(self.created, batch_size=BATCH)
        Blocker.objects.bulk_update(
            self.moved, ["state", "closed_at", "opened_at", "version"], batch_size=BATCH
        )
        Change.objects.bulk_create(
            [
                change(
                    blocker,
                    verb,
                    at=now,
                    origin=Origin.CHECK if blocker.source == Blocker.Source.CHECK else Origin.RULE,
                    before=before,
                    after=_after(blocker, before),
                    note=why,
                    region_id=blocker.launch.region_id,
                )
                for blocker, verb, before, why in self.notes
            ],
            batch_size=BATCH,
        )
        return len(self.notes)


def _after(blocker: Blocker, before: Mapping[str, Any]) -> dict[str, Any]:
    """The whole row at birth, then what changed."""
    return {name: kept(getattr(blocker, name)) for name in before} or blocker.facts()


def _settle(keys: Collection[int], now: datetime) -> int:
    cells = list(Readiness.objects.filter(pk__in=keys).select_related("region", "integration__team"))
    launches = list(Launch.objects.active().filter(region__in={cell.region_id for cell in cells}))
    if not launches:
        return 0
    wanted = {cause.key: cause for cause in _causes(cells, launches)}
    known = _known(launches, keys)
    writes = Writes()
    _resolve_unwanted(known, wanted, writes, now)
    _open_wanted(known, wanted, writes, now)
    return writes.save(now)


def _causes(cells: Iterable[Readiness], launches: Collection[Launch]) -> Iterator[Cause]:
    """What stands in the way now, by the rules:

    - each must item whose check has failed often enough, unless it was open when the cell was knowingly
      declared ready;
    - each cell that is not declared ready, or fell back for a reason no failing check already stands for.
    """
    in_region = defaultdict(list)
    for launch in launches:
        in_region[launch.region_id].append(launch)
    scopes = _scopes(launches)
    must_haves = [
        cell for cell in cells if cell.importance == Importance.MUST and cell.region_id in in_region
    ]
    failing = _failing(must_haves)
    for cell in must_haves:
        items = [item for item in failing[cell.pk] if item.pk not in cell.accepted]
        unready = cell.state in (CellState.NOT_STARTED, CellState.IN_PROGRESS)
        for launch in in_region[cell.region_id]:
            if not launch.scope_all and cell.integration_id not in scopes[launch.pk]:
                continue
            yield from (Cause(launch, cell, item) for item in items)
            if unready or (cell.state == CellState.REGRESSED and not items):
                yield Cause(launch, cell)


def _scopes(launches: Collection[Launch]) -> dict[int, set[int]]:
    scopes: dict[int, set[int]] = defaultdict(set)
    partial = [launch.pk for launch in launches if not launch.scope_all]
    if partial:
        rows = Launch.scope.through.objects.filter(launch__in=partial)
        for launch, integration in rows.values_list("launch_id", "integration_id"):
            scopes[launch].add(integration)
    return scopes


def _failing(cells: Collection[Readiness]) -> dict[int, list[Item]]:
    items: dict[int, list[Item]] = defaultdict(list)
    rows = Item.objects.automated().filter(
        cell__in=[cell.pk for cell in cells], state=ItemState.FAILED, requirement__level=Level.MUST
    )
    for item in rows.select_related("requirement").order_by("pk"):
        items[item.cell_id].append(item)
    return items


def _known(launches: Collection[Launch], keys: Collection[int]) -> dict[Key, Blocker]:
    """The latest blocker of each cause; a live one before one that is over."""
    rows = (
        Blocker.objects.filter(launch__in=launches, cell__in=keys)
        .filter(source__in=(Blocker.Source.CELL, Blocker.Source.CHECK))
        .select_related("launch")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    known: dict[Key, Blocker] = {}
    for blocker in rows:
        key = _key(blocker)
        if key not in known or blocker.is_live or not known[key].is_live:
            known[key] = blocker
    return known


def _key(blocker: Blocker) -> Key:
    """A check's blocker whose item was taken off the checklist has a key that nothing wants."""
    gone = -blocker.pk if blocker.source == Blocker.Source.CHECK else 0
    return blocker.launch_id, blocker.cell_id or 0, blocker.item_id or gone


def _resolve_unwanted(
    known: dict[Key, Blocker],
    wanted: dict[Key, Cause],
    writes: Writes,
    now: datetime,
) -> None:
    for key, blocker in known.items():
        if blocker.is_live and key not in wanted:
            _move(blocker, Blocker.State.RESOLVED, "resolved", "What it stood for is there.", writes, now)


def _open_wanted(
    known: dict[Key, Blocker],
    wanted: dict[Key, Cause],
    writes: Writes,
    now: datetime,
) -> None:
    """A cause that comes back reopens its blocker; one that a person rejected stays rejected."""
    new = [cause for key, cause in wanted.items() if key not in known]
    taken = _taken_slugs(new)
    for cause in new:
        blocker = _new(cause, free_slug(cause.slug, taken[cause.launch.pk]), now)
        writes.created.append(blocker)
        writes.notes.append(Note(blocker, "opened", {}, cause.fact))
    for key, cause in wanted.items():
        blocker_before = known.get(key)
        if blocker_before is not None and blocker_before.state == Blocker.State.RESOLVED:
            _move(blocker_before, Blocker.State.OPEN, "reopened", cause.fact, writes, now, opened_at=now)


def _move(
    blocker: Blocker, state: str, verb: str, why: str, writes: Writes, now: datetime, **values: Any
) -> None:
    values |= {"state": state, "closed_at": now if state in Blocker.OVER else None}
    old = {name: kept(getattr(blocker, name)) for name in values}
    before, _ = differing(old, {name: kept(value) for name, value in values.items()})
    for name, value in values.items():
        setattr(blocker, name, value)
    blocker.version += 1
    writes.moved.append(blocker)
    writes.notes.append(Note(blocker, verb, before, why))


def _new(cause: Cause, slug: str, now: datetime) -> Blocker:
    integration = cause.cell.integration
    if cause.item:
        # What it is called says of which cell, and that is read already.
        cause.item.cell = cause.cell
    return Blocker(
        launch=cause.launch,
        slug=slug,
        title=cause.title,
        source=Blocker.Source.CHECK if cause.item else Blocker.Source.CELL,
        cell=cause.cell,
        item=cause.item,
        kind=integration.kind,
        team=integration.team,
        opened_at=now,
    )


def _taken_slugs(causes: Collection[Cause]) -> dict[int, set[str]]:
    taken: dict[int, set[str]] = defaultdict(set)
    if causes:
        rows = Blocker.objects.filter(launch__in={cause.launch.pk for cause in causes})
        for launch, slug in rows.values_list("launch", "slug"):
            taken[launch].add(slug)
    return taken

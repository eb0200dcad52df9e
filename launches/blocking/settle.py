"""From the state of cells to the set of blockers.

Always from the current state, never from the event, so that order and repetition do not matter.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from launches.blocking.causes import Cause, Key, causes
from launches.blocking.reasons import Reason, Reasons, origin_of
from launches.models import Blocker, Launch, Postponed, postponing
from launches.models.blocker import free_slug
from readiness.models import Change, Readiness
from readiness.models.history import change, differing, kept

logger = logging.getLogger(__name__)

BATCH = 500
SETTLING = "settling"


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
    changes = Change.objects.unhandled().exclude(cell__in=Postponed.objects.keys(SETTLING, now))
    while pending := list(changes.order_by("pk").values_list("pk", "cell")[:BATCH]):
        waiting += len(pending)
        settle_each({cell for _, cell in pending}, now)
    return waiting


def settle_each(cells: Collection[int], now: datetime) -> None:
    """As `settle_cells`, but a cell that cannot be settled is postponed and holds up none of the others."""
    try:
        with transaction.atomic():
            settle_cells(cells, now)
            return
    except Exception:
        logger.warning("%s cells could not be settled together.", len(cells), exc_info=True)
    for cell in sorted(cells):
        with postponing(SETTLING, cell, now):
            settle_cells([cell], now)


def settle_launch(launch: Launch, now: datetime) -> int:
    """Settle every cell of the launch's region: after its scope changed, or when it is new."""
    return settle_cells(Readiness.objects.filter(region=launch.region_id).values_list("pk", flat=True), now)


class Note(NamedTuple):
    """What history is told: of what, the verb, what was there before, and why."""

    blocker: Blocker
    verb: str
    before: dict[str, Any]
    why: Reason


@dataclass
class Writes:
    """What one settling decided, written in as few statements as it takes."""

    created: list[Blocker] = field(default_factory=list)
    moved: list[Blocker] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def save(self, now: datetime) -> int:
        Blocker.objects.bulk_create(self.created, batch_size=BATCH)
        Blocker.objects.bulk_update(
            self.moved, ["state", "closed_at", "reopened_at", "reopenings", "version"], batch_size=BATCH
        )
        Change.objects.bulk_create(
            [
                change(
                    blocker,
                    verb,
                    at=now,
                    by=why.by,
                    origin=origin_of(blocker, why.by),
                    before=before,
                    after=_after(blocker, before),
                    note=why.words,
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
    known = _known(launches, keys)
    live = {key: blocker for key, blocker in known.items() if blocker.is_live}
    wanted = {cause.key: cause for cause in causes(cells, launches, live)}
    writes = Writes()
    _resolve_unwanted([live[key] for key in live if key not in wanted], cells, writes, now)
    _open_wanted(known, wanted, writes, now)
    return writes.save(now)


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
    unwanted: Sequence[Blocker], cells: Iterable[Readiness], writes: Writes, now: datetime
) -> None:
    if unwanted:
        reasons = Reasons.of(unwanted, cells)
        for blocker in unwanted:
            _move(blocker, Blocker.State.RESOLVED, "resolved", reasons.why(blocker), writes, now)


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
        writes.notes.append(Note(blocker, "opened", {}, Reason(cause.fact)))
    for key, cause in wanted.items():
        blocker_before = known.get(key)
        if blocker_before is not None and blocker_before.state == Blocker.State.RESOLVED:
            _move(blocker_before, Blocker.State.OPEN, "reopened", Reason(cause.fact), writes, now)


def _move(blocker: Blocker, state: str, verb: str, why: Reason, writes: Writes, now: datetime) -> None:
    values = blocker.entering(state, now)
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

"""From the state of cells to the set of blockers.

Always from the current state, never from the event, so that order and repetition do not matter.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from launches.models import Blocker, Launch, Postponed, postponing
from launches.models.blocker import free_slug
from launches.models.blocker_steps import Because
from launches.status.causes import Cause, Key, causes
from launches.status.reasons import Reason, Reasons, origin_of
from readiness.models import Change, Readiness

logger = logging.getLogger(__name__)

BATCH = 500
SETTLING = "settling"
SETTLED = (Blocker.Source.CELL, Blocker.Source.CHECK)


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
            Postponed.objects.done(SETTLING, cells)
            return
    except Exception:
        logger.warning("%s cells could not be settled together.", len(cells), exc_info=True)
    for cell in sorted(cells):
        with postponing(SETTLING, cell, now):
            settle_cells([cell], now)


def settle_launch(launch: Launch, now: datetime) -> int:
    """Settle every cell of the launch's region: after its scope changed, or when it is new."""
    return settle_cells(Readiness.objects.filter(region=launch.region_id).values_list("pk", flat=True), now)


def _settle(keys: Collection[int], now: datetime) -> int:
    """A cause that comes back reopens its blocker; one that a person rejected stays rejected."""
    cells = list(Readiness.objects.filter(pk__in=keys).select_related("region", "integration__team"))
    launches = _launches(cells)
    if not launches:
        return 0
    known = _known(launches, keys)
    live = {key: blocker for key, blocker in known.items() if blocker.is_live}
    wanted = {cause.key: cause for cause in causes(cells, launches, live)}
    resolved = _unwanted([live[key] for key in live if key not in wanted], cells)
    back = [
        _because(known[key], Reason(cause.fact))
        for key, cause in wanted.items()
        if key in known and known[key].state == Blocker.State.RESOLVED
    ]
    new = _new_ones([cause for key, cause in wanted.items() if key not in known], now)
    blockers = Blocker.objects
    told = [
        *blockers.resolved(resolved, now),
        *blockers.found(new, now),
        *blockers.reopened(back, now),
    ]
    return len(told)


def _launches(cells: Collection[Readiness]) -> list[Launch]:
    """Those ahead that open a region of `cells`, and those that did and have live blockers there still."""
    left = Blocker.objects.live().filter(cell__in=cells, source__in=SETTLED).values("launch")
    here = Q(region__in={cell.region_id for cell in cells})
    return list(Launch.objects.active().filter(here | Q(pk__in=left)))


def _known(launches: Collection[Launch], keys: Collection[int]) -> dict[Key, Blocker]:
    """The latest blocker of each cause; a live one before one that is over."""
    rows = (
        Blocker.objects.filter(launch__in=launches, cell__in=keys)
        .filter(source__in=SETTLED)
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


def _unwanted(blockers: Sequence[Blocker], cells: Iterable[Readiness]) -> list[Because]:
    """Why each of these is over."""
    if not blockers:
        return []
    reasons = Reasons.of(blockers, cells)
    return [_because(blocker, reasons.why(blocker)) for blocker in blockers]


def _because(blocker: Blocker, why: Reason) -> Because:
    return Because(blocker, why.words, why.by, origin_of(blocker, why.by))


def _new_ones(causes: Sequence[Cause], now: datetime) -> list[Because]:
    taken = _taken_slugs(causes)
    new = [(cause, _new(cause, free_slug(cause.slug, taken[cause.launch.pk]), now)) for cause in causes]
    return [_because(blocker, Reason(cause.fact)) for cause, blocker in new]


def _new(cause: Cause, slug: str, now: datetime) -> Blocker:
    if cause.item:
        # What it is called says of which cell, and that is read already.
        cause.item.cell = cause.cell
    return Blocker.of(cause.launch, cause.cell, cause.item, title=cause.title, slug=slug, now=now)


def _taken_slugs(causes: Collection[Cause]) -> dict[int, set[str]]:
    taken: dict[int, set[str]] = defaultdict(set)
    if causes:
        rows = Blocker.objects.filter(launch__in={cause.launch.pk for cause in causes})
        for launch, slug in rows.values_list("launch", "slug"):
            taken[launch].add(slug)
    return taken

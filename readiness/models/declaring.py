"""What changes cells: the verbs of one are these, with one row."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Self, TypeVar

from django.db import models, transaction
from django.utils.translation import ngettext

from readiness.models.approval import LiveBlocker, NeedsApproval, blockers_on
from readiness.models.bulk import write_back
from readiness.models.history import Author, Change, Origin, written
from readiness.models.people import User
from readiness.state import CellState, Importance, ItemState, Level

DECLARABLE = (CellState.NOT_STARTED, CellState.IN_PROGRESS, CellState.READY)
DECLARED_READY = (CellState.READY, CellState.REGRESSED)
POINTS = ("best", "likely", "worst")

C = TypeVar("C", bound=models.Model, covariant=True)
Estimate = tuple[Decimal, Decimal, Decimal]
# A verb, its arguments, and what is different before.
Act = tuple[str, dict[str, Any], dict[str, Any]]


class OpenMusts(Exception):
    """A cell cannot be declared ready: `items` are its must items that have not passed."""

    def __init__(self, items: Sequence[Any]) -> None:
        said = ngettext("%(count)d required item is open.", "%(count)d required items are open.", len(items))
        super().__init__(said % {"count": len(items)})
        self.items = items


class Declaration(NamedTuple):
    """How far a cell is, who says so since when, and why over its open items.

    Said once more it is nothing new, unless it `corrects` by whom and when it was said. `accepted`, where it
    is known, are the slugs of the requirements that were open then: others make it fall back.
    """

    state: str
    by: User | None
    at: datetime | None
    override_reason: str = ""
    note: str = ""
    corrects: bool = False
    accepted: Collection[str] | None = None

    def over(self, open_items: Sequence[Any]) -> Sequence[Any]:
        """Those of `open_items` that it knowingly goes over."""
        if self.accepted is None:
            return open_items
        return [item for item in open_items if item.requirement.slug in self.accepted]


class DeclaringQuerySet(models.QuerySet[C]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def needed(self) -> Self:
        return self.exclude(importance=Importance.NOT_NEEDED)

    def must_have(self) -> Self:
        return self.filter(importance=Importance.MUST)

    def ready(self) -> Self:
        return self.filter(state=CellState.READY)

    @transaction.atomic
    def opened(self, cells: Sequence[Any], checklists: Mapping[int, Sequence[Any]], author: Author) -> None:
        """Keep new cells, each with its whole checklist: the requirements by integration.

        A state that was set counts as declared, which only a cell without required items may be from birth.
        """
        self.model._base_manager.bulk_create(cells, batch_size=1000)
        written(cell.change("created", author, {}, cell.facts()) for cell in cells)
        items: Any = self.model._meta.get_field("items").related_model
        items.objects.opened(
            ((cell, each) for cell in cells for each in checklists.get(cell.integration_id, ())), author.now
        )

    @transaction.atomic
    def declare(self, said: Mapping[int, Declaration], author: Author) -> list[Change]:
        """People say how far these cells (keys) are; what is as they say makes no change.

        `ready` over open must items needs an `override_reason`, or it raises `OpenMusts`.
        """
        return self.declare_locked(self._held(said), said, author)

    def declare_locked(
        self, cells: Sequence[Any], said: Mapping[int, Declaration], author: Author
    ) -> list[Change]:
        """The same of rows that are locked."""
        ready = [cell for cell in cells if said[cell.pk].state == CellState.READY]
        open_items = self.open_items(ready)
        over = [cell for cell in ready if cell.overrides(said[cell.pk], open_items.get(cell.pk, []))]
        held = self._held_back(over, lambda cell: _declaring(cell, said[cell.pk]), author)
        changes, changed = [], []
        for cell in (cell for cell in cells if cell.pk not in held):
            if change := cell.declared(said[cell.pk], open_items.get(cell.pk, []), author):
                changed.append(cell)
                changes.append(change)
        write_back(
            changed,
            ["state", "declared_by", "declared_at", "override_reason", "accepted", "unseen", "version"],
        )
        return written(changes)

    @transaction.atomic
    def set_importance(self, wanted: Mapping[int, str], author: Author) -> list[Change]:
        """How much their regions need these cells (keys)."""
        return self.weigh_locked(self._held(wanted), wanted, author)

    def weigh_locked(self, cells: Sequence[Any], wanted: Mapping[int, str], author: Author) -> list[Change]:
        """The same of rows that are locked."""
        lowered = [cell for cell in cells if wanted[cell.pk] != cell.importance == Importance.MUST]
        held = self._held_back(lowered, lambda cell: _weighing(cell, wanted[cell.pk]), author)
        free = [cell for cell in cells if cell.pk not in held]
        return self.put_locked("importance set", free, _each("importance", wanted), author)

    def _held_back(self, cells: Sequence[Any], act: Callable[[Any], Act], author: Author) -> set[int]:
        """The keys of those of `cells` with which blockers would go: somebody else approves that first."""
        if author.approved:
            return set()
        standing: dict[int, list[LiveBlocker]] = defaultdict(list)
        for blocker in blockers_on([cell.pk for cell in cells]):
            standing[blocker.cell or 0].append(blocker)
        for cell in (cell for cell in cells if cell.pk in standing):
            author.hold_back(NeedsApproval(cell, *act(cell), standing[cell.pk]))
        return set(standing)

    @transaction.atomic
    def set_estimate(self, wanted: Mapping[int, Estimate | None], author: Author) -> list[Change]:
        """The work left in these cells (keys): best, likely and worst in working days, or `None`."""
        said = {key: {"estimate": estimate, "guessed": False} for key, estimate in wanted.items()}
        return self.put_locked("estimated", self._held(wanted), said, author)

    def put_locked(
        self, verb: str, cells: Iterable[Any], wanted: Mapping[int, Mapping[str, Any]], author: Author
    ) -> list[Change]:
        """Change what differs from `wanted`, in rows that are locked; an estimate is one value."""
        changes, changed, names = [], [], {"version"}
        for cell in cells:
            before = {name: getattr(cell, name) for name in wanted[cell.pk]}
            after = {name: value for name, value in wanted[cell.pk].items() if value != before[name]}
            if not after:
                continue
            columns = columns_of(after)
            for name, value in columns.items():
                setattr(cell, name, value)
            cell.version += 1
            names |= columns.keys()
            changed.append(cell)
            changes.append(cell.change(verb, author, {name: before[name] for name in after}, after))
        write_back(changed, sorted(names))
        return written(changes)

    @transaction.atomic
    def reassess(
        self,
        notes: Mapping[int, str],
        *,
        now: datetime,
        origin: Origin,
        by: User | None = None,
        settled: bool = False,
    ) -> list[Change]:
        """Let states follow the items, in the transaction that changed those; `origin` or `by` did.

        `notes` say why, by cell. All of them are locked, in the order that everybody locks them in: one that
        is being declared ready right now has to be looked at after that.
        """
        author = Author(now, by, origin, settled=settled)
        cells: list[Any] = [cell for cell in self._held(notes) if cell.state in DECLARED_READY]
        open_items = self.open_items(cells)
        before = {cell.pk: cell.state for cell in cells}
        moved = [cell for cell in cells if cell.follow(open_items.get(cell.pk, ()))]
        write_back(moved, ["state", "accepted", "unseen", "version"])
        return written(
            cell.change(
                "regressed" if cell.state == CellState.REGRESSED else "recovered",
                author,
                {"state": before[cell.pk]},
                {"state": cell.state},
                note=notes[cell.pk],
            )
            for cell in moved
            if cell.state != before[cell.pk]
        )

    def open_items(self, cells: Collection[Any]) -> dict[int, list[Any]]:
        """The must items of each of `cells` that have not passed, with their requirements, in order."""
        found: dict[int, list[Any]] = {}
        if not cells:
            return found
        items: Any = self.model._meta.get_field("items").related_model
        rows = items._base_manager.filter(cell__in=[cell.pk for cell in cells])
        rows = rows.filter(requirement__level=Level.MUST).exclude(state=ItemState.PASSED)
        for item in rows.select_related("requirement").order_by("requirement__position", "pk"):
            found.setdefault(item.cell_id, []).append(item)
        return found

    def _held(self, keys: Collection[int]) -> list[Any]:
        """Those cells, locked in the order that everybody locks them in."""
        rows = self.filter(pk__in=list(keys)).select_related("region", "integration").order_by("pk")
        return list(rows.select_for_update(of=("self",), no_key=True))


def _declaring(cell: Any, said: Declaration) -> Act:
    wanted = {"state": said.state, "override_reason": said.override_reason}
    return "declare", wanted, {"state": cell.state}


def _weighing(cell: Any, importance: str) -> Act:
    return "set_importance", {"importance": importance}, {"importance": cell.importance}


def columns_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by column: an estimate has three."""
    columns = {name: value for name, value in values.items() if name != "estimate"}
    if "estimate" in values:
        columns |= dict(zip(POINTS, values["estimate"] or (None, None, None), strict=True))
    return columns


def _each(name: str, wanted: Mapping[int, Any]) -> dict[int, dict[str, Any]]:
    return {key: {name: value} for key, value in wanted.items()}

"""Why a blocker of a cell or a check is over: a pass, a declaration, or what a person took away."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from launches.models import Blocker, Launch
from readiness.models import Change, Item, Origin, Readiness, User
from readiness.state import CellState, Importance, ItemState, Level

_ABOUT_CELLS = (
    "declared",
    "recovered",
    "importance set",
    "requirement amended",
    "requirement removed",
)
_LESS = {
    Importance.NICE: "It is a nice-to-have now.",
    Importance.NOT_NEEDED: "It is not needed in the region any more.",
}


class Reason(NamedTuple):
    """What history says of it, and the person who did it; nobody when a check or the checklist did."""

    words: str
    by: User | None = None


_SCOPE = ("scope", "scope_all")
_REGION = ("region",)

# What an act is found by: the cell, its verb, and what its note says, or any.
Act = tuple[int, str, str]


@dataclass(frozen=True)
class Reasons:
    """The acts behind `blockers`, which nothing wants any more."""

    cells: Mapping[int, Readiness]
    items: Mapping[int, Item]
    acts: Mapping[Act, Change]
    # By launch, where what has to be ready for it changed.
    scopes: Mapping[int, Change]
    regions: Mapping[int, Change]

    @classmethod
    def of(cls, blockers: Sequence[Blocker], cells: Iterable[Readiness]) -> "Reasons":
        """Four queries, however many `blockers` there are; they come with their launch."""
        cells = list(cells)
        keys = {blocker.cell_id for blocker in blockers if blocker.cell_id}
        places = {cell.pk: cell.region_id for cell in cells}
        items = Item.objects.filter(pk__in=[row.item_id for row in blockers if row.item_id])
        return cls(
            {cell.pk: cell for cell in cells if cell.pk in keys},
            {item.pk: item for item in items.select_related("requirement", "signed_by")},
            _acts(keys),
            _last({row.launch_id for row in blockers if not row.launch.scope_all}, _SCOPE),
            _last(
                {row.launch_id for row in blockers if row.launch.region_id != places[row.cell_id or 0]},
                _REGION,
            ),
        )

    def why(self, blocker: Blocker) -> Reason:
        cell = self.cells[blocker.cell_id or 0]
        if blocker.launch.region_id != cell.region_id:
            return _of("The launch opens another region now.", self.regions.get(blocker.launch_id))
        if cell.importance != Importance.MUST:
            return self._by((cell.pk, "importance set", ""), _LESS[Importance(cell.importance)])
        if blocker.source == Blocker.Source.CHECK:
            return self._of_check(blocker, cell) or self._out_of_scope(blocker)
        return self._of_cell(cell) or self._out_of_scope(blocker)

    def _of_check(self, blocker: Blocker, cell: Readiness) -> Reason | None:
        item = self.items.get(blocker.item_id or 0)
        if item is None:
            title = blocker.title.removeprefix(f"{cell.integration.name}: ")
            return self._by((cell.pk, "requirement removed", title), "Its requirement is off the list.")
        if item.state == ItemState.PASSED:
            signed = None if item.requirement.is_automated else item.signed_by
            return Reason("It is signed off." if signed else "Its check has passed.", signed)
        if item.requirement.level != Level.MUST:
            act = (cell.pk, "requirement amended", item.requirement.title)
            return self._by(act, "Its requirement is only recommended now.")
        if item.pk in cell.accepted:
            words = f"Declared ready while it was open: {cell.override_reason}"
            return self._by((cell.pk, "declared", ""), words)
        return None

    def _of_cell(self, cell: Readiness) -> Reason | None:
        """Somebody declared it ready; or it came back when nothing required was open any more."""
        declared, recovered = (self.acts.get((cell.pk, verb, "")) for verb in ("declared", "recovered"))
        if cell.state != CellState.READY:
            return None
        if recovered and (declared is None or recovered.pk > declared.pk):
            return Reason(f"It is ready again. {recovered.note}", recovered.author)
        words = f"Declared ready: {cell.override_reason}" if cell.override_reason else "Declared ready."
        return self._by((cell.pk, "declared", ""), words)

    def _out_of_scope(self, blocker: Blocker) -> Reason:
        act = self.scopes.get(blocker.launch_id)
        return _of("It is out of the scope of the launch.", act)

    def _by(self, act: Act, words: str) -> Reason:
        found = self.acts.get(act) or self.acts.get((*act[:2], ""))
        return _of(words, found)


def _of(words: str, act: Change | None) -> Reason:
    """Where it took two people, the other one is named as well."""
    asked = act.after.get("requested_by") if act else None
    asked_by = f" Asked for by {asked['label']}." if asked else ""
    return Reason(f"{words}{asked_by}", act.author if act else None)


def _acts(cells: Collection[int]) -> dict[Act, Change]:
    """The last of each kind that says the same, and under no note the last of its kind."""
    done = Change.objects.filter(cell__in=cells, verb__in=_ABOUT_CELLS).order_by()
    last = done.values("cell", "verb", "note").annotate(last=Max("pk")).values("last")
    acts: dict[Act, Change] = {}
    for act in Change.objects.filter(pk__in=last).select_related("author").order_by("pk"):
        acts[act.cell_id or 0, act.verb, act.note] = acts[act.cell_id or 0, act.verb, ""] = act
    return acts


def _last(launches: Collection[int], names: Sequence[str]) -> dict[int, Change]:
    """The last change of each of `launches` that was of one of these fields."""
    if not launches:
        return {}
    kind = ContentType.objects.get_for_model(Launch)
    rows = Change.objects.filter(content_type=kind, object_id__in=launches, before__has_any_keys=list(names))
    return {row.object_id: row for row in rows.select_related("author").order_by("pk")}


def origin_of(blocker: Blocker, by: User | None) -> Origin:
    """Who made the change: a person, or else the check or the checklist that the blocker stands for."""
    if by is not None:
        return Origin.PERSON
    return Origin.CHECK if blocker.source == Blocker.Source.CHECK else Origin.RULE

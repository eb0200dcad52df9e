"""The cell of the matrix: one integration in one region."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import ngettext

from readiness.limits import MOST_WORKING_DAYS
from readiness.models.bulk import write_back
from readiness.models.history import Change, Origin, change
from readiness.models.integration import Integration
from readiness.models.people import User
from readiness.models.region import Region
from readiness.models.versioned import Versioned
from readiness.state import CellState, Importance, ItemState, Level, reassessed

_DAYS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(MOST_WORKING_DAYS))]
DECLARABLE = (CellState.NOT_STARTED, CellState.IN_PROGRESS, CellState.READY)


class OpenMusts(Exception):
    """A cell cannot be declared ready: `items` are its must items that have not passed."""

    def __init__(self, items: Sequence[Any]) -> None:
        said = ngettext("%(count)d required item is open.", "%(count)d required items are open.", len(items))
        super().__init__(said % {"count": len(items)})
        self.items = items


class Estimated(models.Model):
    """Three points for the work left, in working days: all of them or none, in order, ten years at most."""

    best = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True, validators=_DAYS)
    likely = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True, validators=_DAYS)
    worst = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True, validators=_DAYS)

    class Meta:
        abstract = True

    @classmethod
    def estimate_constraint(cls, name: str) -> models.CheckConstraint:
        # A comparison with NULL is neither true nor false, and a check constraint lets that pass.
        return models.CheckConstraint(
            name=name,
            condition=models.Q(best=None, likely=None, worst=None)
            | models.Q(best__isnull=False, likely__isnull=False, worst__isnull=False)
            & models.Q(best__gte=0, likely__gte=models.F("best"), worst__gte=models.F("likely"))
            & models.Q(worst__lte=MOST_WORKING_DAYS),
        )

    @property
    def estimate(self) -> tuple[Decimal, Decimal, Decimal] | None:
        if self.best is None or self.likely is None or self.worst is None:
            return None
        return self.best, self.likely, self.worst


class ReadinessQuerySet(models.QuerySet["Readiness"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def needed(self) -> Self:
        return self.exclude(importance=Importance.NOT_NEEDED)

    def must_have(self) -> Self:
        return self.filter(importance=Importance.MUST)

    def ready(self) -> Self:
        return self.filter(state=CellState.READY)

    def reassess(
        self, notes: Mapping[int, str], *, now: datetime, origin: Origin, by: User | None = None
    ) -> list[Change]:
        """Let states follow the items, in the transaction that changed those; `origin` or `by` did.

        `notes` say why, by cell. All of them are locked, in the order that everybody locks them in: one that
        is being declared ready right now has to be looked at after that.
        """
        held = self.filter(pk__in=notes).select_related("region", "integration").order_by("pk")
        held = held.select_for_update(of=("self",), no_key=True)
        cells = [cell for cell in held if cell.state in _FOLLOWS]
        if not cells:
            return []
        before = {cell.pk: cell.state for cell in cells}
        open_musts = self._open_musts(cells)
        moved = [cell for cell in cells if cell.follow(open_musts[cell.pk])]
        write_back(moved, ["state", "accepted", "version"])
        told = [cell for cell in moved if cell.state != before[cell.pk]]
        return Change.objects.bulk_create(
            cell.note(
                "regressed" if cell.state == CellState.REGRESSED else "recovered",
                now=now,
                by=by,
                origin=origin,
                before={"state": before[cell.pk]},
                after={"state": cell.state},
                note=notes[cell.pk],
            )
            for cell in told
        )

    def _open_musts(self, cells: Sequence["Readiness"]) -> dict[int, set[int]]:
        """The must items of each of `cells` that have not passed."""
        found: dict[int, set[int]] = {cell.pk: set() for cell in cells}
        not_passed = [state for state in ItemState if state != ItemState.PASSED]
        rows = self.filter(pk__in=found, items__requirement__level=Level.MUST, items__state__in=not_passed)
        for cell, item in rows.values_list("pk", "items__pk"):
            found[cell].add(item)
        return found


class Readiness(Versioned, Estimated):
    """How far `integration` is in `region`. Only the verbs below write its state."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="cells")
    integration = models.ForeignKey(Integration, models.PROTECT, related_name="cells")
    importance = models.CharField(max_length=12, choices=Importance.choices, default=Importance.MUST)
    state = models.CharField(max_length=11, choices=CellState.choices, default=CellState.NOT_STARTED)
    declared_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="declared_cells"
    )
    declared_at = models.DateTimeField(null=True, blank=True)
    override_reason = models.TextField(blank=True, help_text="Why it was declared ready over open items.")
    accepted = models.JSONField(
        default=list, blank=True, help_text="The items that were open at that moment."
    )

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        verbose_name = "cell"
        constraints = [
            models.UniqueConstraint(fields=["region", "integration"], name="cell_per_region_and_integration"),
            Estimated.estimate_constraint("cell_estimate_in_order"),
        ]
        indexes = [models.Index(fields=["integration", "version"], name="cell_row_version")]

    def __str__(self) -> str:
        return f"{self.integration.name} in {self.region.name}"

    def get_absolute_url(self) -> str:
        return reverse("cell", args=[self.region.slug, self.integration.slug])

    @property
    def is_needed(self) -> bool:
        return self.importance != Importance.NOT_NEEDED

    @transaction.atomic
    def declare(
        self,
        state: str,
        *,
        by: User,
        now: datetime,
        version: int | None = None,
        override_reason: str = "",
        note: str = "",
    ) -> Change | None:
        """A person says how far it is. `ready` over open must items needs `override_reason`.

        Returns the change, `None` when it was so already. Raises `Conflict`, `OpenMusts`.
        """
        if state not in DECLARABLE:
            raise ValueError(f"Nobody declares a cell {state}.")
        cell = self.locked(version)
        open_items = list(cell.open_musts()) if state == CellState.READY else []
        if open_items and not override_reason.strip():
            raise OpenMusts(open_items)
        if cell.state == state and not open_items:
            return None
        before = {"state": cell.state}
        cell.put(
            state=state,
            declared_by=by,
            declared_at=now,
            override_reason=override_reason.strip() if open_items else "",
            accepted=[item.pk for item in open_items],
        )
        after: dict[str, Any] = {"state": state}
        if open_items:
            after["override_reason"] = cell.override_reason
            after["accepted"] = [item.requirement.title for item in open_items]
        return cell.noted("declared", by=by, now=now, before=before, after=after, note=note)

    @transaction.atomic
    def set_importance(
        self, importance: str, *, by: User, now: datetime, version: int | None = None
    ) -> Change | None:
        """Raises `Conflict`."""
        cell = self.locked(version)
        if cell.importance == importance:
            return None
        before = {"importance": cell.importance}
        cell.put(importance=importance)
        return cell.noted("importance set", by=by, now=now, before=before, after={"importance": importance})

    @transaction.atomic
    def set_estimate(
        self,
        estimate: tuple[Decimal, Decimal, Decimal] | None,
        *,
        by: User,
        now: datetime,
        version: int | None = None,
    ) -> Change | None:
        """Best, likely and worst in working days, or `None` to withdraw it. Raises `Conflict`."""
        cell = self.locked(version)
        if cell.estimate == estimate:
            return None
        before = {"estimate": cell.estimate}
        best, likely, worst = estimate or (None, None, None)
        cell.put(best=best, likely=likely, worst=worst)
        return cell.noted("estimated", by=by, now=now, before=before, after={"estimate": estimate})

    def reassess(
        self, *, now: datetime, origin: Origin, by: User | None = None, note: str = ""
    ) -> Change | None:
        """Let the state follow the items, in the transaction that changed them; `origin` or `by` did."""
        changes = Readiness.objects.reassess({self.pk: note}, now=now, origin=origin, by=by)
        return changes[0] if changes else None

    def follow(self, open_musts: set[int]) -> bool:
        """Move to what `open_musts` make of it; whether there is something to save."""
        # Accepted was the item as it was then: once it has passed, failing again is news.
        accepted = [item for item in self.accepted if item in open_musts]
        state = reassessed(self.state, open_musts, set(accepted))
        if state == self.state and accepted == self.accepted:
            return False
        self.state, self.accepted, self.version = state, accepted, self.version + 1
        return True

    def open_musts(self) -> models.QuerySet[Any]:
        """Its must items that have not passed, with their requirements."""
        items: models.QuerySet[Any] = (
            self.items.filter(requirement__level=Level.MUST)
            .exclude(state=ItemState.PASSED)
            .select_related("requirement")
            .order_by("requirement__position", "pk")
        )
        return items

    def noted(self, verb: str, **facts: Any) -> Change:
        row = self.note(verb, **facts)
        row.save()
        return row

    def note(
        self,
        verb: str,
        *,
        now: datetime,
        before: dict[str, Any],
        after: dict[str, Any],
        by: User | None = None,
        origin: Origin | None = None,
        note: str = "",
    ) -> Change:
        """What happened to it, not saved yet."""
        return change(
            self,
            verb,
            at=now,
            by=by,
            origin=origin,
            before=before,
            after=after,
            note=note,
            cell_id=self.pk,
            region_id=self.region_id,
        )


_FOLLOWS = (CellState.READY, CellState.REGRESSED)

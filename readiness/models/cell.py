"""The cell of the matrix: one integration in one region."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse

from readiness.limits import MOST_WORKING_DAYS
from readiness.models.approval import Approvable, AtStake
from readiness.models.change_request import ChangeRequest
from readiness.models.declaring import DECLARABLE, Declaration, DeclaringQuerySet, Estimate, OpenMusts
from readiness.models.history import Author, Change, Origin, Recorded, differing, serialize
from readiness.models.integration import Integration
from readiness.models.people import User
from readiness.models.region import Region
from readiness.models.versioned import Versioned
from readiness.state import CellState, Importance, ItemState, Level, reassessed

_DAYS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(MOST_WORKING_DAYS))]


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


class Readiness(Approvable, Recorded, Versioned, Estimated):
    """How far `integration` is in `region`. Only the verbs below write its state."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="cells")
    integration = models.ForeignKey(Integration, models.PROTECT, related_name="cells")
    importance = models.CharField(max_length=12, choices=Importance.choices, default=Importance.MUST)
    state = models.CharField(max_length=11, choices=CellState.choices, default=CellState.NOT_STARTED)
    declared_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="declared_cells"
    )
    declared_at = models.DateTimeField(null=True, blank=True)
    guessed = models.BooleanField(
        default=False, help_text="The estimate is a usual one, which nobody has confirmed."
    )
    override_reason = models.TextField(blank=True, help_text="Why it was declared ready over open items.")
    accepted = models.JSONField(
        default=list, blank=True, help_text="The items that were open at that moment."
    )
    # Kept with them, so that thousands of cells tell it without a look at their items.
    unseen = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How many of those were never checked."
    )

    objects = DeclaringQuerySet["Readiness"].as_manager()

    by_verbs = (
        "state declared_by declared_at override_reason accepted unseen importance best likely worst guessed"
    )

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

    @classmethod
    def told(cls, region: Region, integration: Integration, values: Mapping[str, Any]) -> "Readiness":
        """One that a file tells of, unsaved, for `opened`."""
        return cls(region=region, integration=integration, **values)

    @property
    def declared_over(self) -> int:
        """How many required items are open though it was declared ready: that is a word, not a check."""
        return len(self.accepted) if self.state == CellState.READY else 0

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
        approved: ChangeRequest | None = None,
    ) -> Change | None:
        """A person says how far it is. `ready` over open must items needs `override_reason`, and while a
        blocker stands on it what was `approved`.

        Returns the change, `None` when it was so already. Raises `Conflict`, `OpenMusts`, `NeedsApproval`.
        """
        if state not in DECLARABLE:
            raise ValueError(f"Nobody declares a cell {state}.")
        said = Declaration(state, by, now, override_reason.strip(), note)
        author = Author(now, by, approved=approved)
        return _one(Readiness.objects.declare_locked([self.locked(version)], {self.pk: said}, author))

    @transaction.atomic
    def set_importance(
        self,
        importance: str,
        *,
        by: User,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
    ) -> Change | None:
        """Raises `Conflict`, and `NeedsApproval` while a blocker stands on it, unless it is `approved`."""
        author = Author(now, by, approved=approved)
        rows = [self.locked(version)]
        return _one(Readiness.objects.weigh_locked(rows, {self.pk: importance}, author))

    @transaction.atomic
    def set_estimate(
        self,
        estimate: Estimate | None,
        *,
        by: User,
        now: datetime,
        version: int | None = None,
    ) -> Change | None:
        """Best, likely and worst in working days, or `None` to withdraw it; said once more, a guess is
        confirmed. Raises `Conflict`."""
        wanted = {self.pk: {"estimate": estimate, "guessed": False}}
        rows = [self.locked(version)]
        return _one(Readiness.objects.put_locked("estimated", rows, wanted, Author(now, by)))

    def reassess(
        self, *, now: datetime, origin: Origin, by: User | None = None, note: str = ""
    ) -> Change | None:
        """Let the state follow the items, in the transaction that changed them; `origin` or `by` did."""
        return _one(Readiness.objects.reassess({self.pk: note}, now=now, origin=origin, by=by))

    def overrides(self, said: Declaration, open_items: Sequence[Any]) -> bool:
        """Whether it is a must-have that is called ready, with a reason, while some of `open_items` are."""
        if self.importance != Importance.MUST or (said.corrects and said.state == self.state):
            return False
        return bool(said.override_reason and said.over(open_items))

    def declared(self, said: Declaration, open_items: Sequence[Any], author: Author) -> Change | None:
        """Be as `said` while `open_items` are open, unsaved; the change, where there is one."""
        if said.corrects and said.state == self.state:
            return self._corrected(said, author)
        open_items = said.over(open_items)
        if open_items and not said.override_reason:
            raise OpenMusts(open_items)
        if self.state == said.state and not open_items:
            return None
        before: dict[str, Any] = {"state": self.state}
        after: dict[str, Any] = {"state": said.state}
        self.state, self.declared_by, self.declared_at = said.state, said.by, said.at
        is_kept = open_items or said.accepted is not None
        self.override_reason = said.override_reason if is_kept else ""
        self._accept(open_items)
        self.version += 1
        if open_items:
            after["override_reason"] = self.override_reason
            after["accepted"] = [item.requirement.title for item in open_items]
        return self.change("declared", author, before, after, note=said.note)

    def _corrected(self, said: Declaration, author: Author) -> Change | None:
        before = {"declared_by": serialize(self.declared_by), "declared_at": serialize(self.declared_at)}
        self.declared_by, self.declared_at = said.by, said.at
        after = {"declared_by": serialize(self.declared_by), "declared_at": serialize(self.declared_at)}
        if before == after:
            return None
        self.version += 1
        return self.change("declared", author, *differing(before, after), note=said.note)

    def follow(self, open_musts: Sequence[Any]) -> bool:
        """Move to what the items `open_musts` make of it; whether there is something to save."""
        before = self.state, self.accepted, self.unseen
        # Accepted was the item as it was then: once it has passed, failing again is news.
        open_items = {item.pk: item for item in open_musts}
        self._accept([open_items[key] for key in self.accepted if key in open_items])
        self.state = reassessed(self.state, set(open_items), set(self.accepted))
        if (self.state, self.accepted, self.unseen) == before:
            return False
        self.version += 1
        return True

    def _accept(self, open_items: Sequence[Any]) -> None:
        self.accepted = [item.pk for item in open_items]
        self.unseen = sum(item.state == ItemState.UNKNOWN for item in open_items)

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        """What goes when it is made less important, or called ready as it is."""
        return AtStake([self.pk] if self.importance == Importance.MUST else [])

    def cells_behind(self) -> list[int]:
        return [self.pk]

    def placed(self) -> tuple[int | None, int | None]:
        """The cell and the region that its history belongs to."""
        return self.pk, self.region_id

    def open_musts(self) -> models.QuerySet[Any]:
        """Its must items that have not passed, with their requirements."""
        items: models.QuerySet[Any] = (
            self.items.filter(requirement__level=Level.MUST)
            .exclude(state=ItemState.PASSED)
            .select_related("requirement")
            .order_by("requirement__position", "pk")
        )
        return items

    def facts(self) -> dict[str, Any]:
        """What there is to know of it, as history keeps it at birth."""
        names = ("importance", "state", "estimate", "declared_by", "declared_at")
        facts = {name: serialize(getattr(self, name)) for name in names}
        return {name: value for name, value in facts.items() if value is not None}


def _one(changes: Sequence[Change]) -> Change | None:
    return changes[0] if changes else None

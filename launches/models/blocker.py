"""The single currency: anything between today and the launch."""

from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.text import slugify

from launches.models.launch import Launch
from readiness.models import Change, Item, Origin, Readiness, Team, User, Versioned
from readiness.models.cell import Estimated
from readiness.models.history import change


class NotPossible(Exception):
    """The step does not exist from the state the blocker is in."""


class BlockerQuerySet(models.QuerySet["Blocker"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def live(self) -> Self:
        """Everything not over: neither resolved nor rejected."""
        return self.exclude(state__in=Blocker.OVER)

    def standing(self) -> Self:
        """What must still be done before the launch."""
        return self.filter(state__in=Blocker.STANDING)

    @transaction.atomic
    def raised(
        self, launch: Launch, *, title: str, by: User, now: datetime, proposed: bool, **facts: Any
    ) -> "Blocker":
        """A person says what stands in the way of `launch`; a proposal waits for its lead to accept it."""
        # Two people who raise the same title take turns, so that each finds the slugs of the other.
        launch.locked()
        taken = set(self.filter(launch=launch).values_list("slug", flat=True))
        blocker = self.create(
            launch=launch,
            slug=free_slug(slugify(title)[:76] or "blocker", taken),
            title=title,
            source=Blocker.Source.PERSON,
            state=Blocker.State.PROPOSED if proposed else Blocker.State.OPEN,
            raised_by=by,
            opened_at=now,
            **facts,
        )
        verb = "proposed" if proposed else "opened"
        blocker.noted(verb, now=now, by=by, after={"state": blocker.state}, note=blocker.description)
        return blocker


class Blocker(Versioned, Estimated):
    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        OPEN = "open", "open"
        IN_PROGRESS = "in_progress", "in progress"
        WAIVED = "waived", "waived"
        DEFERRED = "deferred", "deferred"
        RESOLVED = "resolved", "resolved"
        REJECTED = "rejected", "rejected"

    STANDING = (State.OPEN, State.IN_PROGRESS)
    OVER = (State.RESOLVED, State.REJECTED)

    class Source(models.TextChoices):
        CELL = "cell", "not ready"
        CHECK = "check", "failing check"
        PERSON = "person", "raised by a person"
        TRACKER = "tracker", "outside tracker"

    class Severity(models.TextChoices):
        BLOCKS = "blocks", "blocks"
        DEGRADES = "degrades", "degrades"

    class Kind(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", "infrastructure"
        PROCESS = "internal_process", "internal process"
        CUSTOMER = "customer_facing", "customer-facing"

    class Certainty(models.TextChoices):
        KNOWN_KNOWN = "known_known", "known known"
        KNOWN_UNKNOWN = "known_unknown", "known unknown"
        UNKNOWN_UNKNOWN = "unknown_unknown", "unknown unknown"

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="blockers")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PERSON)
    cell = models.ForeignKey(Readiness, models.PROTECT, null=True, blank=True, related_name="blockers")
    item = models.ForeignKey(Item, models.SET_NULL, null=True, blank=True, related_name="blockers")
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.BLOCKS)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    certainty = models.CharField(max_length=16, choices=Certainty.choices, default=Certainty.KNOWN_KNOWN)
    state = models.CharField(max_length=11, choices=State.choices, default=State.OPEN)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="blockers")
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="owned_blockers")
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="raised_blockers")
    due = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="holds_up", blank=True)

    objects = BlockerQuerySet.as_manager()

    # Filled by `blocking.standings()`, which reads them for all blockers at once; `past` stands for the
    # history that forecasts learn from.
    waits_for: frozenset[int] = frozenset()
    past: str = ""
    open_musts: int = 0
    all_musts: int = 0

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["launch", "slug"], name="blocker_slug_per_launch"),
            models.UniqueConstraint(
                fields=["launch", "item"],
                name="one_live_blocker_per_item",
                condition=models.Q(item__isnull=False) & ~models.Q(state__in=["resolved", "rejected"]),
            ),
            models.UniqueConstraint(
                fields=["launch", "cell"],
                name="one_live_blocker_per_cell",
                condition=models.Q(source="cell") & ~models.Q(state__in=["resolved", "rejected"]),
            ),
            Estimated.estimate_constraint("blocker_estimate_in_order"),
        ]
        indexes = [models.Index(fields=["launch", "state"], name="blocker_by_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blocker", args=[self.launch.slug, self.slug])

    @property
    def is_standing(self) -> bool:
        return self.state in self.STANDING

    @property
    def is_live(self) -> bool:
        return self.state not in self.OVER

    @property
    def short_name(self) -> str:
        """How a sentence calls it: “Launch without WhatsApp”."""
        if self.source == self.Source.CELL and self.cell is not None:
            return self.cell.integration.name
        return self.title

    @property
    def points(self) -> tuple[Any, Any, Any] | None:
        """Its own estimate, or the one of the cell it stands for."""
        if self.estimate is None and self.source == self.Source.CELL and self.cell is not None:
            return self.cell.estimate
        return self.estimate

    @property
    def decision(self) -> Any:
        """The `Waiver` or `Deferral` that its state rests on, or `None`."""
        if self.state == self.State.WAIVED:
            return getattr(self, "waiver", None)
        return getattr(self, "deferral", None) if self.state == self.State.DEFERRED else None

    @property
    def follows(self) -> bool:
        """Whether it opens and resolves with the cell or the check it stands for, never by hand."""
        return self.source in (self.Source.CELL, self.Source.CHECK)

    def accept(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A proposal becomes a blocker."""
        return self._step(self.State.OPEN, "accepted", (self.State.PROPOSED,), by, now, version, note)

    def reject(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A proposal holds nothing back."""
        return self._step(self.State.REJECTED, "rejected", (self.State.PROPOSED,), by, now, version, note)

    def start(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        return self._step(self.State.IN_PROGRESS, "started", (self.State.OPEN,), by, now, version, note)

    def resolve(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """Done. What a check or a cell opened closes when that says so, not by hand."""
        if self.follows:
            raise NotPossible("It resolves by itself once what it stands for is ready.")
        return self._step(self.State.RESOLVED, "resolved", self.STANDING, by, now, version, note)

    def reopen(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        if self.follows and self.state == self.State.RESOLVED:
            raise NotPossible("It comes back by itself once what it stands for is not ready.")
        return self._step(
            self.State.OPEN, "reopened", (*self.OVER, self.State.IN_PROGRESS), by, now, version, note
        )

    @transaction.atomic
    def amend(self, *, by: User, now: datetime, version: int | None = None, **values: Any) -> Change | None:
        """Change facts about it (title, team, owner, due, estimate points, …). Raises `Conflict`."""
        blocker = self.locked(version)
        changed = {name: value for name, value in values.items() if getattr(blocker, name) != value}
        if not changed:
            return None
        before = {name: plain(getattr(blocker, name)) for name in changed}
        blocker.put(**changed)
        after = {name: plain(value) for name, value in changed.items()}
        return blocker.noted("edited", now=now, by=by, before=before, after=after)

    @transaction.atomic
    def _step(
        self,
        state: str,
        verb: str,
        allowed: tuple[str, ...],
        by: User,
        now: datetime,
        version: int | None,
        note: str = "",
    ) -> Change:
        blocker = self.locked(version)
        if blocker.state not in allowed:
            raise NotPossible(f"A blocker that is {blocker.get_state_display()} cannot be {verb}.")
        before = {"state": blocker.state}
        blocker.put(**blocker.entering(state, now))
        return blocker.noted(verb, now=now, by=by, before=before, after={"state": state}, note=note)

    def entering(self, state: str, now: datetime) -> dict[str, Any]:
        """The fields to set on entering `state`."""
        values: dict[str, Any] = {"state": state}
        if state == self.State.IN_PROGRESS:
            values["started_at"] = now
        values["closed_at"] = now if state in self.OVER else None
        return values

    def noted(
        self,
        verb: str,
        *,
        now: datetime,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        by: User | None = None,
        origin: Origin | None = None,
        note: str = "",
    ) -> Change:
        row = change(
            self,
            verb,
            at=now,
            by=by,
            origin=origin,
            before=before,
            after=after,
            note=note,
            region_id=self.launch.region_id,
        )
        row.save()
        return row


def plain(value: Any) -> Any:
    """A field's value as history keeps it: a related row by its label."""
    return str(value) if isinstance(value, models.Model) else value


def free_slug(slug: str, taken: set[str]) -> str:
    """`slug`, or with the first number that nobody has yet; `taken` has it then."""
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free

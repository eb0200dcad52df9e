"""The single currency: anything between today and the launch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from launches.models.dependencies import Waiting
from launches.models.facts import CANNOT, Facts, NotPossible
from launches.models.launch import Launch
from readiness.models import Change, Conflict, Origin, User
from readiness.models.cell import Estimated
from readiness.models.history import change, differing, kept

# The key is what a change is about, the version counts changes, and what it costs is a copy of a forecast.
UNTOLD = ("id", "version", "days_bought")

_MUST_HAVE = _("It stands for a must-have: ask to launch without it, or make that a nice-to-have.")
_FOLLOWS = _("It resolves by itself once what it stands for is ready.")


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
        self,
        launch: Launch,
        *,
        title: str,
        by: User,
        now: datetime,
        proposed: bool,
        source: str = Facts.Source.PERSON,
        **facts: Any,
    ) -> "Blocker":
        """A person says what stands in the way of `launch`; a proposal waits for its lead to accept it.

        How sure we are of it, when nobody says, follows from when it came up.
        """
        # Two people who raise the same title take turns, so that each finds the slugs of the other.
        launch.locked()
        taken = set(self.filter(launch=launch).values_list("slug", flat=True))
        blocker = self.create(
            launch=launch,
            slug=free_slug(slugify(title)[:76] or "blocker", taken),
            title=title,
            source=source,
            state=Blocker.State.PROPOSED if proposed else Blocker.State.OPEN,
            raised_by=by,
            opened_at=now,
            **facts | {"certainty": facts.get("certainty") or certainty_of(launch, facts, now)},
        )
        verb = "proposed" if proposed else "opened"
        blocker.noted(verb, now=now, by=by, after=blocker.facts(), note=blocker.description)
        return blocker


class Blocker(Waiting):
    # What the forecast kept last says it costs, so that lists across launches can be sorted by it.
    days_bought = models.PositiveIntegerField(default=0, editable=False)

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
        indexes = [
            models.Index(fields=["launch", "state"], name="blocker_by_state"),
            models.Index(fields=["-days_bought", "id", "state"], name="blocker_by_days_bought"),
        ]

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
    def is_unclear(self) -> bool:
        """Whether somebody still has to find out what it takes."""
        return self.certainty == self.Certainty.KNOWN_UNKNOWN

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
            raise NotPossible(_FOLLOWS)
        return self._step(self.State.RESOLVED, "resolved", self.STANDING, by, now, version, note)

    def fill(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """The promise of its deferral is kept. Before the launch, what follows a cell or a check resolves."""
        if self.follows and not self.launch.launched_at:
            raise NotPossible(_FOLLOWS)
        return self._step(self.State.RESOLVED, "filled", (self.State.DEFERRED,), by, now, version, note)

    def reopen(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """From any end, and from work that stopped."""
        if self.follows and self.state == self.State.RESOLVED:
            raise NotPossible(_("It comes back by itself once what it stands for is not ready."))
        ends = (*self.OVER, *self.DECIDED, self.State.IN_PROGRESS)
        return self._step(self.State.OPEN, "reopened", ends, by, now, version, note)

    @transaction.atomic
    def clarify(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """A known unknown is known now; `note` says what was found out."""
        blocker = self.locked(version)
        if not blocker.is_unclear:
            known = _("Nothing is left to find out: it is a %(certainty)s.")
            raise NotPossible(known % {"certainty": blocker.get_certainty_display()})
        values = {"certainty": self.Certainty.KNOWN_KNOWN, "spike_by": None}
        return blocker.move("clarified", values, now=now, by=by, note=note)

    @transaction.atomic
    def amend(self, *, by: User, now: datetime, version: int | None = None, **values: Any) -> Change | None:
        """Change facts about it (title, team, owner, due, estimate points, …). Raises `Conflict`."""
        blocker = self.locked(version)
        changed = {name: value for name, value in values.items() if getattr(blocker, name) != value}
        if not changed:
            return None
        if changed.get("severity") == self.Severity.BLOCKS and getattr(blocker.decision, "alone", False):
            raise NotPossible(_("One person decided to launch without it: reopen it before it blocks."))
        if changed.get("severity") == self.Severity.DEGRADES and blocker.follows:
            raise NotPossible(_MUST_HAVE)
        return blocker.move("edited", changed, now=now, by=by)

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
            raise NotPossible(CANNOT[verb] % {"state": blocker.get_state_display()})
        return blocker.move(verb, blocker.entering(state, now), now=now, by=by, note=note)

    def entering(self, state: str, now: datetime) -> dict[str, Any]:
        """The fields to set on entering `state`."""
        values: dict[str, Any] = {"state": state}
        if state == self.State.IN_PROGRESS:
            values["started_at"] = now
        values["closed_at"] = now if state in self.OVER else None
        return values

    def locked(self, version: int | None = None) -> Self:
        """As every `Versioned` row, and its launch with it, which history asks for."""
        rows = type(self)._base_manager.select_related("launch").select_for_update(of=("self",))
        row: Self = rows.get(pk=self.pk)
        if version is not None and row.version != version:
            raise Conflict(row)
        return row

    def move(
        self,
        verb: str,
        values: Mapping[str, Any],
        *,
        beside: tuple[dict[str, Any], dict[str, Any]] = ({}, {}),
        **told: Any,
    ) -> Change:
        """Set `values` on this locked row and tell it: one write, one row of history.

        `beside` is what else changed with it, before and after: the decision that its state rests on.
        """
        old = {name: kept(getattr(self, name)) for name in values}
        before, after = differing(old, {name: kept(value) for name, value in values.items()})
        self.put(**values)
        return self.noted(verb, before=before | beside[0], after=after | beside[1], **told)

    def facts(self) -> dict[str, Any]:
        """The whole row, as history keeps it at birth; later changes build on it."""
        fields = (field.name for field in self._meta.concrete_fields)
        return {name: kept(getattr(self, name)) for name in fields if name not in UNTOLD}

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


def certainty_of(launch: Launch, facts: Mapping[str, Any], now: datetime) -> str:
    """What comes up after the baseline and is on no checklist, nobody knew that they did not know."""
    is_late = launch.region.today(now) > launch.baseline
    if is_late and facts.get("violates") not in launch.criteria():
        return Facts.Certainty.UNKNOWN_UNKNOWN
    return Facts.Certainty.KNOWN_KNOWN


def free_slug(slug: str, taken: set[str]) -> str:
    """`slug`, or with the first number that nobody has yet; `taken` has it then."""
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free

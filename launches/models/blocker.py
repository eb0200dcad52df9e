"""The single currency: anything between today and the launch."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from launches.models.blocker_fields import BlockerFields, NotPossible
from launches.models.blocker_steps import Because, BlockerStep, MovingQuerySet, Sides
from launches.models.dependencies import Dependencies
from launches.models.launch import Launch
from launches.models.transitions import Transitions
from readiness.models import Change, Conflict, Origin, User
from readiness.models.cell import Estimated
from readiness.models.history import Author, serialize

# The key is what a change is about, the version counts changes, and what it costs is a copy of a forecast.
UNTOLD = ("id", "version", "days_bought")

_MUST_HAVE = _("It stands for a must-have: ask to launch without it, or make that a nice-to-have.")
# Whoever sends the same form again so soon has clicked twice.
SECOND_CLICK = timedelta(seconds=10)


class BlockerQuerySet(MovingQuerySet["Blocker"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def live(self) -> Self:
        """Everything not over: neither resolved nor rejected."""
        return self.exclude(state__in=Blocker.OVER)

    def outstanding(self) -> Self:
        """What must still be done before the launch."""
        return self.filter(state__in=Blocker.OPEN_STATES)

    @transaction.atomic
    def raised(
        self,
        launch: Launch,
        *,
        title: str,
        by: User,
        now: datetime,
        proposed: bool,
        source: str = BlockerFields.Source.PERSON,
        slug: str = "",
        **facts: Any,
    ) -> "Blocker":
        """A person says what stands in the way of `launch`; a proposal waits for its lead to accept it.

        How sure we are of it, when nobody says, follows from when it came up. The same words by the same
        person within seconds are a second click: what the first one raised is what there is.
        """
        # Two people who raise the same title take turns, so that each finds the slugs of the other.
        launch.locked()
        mine = self.filter(launch=launch, raised_by=by, source=source, title=title)
        # Of two at once the one that came later may have got the lock first.
        for earlier in mine.filter(opened_at__range=(now - SECOND_CLICK, now + SECOND_CLICK)):
            if all(getattr(earlier, name) == value for name, value in facts.items() if value):
                return earlier
        taken = set(self.filter(launch=launch).values_list("slug", flat=True))
        blocker = self.create(
            launch=launch,
            slug=free_slug(slug or slugify(title)[:76] or "blocker", taken),
            title=title,
            source=source,
            state=Blocker.State.PROPOSED if proposed else Blocker.State.OPEN,
            raised_by=by,
            opened_at=now,
            **facts | {"certainty": facts.get("certainty") or certainty_of(launch, facts, now)},
        )
        verb = "proposed" if proposed else "opened"
        blocker.noted(verb, Author(now, by), after=blocker.facts(), note=blocker.description)
        return blocker


class Blocker(Transitions, Dependencies):
    # What the forecast kept last says it costs, so that lists across launches can be sorted by it.
    days_bought = models.PositiveIntegerField(default=0, editable=False)

    objects = BlockerQuerySet.as_manager()

    by_verbs = "state opened_at reopened_at reopenings started_at closed_at"

    # Filled by `status.launch_statuses()`, which reads them for all blockers at once; `past` stands for the
    # history that forecasts learn from, and `is_staffed` says whether anybody is in its team.
    waits_for: frozenset[int] = frozenset()
    past: str = ""
    is_staffed: bool = False
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
            # Lists across launches are sorted and counted by these alone. None begins with the state: where
            # nobody has analysed the tables, SQLite would take it, and sort all rows for each page.
            models.Index(fields=["-days_bought", "id", "state"], name="blocker_by_days_bought"),
            models.Index(fields=["due", "-days_bought", "id", "state"], name="blocker_by_due"),
            models.Index(fields=["opened_at", "id", "state"], name="blocker_by_age"),
            models.Index(fields=["owner", "state"], name="blocker_by_owner"),
            models.Index(
                fields=["cell", "source"],
                name="blocker_unestimated",
                condition=models.Q(state__in=["open", "in_progress"], best=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blocker", args=[self.launch.slug, self.slug])

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
    def is_guessed(self) -> bool:
        """Whether its estimate is that of a cell, and nobody has confirmed that."""
        return self.estimate is None and self.points is not None and bool(self.cell and self.cell.guessed)

    @property
    def is_owned(self) -> bool:
        """Whether anybody has it: its owner, while their account is open, or a team with somebody in it."""
        return self.is_staffed or self.has_owner

    @property
    def has_owner(self) -> bool:
        """Whether a person has it whose account is open."""
        return self.owner is not None and self.owner.is_active

    @property
    def decision(self) -> Any:
        """The `Waiver` or `Deferral` that its state rests on, or `None`."""
        if self.state == self.State.WAIVED:
            return getattr(self, "waiver", None)
        return getattr(self, "deferral", None) if self.state == self.State.DEFERRED else None

    @classmethod
    def of(cls, launch: Launch, cell: Any, item: Any, *, title: str, slug: str, now: datetime) -> "Blocker":
        """What stands for a cell, or for one of its items; unsaved."""
        return cls(
            launch=launch,
            slug=slug,
            title=title,
            source=cls.Source.CHECK if item else cls.Source.CELL,
            cell=cell,
            item=item,
            kind=cell.integration.kind,
            team=cell.integration.team,
            opened_at=now,
        )

    @classmethod
    def told(
        cls, launch: Launch, slug: str, state: str, times: Mapping[str, Any], now: datetime
    ) -> "Blocker":
        """One that a file tells of, unsaved; what it is waived or deferred by is still to be told."""
        row = cls(launch=launch, slug=slug, opened_at=now)
        state = cls.State.OPEN if state in cls.DECIDED else state
        for name, value in (row.entering(state, now) | cls.times_told(times, state)).items():
            setattr(row, name, value)
        return row

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
        now: datetime,
        by: User | None = None,
        origin: Origin | None = None,
        note: str = "",
        beside: Sides = ({}, {}),
    ) -> Change:
        """Set `values` on this locked row and tell it: one write, one row of history.

        `beside` is what else changed with it, before and after: the decision that its state rests on.
        """
        (row,) = Blocker.objects.moved(
            [BlockerStep(verb, Because(self, note, by, origin), values, beside)], now
        )
        return row

    def facts(self) -> dict[str, Any]:
        """The whole row, as history keeps it at birth; later changes build on it."""
        fields = (field.name for field in self._meta.concrete_fields)
        return {name: serialize(getattr(self, name)) for name in fields if name not in UNTOLD}

    def noted_in(self) -> tuple[int | None, int | None]:
        """Not its cell: nothing follows there from what happens to a blocker."""
        return None, self.launch.region_id


def certainty_of(launch: Launch, facts: Mapping[str, Any], now: datetime) -> str:
    """What comes up after the baseline and is on no checklist, nobody knew that they did not know."""
    is_late = launch.region.today(now) > launch.baseline
    if is_late and facts.get("violates") not in launch.criteria():
        return BlockerFields.Certainty.UNKNOWN_UNKNOWN
    return BlockerFields.Certainty.KNOWN_KNOWN


def free_slug(slug: str, taken: set[str]) -> str:
    """`slug`, or with the first number that nobody has yet; `taken` has it then."""
    free, number = slug, 1
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free

"""Launch without it, or fill it afterwards: what was decided about a blocker.

Every write locks the blocker first, and its `Change` is the blocker's: `before` and `after` have the fields
of the decision as `waiver.reason`, and none of them while there is no decision.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from launches.models.blocker import Blocker
from launches.models.blocker_fields import NotPossible
from launches.models.blocker_steps import Because, Sides
from readiness.models import Change, Conflict, Origin, User, Versioned
from readiness.models.history import differing, serialize

# So long before a decision runs out, its blocker's history says so.
WARNED_BEFORE = timedelta(days=7)
UNDECIDED = models.Q(approved_by=None, approved_at=None)
_ROW = ("id", "version", "blocker")


class Decision(Versioned):
    """Launch without it: who asked, who approved, why, and until when."""

    recommendation = models.TextField(blank=True)
    reason = models.TextField()
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True, blank=True)
    warned_for = models.DateField(null=True, blank=True, help_text="The last day that people were warned of.")
    alone = models.BooleanField(
        default=False, help_text="One person may do both: it only degrades the launch."
    )

    by_verbs = "reason requested_by requested_at approved_by approved_at expires_on warned_for alone"

    # Each kind has its own, and the state that it brings its blocker to.
    blocker: "models.OneToOneField[Blocker, Blocker]"
    STATE: str

    class Meta:
        abstract = True

    @classmethod
    def kind(cls) -> str:
        """`waiver` or `deferral`."""
        return str(cls._meta.model_name)

    @classmethod
    @transaction.atomic
    def ask(
        cls,
        blocker: Blocker,
        *,
        by: User,
        now: datetime,
        reason: str,
        version: int | None = None,
        **facts: Any,
    ) -> Change:
        """Ask to launch without `blocker`: it blocks on until somebody approves.

        Raises `Conflict`, and `NotPossible` when it is not in the way, or has been asked for already.
        """
        found = blocker.locked(version)
        if not found.is_outstanding:
            state = {"name": found.short_name, "state": found.get_state_display()}
            raise NotPossible(_("%(name)s is %(state)s: there is nothing to ask for.") % state)
        if open_request(found) is not None:
            raise NotPossible(_("%(name)s: somebody has asked already.") % {"name": found.short_name})
        values = {"reason": reason, "requested_by": by, "requested_at": now} | facts
        # An earlier decision that ran out is in the history; the row is free for the next one.
        beside = put_decision(cls, found, cls._blank() | values)
        return found.move(f"{cls.kind()} requested", {}, now=now, by=by, note=reason, beside=beside)

    @transaction.atomic
    def approve(
        self, *, by: User, now: datetime, version: int | None = None, note: str = "", **facts: Any
    ) -> Change:
        """It is launched without. `version` is the blocker's. Who asked approves only what degrades."""
        blocker = self._asked(version)
        asked = type(self)._default_manager.get(pk=self.pk)
        if asked.is_over(blocker.launch.region.today(now)):
            over = _("It was asked for until %(day)s, which has passed: ask anew.")
            raise NotPossible(over % {"day": asked.expires_on})
        if alone := asked.requested_by_id == by.pk:
            refuse_alone(blocker, by)
        values = {"approved_by": by, "approved_at": now, "alone": alone} | facts
        beside = put_decision(type(self), blocker, values)
        entered = blocker.entering(self.STATE, now)
        return blocker.move(self.STATE, entered, now=now, by=by, note=note or self.reason, beside=beside)

    @transaction.atomic
    def refuse(self, *, by: User, now: datetime, note: str, version: int | None = None) -> Change:
        """It is not launched without; `note` says why. What was asked stays in the history."""
        return self._drop("refused", by, now, version, note)

    @transaction.atomic
    def withdraw(self, *, by: User, now: datetime, version: int | None = None, note: str = "") -> Change:
        """Who asked thinks better of it."""
        return self._drop("withdrawn", by, now, version, note)

    def _drop(self, verb: str, by: User, now: datetime, version: int | None, note: str) -> Change:
        blocker = self._asked(version)
        beside = put_decision(type(self), blocker, None)
        return blocker.move(f"{self.kind()} {verb}", {}, now=now, by=by, note=note, beside=beside)

    def _asked(self, version: int | None) -> Blocker:
        """The blocker, locked, while this is what somebody asks for."""
        blocker = self.blocker.locked(version)
        asked = open_request(blocker)
        if asked is None or (asked.kind(), asked.pk) != (self.kind(), self.pk):
            raise Conflict(blocker)
        if not blocker.is_outstanding:
            state = {"name": blocker.short_name, "state": blocker.get_state_display()}
            raise NotPossible(_("%(name)s is %(state)s already.") % state)
        return blocker

    @classmethod
    def _fields(cls) -> "list[models.Field[Any, Any]]":
        return [field for field in cls._meta.concrete_fields if field.name not in _ROW]

    @classmethod
    def told_fields(cls) -> list[str]:
        """The names of what history tells of it."""
        return [field.name for field in cls._fields()]

    @classmethod
    def _blank(cls) -> dict[str, Any]:
        return {field.name: field.get_default() for field in cls._fields()}

    def facts(self) -> dict[str, Any]:
        """All of it, as history keeps it."""
        return {field.name: serialize(getattr(self, field.name)) for field in self._fields()}

    @property
    def is_open(self) -> bool:
        """Whether it is asked for, and nobody has decided."""
        return self.approved_by_id is None and self.approved_at is None

    def is_over(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today

    def is_due_a_warning(self, today: date) -> bool:
        """Whether it runs out within the week, and nobody was told yet of that day."""
        return (
            self.expires_on is not None
            and self.expires_on != self.warned_for
            and self.expires_on - WARNED_BEFORE <= today <= self.expires_on
        )

    def warn(self, blocker: Blocker, now: datetime) -> Change:
        """Tell once that it runs out soon; `blocker` is locked."""
        beside = put_decision(type(self), blocker, {"warned_for": self.expires_on})
        note = f"What was agreed runs out on {self.expires_on}; it blocks again the day after."
        return blocker.move("expires soon", {}, now=now, origin=Origin.CLOCK, note=note, beside=beside)

    def lapse(self, blocker: Blocker, now: datetime) -> Change:
        """What was agreed ran out: `blocker`, which is locked, is in the way again."""
        note = f"What was agreed ran out on {self.expires_on}."
        (row,) = Blocker.objects.reopened([Because(blocker, note, origin=Origin.CLOCK)], now)
        return row


class Waiver(Decision):
    """An accepted risk."""

    STATE = Blocker.State.WAIVED
    blocker = models.OneToOneField(Blocker, models.CASCADE, related_name="waiver")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="waiver_by_two_people",
                condition=models.Q(approved_by=None)
                | models.Q(alone=True)
                | ~models.Q(approved_by=models.F("requested_by")),
            )
        ]

    def __str__(self) -> str:
        return f"Waiver of {self.blocker}"


class Deferral(Decision):
    """A promise to fill it after the launch.

    `acknowledgements` are by the slug of a function that has to know of it: none until its signer has said
    so, then `by` and `at`.
    """

    STATE = Blocker.State.DEFERRED
    blocker = models.OneToOneField(Blocker, models.CASCADE, related_name="deferral")
    fill_by = models.DateField()
    workaround = models.TextField(blank=True)
    customer_wording = models.TextField(blank=True)
    acknowledgements = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="deferral_by_two_people",
                condition=models.Q(approved_by=None)
                | models.Q(alone=True)
                | ~models.Q(approved_by=models.F("requested_by")),
            )
        ]

    def __str__(self) -> str:
        return f"Deferral of {self.blocker}"

    @classmethod
    def ask(cls, blocker: Blocker, *, functions: Iterable[str] = (), **asked: Any) -> Change:
        """`functions` are the slugs of the sign-offs whose signers must acknowledge it."""
        return super().ask(blocker, **asked, acknowledgements=dict.fromkeys(functions))

    @property
    def unacknowledged(self) -> list[str]:
        """The slugs of the functions that have not said they know of it."""
        return [function for function, said in self.acknowledgements.items() if said is None]

    @transaction.atomic
    def acknowledge(self, function: str, *, by: User, now: datetime) -> Change:
        """The signer of `function` knows of it, and what to tell customers."""
        blocker = self.blocker.locked()
        row = Deferral.objects.filter(pk=self.pk).first()
        if row is None or row.acknowledgements.get(function, "") is not None:
            raise NotPossible(_("There is nothing left to acknowledge."))
        said = {function: {"by": serialize(by), "at": serialize(now)}}
        beside = put_decision(Deferral, blocker, {"acknowledgements": row.acknowledgements | said})
        return blocker.move("deferral acknowledged", {}, now=now, by=by, note=function, beside=beside)


def refuse_alone(blocker: Blocker, by: User) -> None:
    """Nobody makes a request their own to decide by making light of what they ask for."""
    if takes_two(blocker.severity):
        raise NotPossible(_("The person who asks never decides."))
    lowered = Change.objects.about(blocker).filter(
        author=by, before__severity=Blocker.Severity.BLOCKS, after__severity=Blocker.Severity.DEGRADES
    )
    if lowered.exists():
        raise NotPossible(_("You said yourself that it only degrades the launch: somebody else decides."))


def takes_two(severity: str) -> bool:
    """Whether one asks and another decides to launch without a blocker of that severity."""
    return severity != Blocker.Severity.DEGRADES


KINDS: Mapping[str, type[Waiver | Deferral]] = {"waiver": Waiver, "deferral": Deferral}


def open_request(blocker: Blocker) -> Waiver | Deferral | None:
    """What somebody asks for, and nobody has decided; no query when it was read with its blocker."""
    rows = (getattr(blocker, kind, None) for kind in KINDS)
    return next((row for row in rows if row is not None and row.is_open), None)


def put_decision(model: type[Any], blocker: Blocker, values: Mapping[str, Any] | None) -> Sides:
    """Write the decision of the locked `blocker`, or remove it for `None`; what differs is the answer."""
    rows = model._default_manager.select_related("requested_by", "approved_by")
    row = rows.filter(blocker=blocker).first()
    old = _told(row)
    if values is None:
        if row is not None:
            row.delete()
        return differing(old, {})
    row = row or model(blocker=blocker, version=0)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    return differing(old, _told(row))


def _told(row: Decision | None) -> dict[str, Any]:
    return {f"{row.kind()}.{name}": value for name, value in row.facts().items()} if row else {}

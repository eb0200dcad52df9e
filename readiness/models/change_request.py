"""Four eyes: what would take a blocker out of a launch's way is asked for, and somebody else approves it.

The verbs of the models refuse it with `NeedsApproval` while a live blocker stands on their row. A request
keeps the verb and its arguments; once it is approved, the same verb carries them out.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from readiness.models.approval import AtStake, LiveBlocker, NeedsApproval, NotDecided
from readiness.models.history import Author, Change, Recorded, serialize
from readiness.models.people import User
from readiness.models.versioned import Conflict, Versioned
from readiness.signals import cells_changed


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def open(self) -> Self:
        return self.filter(state=ChangeRequest.State.OPEN)

    def about(self, *subjects: models.Model) -> Self:
        found = models.Q(pk__in=[])
        for subject in subjects:
            kind = ContentType.objects.get_for_model(subject)
            found |= models.Q(content_type=kind, object_id=subject.pk)
        return self.filter(found)

    @transaction.atomic
    def ask(
        self,
        needed: NeedsApproval,
        *,
        reason: str,
        now: datetime,
        by: User,
        version: int | None = None,
        author: Author | None = None,
    ) -> "ChangeRequest":
        """Ask for what `needed` says; an `author` tells that it was asked, `now` being then.

        Raises `Conflict`, and `NotDecided` without a reason, or when somebody has asked for it already.
        """
        if not reason.strip():
            raise NotDecided(_("Say why: the person who decides reads it."))
        try:
            subject = needed.subject.locked(version)
        except ObjectDoesNotExist as gone:
            raise NotDecided(_("It is not there any more: there is nothing left to decide.")) from gone
        if self.open().about(subject).filter(verb=needed.verb).exists():
            raise NotDecided(_("Somebody has asked for it already: it waits for an answer."))
        row = self.create(
            subject=subject,
            label=str(subject)[:200],
            verb=needed.verb,
            arguments=needed.arguments,
            before=needed.before,
            blockers=[blocker.pk for blocker in needed.blockers],
            launches=sorted({blocker.launch for blocker in needed.blockers}),
            reason=reason.strip(),
            requested_by=by,
            requested_at=now,
        )
        row.tell("approval requested", author or Author(now, by), text=row.reason)
        return row

    def close_about(self, subject: models.Model, *, by: User, now: datetime) -> None:
        """`subject` goes: nobody can be asked to change it any more."""
        for row in self.open().about(subject).select_for_update().order_by("pk"):
            row.end(
                ChangeRequest.State.CLOSED, "request closed", by=by, now=now, note="It is not there any more."
            )


class ChangeRequest(Recorded, Versioned):
    """An act on `subject` that somebody asks for, and another person approves or refuses.

    `verb` and `arguments` are the subject's own; `before` is what of it was different then. `blockers` and
    `launches` are the keys of what stood on it.
    """

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("waits for an answer")
        APPROVED = "approved", gettext_lazy("approved")
        REFUSED = "refused", gettext_lazy("refused")
        WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")
        APPLIED = "applied", gettext_lazy("done, since nothing stood in the way any more")
        CLOSED = "closed", gettext_lazy("closed")

    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    label = models.CharField(max_length=200, help_text="What the subject was called at that time.")
    verb = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    blockers = models.JSONField(default=list)
    launches = models.JSONField(default=list)
    reason = models.TextField()
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note_of_decision = models.TextField(blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "verb"],
                name="one_open_request_per_act",
                condition=models.Q(state="open"),
            ),
            models.CheckConstraint(
                name="request_by_two_people",
                condition=~models.Q(state="approved")
                | models.Q(requested_by=None)
                | models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("requested_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("change-request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def at_stake(self) -> AtStake:
        """What could stand on it now: nothing, when it is gone."""
        subject = self.subject
        at_stake: AtStake = AtStake() if subject is None else subject.at_stake(self.verb, self.arguments)
        return at_stake

    def blockers_in_the_way(self) -> list[LiveBlocker]:
        """What stands on it now: nothing, when it is gone, or when what stood there is over."""
        return self.at_stake().live()

    @transaction.atomic
    def approve(
        self, *, by: User, now: datetime, version: int | None = None, seen: int | None = None, note: str = ""
    ) -> Change | None:
        """Carry it out: `version` is the request's, `seen` the subject's, as they were shown.

        Raises `Conflict` of either, and `NotDecided`; what the verb raises as well.
        """
        row = self._for_decision(version)
        if row.requested_by is None:
            nameless = _("Nobody said who asks: refuse it, and have somebody ask in their own name.")
            raise NotDecided(nameless)
        if row.requested_by_id == by.pk:
            raise NotDecided(_("The person who asks never decides."))
        if not row.requested_by.is_active:
            closed = _("The account of %(name)s is closed: refuse it, and have somebody else ask.")
            raise NotDecided(closed % {"name": row.requested_by.label})
        stood = row.blockers_in_the_way()
        row.blockers = sorted({*row.blockers, *(blocker.pk for blocker in stood)})
        row.end(self.State.APPROVED, "request approved", by=by, now=now, note=note)
        return row._carry_out(by, now, seen, approved=row)

    @transaction.atomic
    def apply(
        self, *, by: User, now: datetime, version: int | None = None, seen: int | None = None
    ) -> Change | None:
        """Who asked does it after all, once nothing stands on it. Raises `NeedsApproval` while it does."""
        row = self._for_decision(version)
        if row.requested_by_id != by.pk:
            raise NotDecided(_("Only the person who asked for it can do that."))
        row.end(self.State.APPLIED, "request applied", by=by, now=now)
        return row._carry_out(by, now, seen)

    @transaction.atomic
    def refuse(self, *, by: User, now: datetime, note: str, version: int | None = None) -> Change:
        """It stays as it is; `note` says why."""
        row = self._for_decision(version)
        return row.end(self.State.REFUSED, "request refused", by=by, now=now, note=note)

    @transaction.atomic
    def withdraw(self, *, by: User, now: datetime, version: int | None = None) -> Change:
        """Who asked thinks better of it."""
        row = self._for_decision(version)
        return row.end(self.State.WITHDRAWN, "request withdrawn", by=by, now=now)

    def _for_decision(self, version: int | None) -> Self:
        """Locked, while nobody has decided. Of two who do it at once the second gets a `Conflict`."""
        row = self.locked(version)
        if not row.is_open:
            raise Conflict(row)
        return row

    def _carry_out(self, by: User, now: datetime, seen: int | None, **how: Any) -> Change | None:
        subject = self.subject
        if subject is None:
            raise NotDecided(_("It is not there any more: there is nothing left to decide."))
        cells = list(subject.cells_behind())
        done: Change | None = getattr(subject, self.verb)(
            **self.arguments, by=by, now=now, version=seen, **how
        )
        # Those of another region, too, where it opens that one now.
        row = type(subject)._base_manager.filter(pk=subject.pk).first()
        cells = sorted({*cells, *(row.cells_behind() if row else ())})
        cells_changed.send(sender=type(self), cells=cells, now=now)
        return done

    def end(self, state: str, verb: str, *, by: User, now: datetime, note: str = "") -> Change:
        """Decided, on this locked row."""
        self.put(state=state, decided_by=by, decided_at=now, note_of_decision=note, blockers=self.blockers)
        return self.tell(verb, Author(now, by), text=note)

    def placed(self) -> tuple[int | None, int | None]:
        """Where it is asked for; who asked is in each row of its history."""
        return self.subject.placed() if self.subject is not None else (None, None)

    def tell(self, verb: str, author: Author, text: str = "") -> Change:
        before = {f"asked.{name}": serialize(value) for name, value in self.before.items()}
        after = {f"asked.{name}": value for name, value in self.wanted.items()} | self.told
        # It changes nothing yet: there is nothing to settle.
        return self.noted(verb, replace(author, settled=True), before, after, note=text)

    @property
    def told(self) -> dict[str, Any]:
        """What history keeps beside who approved it."""
        return {"requested_by": serialize(self.requested_by)}

    @property
    def wanted(self) -> dict[str, Any]:
        """What it would become, by the fields of `before`."""
        values = self.arguments.get("values", self.arguments)
        return {name: values.get(name) for name in self.before}


def told_of(approved: ChangeRequest | None) -> dict[str, Any]:
    return approved.told if approved else {}


def launches_of(blockers: Iterable[LiveBlocker], request: ChangeRequest) -> frozenset[int]:
    """The launches whose leads are concerned: those of then, and those of now."""
    return frozenset(request.launches) | {blocker.launch for blocker in blockers}

"""What happened, to what, by whom: history, audit and outbox in one append-only table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from readiness.models.people import User


class AppendOnly(TypeError):
    """History is written once. Nothing edits or removes it."""


class Origin(models.TextChoices):
    """Who made a change when no person did."""

    PERSON = "person", _("person")
    CHECK = "check", _("check")
    PLAN = "plan", _("plan file")
    CLOCK = "clock", _("clock")
    RULE = "rule", _("checklist")
    TRACKER = "tracker", _("outside tracker")


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def unhandled(self) -> Self:
        """What `settle_changes` still has to look at."""
        return self.filter(handled_at__isnull=True)

    def untold(self) -> Self:
        """What nobody has looked at yet to see who should hear of it."""
        return self.filter(told_at__isnull=True)

    def about(self, subject: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk)

    def mark_handled(self, now: datetime) -> int:
        """One of the two ticks of the outbox, the only writes after the first. Returns how many rows."""
        return super().update(handled_at=now)

    def mark_told(self, now: datetime) -> int:
        """The other tick: whoever should hear of it does. Returns how many rows it ticked."""
        return super().update(told_at=now)

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnly("History is append-only.")

    def delete(self) -> NoReturn:
        raise AppendOnly("History is append-only.")


class Change(models.Model):
    """One thing that happened.

    `before` and `after` hold the fields that changed, as JSON. `cell` says which cell has to be settled
    because of it; a change that touches none is born handled. None is born told: who should hear of it is
    for others to know.
    """

    at = models.DateTimeField()
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="changes")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    verb = models.CharField(max_length=40)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    label = models.CharField(max_length=200, help_text="What the subject was called at that time.")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.TextField(blank=True)
    cell = models.ForeignKey("readiness.Readiness", models.PROTECT, null=True, related_name="changes")
    region = models.ForeignKey("readiness.Region", models.PROTECT, null=True, related_name="changes")
    handled_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_newest_first"),
            models.Index(fields=["region", "-at"], name="change_by_region"),
            models.Index(fields=["content_type", "object_id"], name="change_about"),
            models.Index(fields=["id"], name="change_unhandled", condition=models.Q(handled_at=None)),
            models.Index(fields=["id"], name="change_untold", condition=models.Q(told_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="change_has_an_author",
                condition=models.Q(origin="person", author__isnull=False) | ~models.Q(origin="person"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("History is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnly("History is append-only.")


def change(
    subject: models.Model,
    verb: str,
    *,
    at: datetime,
    by: User | None = None,
    origin: Origin | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
    cell_id: int | None = None,
    region_id: int | None = None,
) -> Change:
    """An unsaved `Change` about `subject`; bulk writers collect them, verbs save one at once.

    `by` a person, or `origin` what acted instead. With `cell_id` it stays unhandled until that cell settles.
    """
    if by is None and origin is None:
        raise ValueError("A change needs an author or an origin.")
    return Change(
        at=at,
        author=by,
        origin=origin or Origin.PERSON,
        verb=verb,
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        label=str(subject)[:200],
        before=before or {},
        after=after or {},
        note=note,
        cell_id=cell_id,
        region_id=region_id,
        handled_at=None if cell_id else at,
    )


@dataclass(frozen=True)
class Author:
    """Who changes many rows at once, and when: `by` a person, or `origin` what acted instead.

    `note` is said of each change that has no words of its own. Who has `settled` settles the cells of what
    they change in the same transaction: their changes are born handled. What needs somebody else's approval
    has an `approved` request, or is `held_back` where there is a list for it, or raised.
    """

    now: datetime
    by: User | None = None
    origin: Origin | None = None
    note: str = ""
    settled: bool = False
    approved: Any = None
    held_back: list[Exception] | None = None

    def hold_back(self, needed: Exception) -> None:
        if self.held_back is None:
            raise needed
        self.held_back.append(needed)

    def change(self, subject: models.Model, verb: str, *, note: str = "", **facts: Any) -> Change:
        """An unsaved `Change` about `subject`."""
        if self.approved:
            facts["after"] = facts["after"] | self.approved.told
        row = change(
            subject, verb, at=self.now, by=self.by, origin=self.origin, note=note or self.note, **facts
        )
        row.handled_at = self.now if self.settled else row.handled_at
        return row


class Recorded(models.Model):
    """A row with a history."""

    class Meta:
        abstract = True

    def placed(self) -> tuple[int | None, int | None]:
        """The cell and the region (keys) that it belongs to."""
        return None, None

    def noted_in(self) -> tuple[int | None, int | None]:
        """Those whose history has its changes, too; with a cell they wait for that to settle."""
        return self.placed()

    def change(
        self,
        verb: str,
        author: Author,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> Change:
        """What happened to it, not saved yet."""
        cell_id, region_id = self.noted_in()
        sides = {"before": dict(before or {}), "after": dict(after or {})}
        return author.change(self, verb, note=note, cell_id=cell_id, region_id=region_id, **sides)

    def noted(self, *happened: Any, **facts: Any) -> Change:
        """The same, saved."""
        row = self.change(*happened, **facts)
        row.save()
        return row


def written(changes: Iterable[Change]) -> list[Change]:
    """Save them in one statement; what a person did to one row by itself, so that it is told at once."""
    rows = list(changes)
    if len(rows) == 1:
        rows[0].save()
        return rows
    return Change.objects.bulk_create(rows, batch_size=1000)


def serialize(value: Any) -> Any:
    """A field's value as history keeps it, so that the row can be built from it again.

    A related row is its key and what it was called; a time has all its digits, which JSON would cut.
    """
    if isinstance(value, models.Model):
        return {"id": value.pk, "label": str(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`before` and `after` of a change: where `new` is not as `old`; what one side lacks is none there."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}

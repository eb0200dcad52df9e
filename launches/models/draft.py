"""What somebody who sets up a launch has said so far: nothing of it is there before they begin."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from readiness.models import User

STEPS = ("region", "integrations", "launch", "people")


class DraftQuerySet(models.QuerySet["Draft"]):
    @transaction.atomic
    def say(self, person: User, step: str, said: dict[str, Any], now: datetime) -> None:
        """Add `said` to what `step` holds; nothing at all skips it."""
        draft = self._held(person, now)
        before = draft.steps.get(step) or {}
        draft.steps[step] = before | said if said else {}
        draft.save(update_fields=["steps", "touched_at"])

    @transaction.atomic
    def clear(self, person: User, step: str, now: datetime) -> None:
        """As if `step` had never been looked at."""
        draft = self._held(person, now)
        draft.steps.pop(step, None)
        draft.save(update_fields=["steps", "touched_at"])

    def of(self, person: User) -> "Draft":
        """Theirs, or an empty one that is not kept."""
        return self.filter(person=person).first() or Draft(person=person)

    def _held(self, person: User, now: datetime) -> "Draft":
        """Two windows of one person take turns."""
        draft, _ = self.get_or_create(person=person, defaults={"touched_at": now})
        draft = self.select_for_update().get(pk=draft.pk)
        draft.touched_at = now
        return draft


class Draft(models.Model):
    """One for each person. A step that is not in `steps` is open, an empty one was skipped."""

    person = models.OneToOneField(User, models.CASCADE, related_name="draft")
    steps = models.JSONField(default=dict)
    touched_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Draft of {self.person}"

    def said(self, step: str) -> dict[str, Any]:
        return self.steps.get(step) or {}

    def state(self, step: str) -> str:
        """`open`, `skipped` or `said`."""
        if step not in self.steps:
            return "open"
        return "said" if self.steps[step] else "skipped"

    @property
    def next_step(self) -> str | None:
        return next((step for step in STEPS if step not in self.steps), None)

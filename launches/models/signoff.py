"""Go or no-go, by function, bound to what it approved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from launches.models.blocker import Blocker
from launches.models.launch import Launch
from readiness.models import Change, User, Versioned
from readiness.models.history import change


class SignOff(Versioned):
    """What one function (support, sales, legal, …) says about one launch.

    `fingerprint` is what it approved: the state of each live blocker by its slug. It goes stale when a
    blocker comes up, or comes back, afterwards; getting better does not void it.
    """

    class Decision(models.TextChoices):
        GO = "go", "go"
        CONDITIONAL = "conditional", "conditional go"
        NO_GO = "no_go", "no-go"

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="sign_offs")
    slug = models.SlugField()
    function = models.CharField(max_length=60)
    signer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="sign_offs")
    decision = models.CharField(max_length=11, choices=Decision.choices, blank=True)
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["launch", "slug"], name="sign_off_per_function")]

    def __str__(self) -> str:
        return f"{self.function} on {self.launch.name}"

    @transaction.atomic
    def decide(
        self, decision: str, *, by: User, now: datetime, note: str = "", version: int | None = None
    ) -> Change:
        """Say go, conditional go or no-go to the launch as it stands. Raises `Conflict`."""
        row = self.locked(version)
        before = {"decision": row.decision}
        row.put(
            decision=decision,
            note=note,
            decided_by=by,
            decided_at=now,
            fingerprint=fingerprint(row.launch.blockers.live()),
        )
        noted = change(
            row,
            "signed off",
            at=now,
            by=by,
            before=before,
            after={"decision": decision},
            note=note,
            region_id=row.launch.region_id,
        )
        noted.save()
        return noted

    def differences(self, current: Mapping[str, str]) -> list[str]:
        """The blockers (slugs) that are new, or worse, since it was given; `current` as `fingerprint()`."""
        if not self.decision:
            return []
        return [
            slug for slug, state in current.items() if _rank(state) > _rank(self.fingerprint.get(slug, ""))
        ]

    def is_valid(self, current: Mapping[str, str]) -> bool:
        return self.decision in (self.Decision.GO, self.Decision.CONDITIONAL) and not self.differences(
            current
        )


def fingerprint(blockers: "models.QuerySet[Blocker, Any] | list[Blocker]") -> dict[str, str]:
    """The state of each live blocker, by slug."""
    return {blocker.slug: blocker.state for blocker in blockers if blocker.is_live}


def _rank(state: str) -> int:
    """0 nothing there; 1 decided, 2 proposed, 3 stands in the way."""
    if state in Blocker.STANDING:
        return 3
    if state == Blocker.State.PROPOSED:
        return 2
    return 1 if state in (Blocker.State.WAIVED, Blocker.State.DEFERRED) else 0

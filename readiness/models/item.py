"""One requirement in one region: claimed by the dispatcher, decided by a probe or a person."""

from datetime import date, datetime
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from readiness.language.history_words import VERBS
from readiness.models.cell import Readiness
from readiness.models.history import Author, Change, Origin, Recorded
from readiness.models.people import User
from readiness.models.recording import Finding
from readiness.models.requirement import Requirement
from readiness.models.signing import Signature, SigningQuerySet
from readiness.models.versioned import Conflict, Versioned
from readiness.probes.outcome import Outcome
from readiness.state import REMEMBERED, ItemState, Level


class Item(Recorded, Versioned):
    """What is known about `requirement` in the region of `cell`."""

    cell = models.ForeignKey(Readiness, models.CASCADE, related_name="items")
    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="items")
    state = models.CharField(max_length=7, choices=ItemState.choices, default=ItemState.UNKNOWN)
    since = models.DateTimeField(null=True, blank=True, help_text="When it got into this state.")
    outcome = models.CharField(max_length=7, blank=True, help_text="What the last run said.")
    streak = models.PositiveIntegerField(default=0, help_text="How many runs in a row said so.")
    misses = models.PositiveIntegerField(default=0, help_text="How many runs in a row did not pass.")
    recent = models.CharField(
        max_length=REMEMBERED, blank=True, help_text="What the last runs said, a letter each, oldest first."
    )
    flapping = models.BooleanField(default=False)
    excused = models.BooleanField(default=False, help_text="The last run did not pass, in maintenance.")
    fact = models.CharField(max_length=500, blank=True)
    latency = models.FloatField(null=True, blank=True, help_text="Milliseconds.")
    evidence = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    last_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="signed_items")
    effective_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True)
    next_run_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_number = models.PositiveIntegerField(default=0)
    paused = models.BooleanField(default=False)
    paused_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="paused_items")

    objects = SigningQuerySet["Item"].as_manager()

    class Meta:
        ordering = ["requirement__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["cell", "requirement"], name="item_per_cell")]
        indexes = [
            models.Index(
                fields=["next_run_at"], name="item_due", condition=models.Q(next_run_at__isnull=False)
            ),
            models.Index(fields=["stale_at"], name="item_stale", condition=models.Q(stale_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.requirement.title} ({self.cell})"

    def get_absolute_url(self) -> str:
        return f"{self.cell.get_absolute_url()}#item-{self.pk}"

    @property
    def is_ok(self) -> bool:
        return self.state == ItemState.PASSED

    @property
    def latest(self) -> str:
        """The last outcome in words, when it differs from the confirmed state: `failed 2 of 3`."""
        if not self.outcome or self.outcome == self.state:
            return ""
        recovering = self.outcome == ItemState.PASSED
        outcome = VERBS.get(self.outcome, self.outcome)
        if self.streak == 0:
            return str(outcome)
        if recovering and self.flapping:
            return _("%(outcome)s, which counts once it stops flapping") % {"outcome": outcome}
        needed = self.requirement.recovery if recovering else self.requirement.failures
        told = {"outcome": outcome, "count": min(self.streak, needed), "needed": needed}
        return _("%(outcome)s %(count)d of %(needed)d") % told

    @property
    def doubt(self) -> str:
        """Why nothing certain is known of it; nothing while what was said last holds."""
        paused_by = self.paused_by.label if self.paused_by else ""
        told = {"day": self._since_day, "person": paused_by, "fact": self.fact}
        if not self.requirement.is_automated:
            return "" if self.is_ok or self.state == ItemState.FAILED else _("nobody has signed it off")
        if self.state == ItemState.STALE:
            if paused_by:
                return _("its check went stale on %(day)s, paused by %(person)s") % told
            return _("its check went stale on %(day)s") % told
        if self.state == ItemState.ERROR:
            return _("its check does not work since %(day)s: %(fact)s") % told
        if self.state == ItemState.UNKNOWN:
            return _("its check has not said anything yet")
        return _("its check is paused by %(person)s") % told if paused_by else ""

    @property
    def _since_day(self) -> str:
        return date_format(localtime(self.since), "j M Y") if self.since else ""

    def record(self, outcome: Outcome, at: datetime, run: int) -> Change | None:
        """What run number `run` of the probe found, at `at`: `Item.objects.record` of one."""
        changes = Item.objects.record([Finding(self.pk, run, outcome)], at)
        return changes[0] if changes else None

    @transaction.atomic
    def sign_off(
        self,
        outcome: Outcome,
        *,
        by: User,
        now: datetime,
        effective_on: date | None = None,
        expires_on: date | None = None,
        version: int | None = None,
    ) -> Change | None:
        """A person says that a manual item is, or is not, fulfilled. The same door, for people.

        Raises `Conflict`; `ValueError` for an item that a probe decides.
        """
        item = self._for_update()
        if version is not None and item.version != version:
            raise Conflict(item)
        said = Signature(outcome, by, effective_on, expires_on)
        (row,) = Item.objects.sign_off_locked([item], {item.pk: said}, Author(now, by))
        return row

    @transaction.atomic
    def withdraw(self, *, by: User, now: datetime, version: int | None = None) -> Change | None:
        """Take a sign-off back: nothing is known any more. Raises `Conflict`."""
        item = self._for_update()
        if version is not None and item.version != version:
            raise Conflict(item)
        if item.state == ItemState.UNKNOWN or item.requirement.is_automated:
            return None
        item.signed_by = item.effective_on = item.expires_on = item.stale_at = item.last_at = None
        item.outcome, item.fact, item.evidence, item.streak = "", "", {}, 0
        before = {"state": item.state}
        item.enter(ItemState.UNKNOWN, now)
        item.save()
        row = item.noted("withdrawn", Author(now, by), before, {"state": item.state}, note=item.fact)
        item.cell.reassess(
            now=now, by=by, origin=Origin.PERSON, note=f"{item.requirement.title}: {item.state}"
        )
        return row

    @transaction.atomic
    def pause(self, paused: bool, *, by: User, now: datetime) -> Change | None:
        """Stop or resume running the probe; a paused check goes stale like a silent one.

        Raises `ValueError` for an item that a person decides.
        """
        item = self._for_update()
        if not item.requirement.is_automated:
            raise ValueError("A person decides this item; there is nothing to pause.")
        if item.paused == paused:
            return None
        item.put(paused=paused, paused_by=by if paused else None, next_run_at=now)
        author = Author(now, by, settled=True)
        return item.noted("paused" if paused else "resumed", author, note=item.fact)

    @transaction.atomic
    def go_stale(self, now: datetime) -> Change | None:
        """Silence is not good news. `None` when it was confirmed in the meantime."""
        item = self._for_update()
        if item.stale_at is None or item.stale_at > now or item.state == ItemState.STALE:
            return None
        (row,) = Item.objects.go_stale_locked([item], now)
        return row

    def _for_update(self) -> Self:
        rows = type(self)._base_manager.select_related(
            "requirement__integration", "cell__region", "cell__integration"
        )
        row: Self = rows.select_for_update(of=("self",), no_key=True).get(pk=self.pk)
        return row

    def keep(self, outcome: Outcome, at: datetime) -> Self:
        """Hold on to what was said; it is not saved yet."""
        self.outcome, self.fact, self.latency = outcome.state, outcome.fact[:500], outcome.latency
        self.evidence, self.last_at = dict(outcome.evidence), at
        return self

    def sign(self, said: Signature, at: datetime) -> None:
        """Be as somebody says, unsaved."""
        self.keep(said.outcome, at)
        self.streak, self.excused, self.signed_by = 1, False, said.by
        self.effective_on, self.expires_on = said.effective_on, said.expires_on
        self.stale_at = self.cell.region.end_of(said.expires_on) if said.expires_on else None
        self.enter(said.outcome.state, at)

    def enter(self, state: str, at: datetime) -> None:
        """Be in `state`, unsaved."""
        if state != self.state:
            self.state, self.since = state, at
        self.version += 1

    def placed(self) -> tuple[int | None, int | None]:
        return self.cell_id, self.cell.region_id


def open_items(cells: models.QuerySet[Readiness]) -> models.QuerySet[Item]:
    """The must items of `cells` that have not passed."""
    return Item.objects.filter(cell__in=cells, requirement__level=Level.MUST).open()

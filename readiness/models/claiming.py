"""Which items are due, and who may run them: claims that are given once and run out."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.db.models.functions import Cast

from readiness.models.claim import Assignment, Claim
from readiness.models.maintenance import Maintenance
from readiness.models.people import User
from readiness.probes.placeholders import FACTS
from readiness.state import Importance, ItemState

# A worker that died holds its claims no longer than this.
LEASE = timedelta(seconds=60)
_YES_OR_NO = models.BooleanField()

M = TypeVar("M", bound=models.Model, covariant=True)


_ASSIGNED: list[Any] = [
    "requirement__probe",
    # As text, by which a worker finds what it has read before.
    Cast("requirement__parameters", models.TextField()),
    "requirement__retries",
    *("cell__region", "cell__integration"),
    *(f"cell__region__{fact}" for fact in FACTS),
]


class ItemQuerySet(models.QuerySet[M]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def automated(self) -> Self:
        return self.exclude(requirement__probe="")

    def open(self) -> Self:
        return self.exclude(state=ItemState.PASSED)

    def with_maintenance(self, now: datetime) -> Self:
        """Each with `quiet_until`, when the maintenance it is in ends."""
        ends = Maintenance.objects.covering(now).values("ends_at")[:1]
        return self.annotate(quiet_until=models.Subquery(ends))

    def running(self) -> Self:
        """What is run at all: not paused, and needed."""
        return self.automated().filter(paused=False).exclude(cell__importance=Importance.NOT_NEEDED)

    def overdue(self, now: datetime) -> Self:
        """What should have run by now; also what is claimed, until it is recorded."""
        return self.running().filter(next_run_at__lte=now)

    def due(self, now: datetime) -> Self:
        """Also what was claimed and never recorded, once its lease is over."""
        return self.overdue(now).filter(models.Q(lease_until=None) | models.Q(lease_until__lte=now))

    def handed_out(self, now: datetime) -> Self:
        """What is claimed and not recorded yet; by the index of what is due."""
        return self.filter(next_run_at__lte=now, lease_until__gt=now)

    @transaction.atomic
    def claim_due(self, now: datetime, limit: int = 500) -> list[Claim]:
        """Take up to `limit` due items, the longest due first, for `LEASE`.

        Two dispatchers at once share them out: what one has locked the other skips. A first claim gives the
        run time to report before the item goes stale; claiming it again because nothing was reported does
        not, or a worker that dies each time would keep an old pass alive for ever.
        """
        due = self.due(now).order_by("next_run_at", "pk")
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "run_number")[:limit]
        )
        until = now + 2 * LEASE
        first = models.When(lease_until=None, stale_at__lt=until, then=models.Value(until))
        self.model._base_manager.filter(pk__among=[pk for pk, _ in rows]).update(
            lease_until=now + LEASE,
            run_number=models.F("run_number") + 1,
            stale_at=models.Case(first, default=models.F("stale_at")),
        )
        return [Claim(pk, run + 1) for pk, run in rows]

    def claim(self, item: int, run: int, now: datetime) -> None:
        """Give the right to run number `run` of one item."""
        self.filter(pk=item).update(lease_until=now + LEASE, run_number=run)

    @transaction.atomic
    def plan_anew(self, now: datetime) -> int:
        """Let the time of the next run follow from what is the case, whoever changed that. Returns how many.

        What does not run is not planned: dispatchers would look through all of it each time. What runs is,
        and no later than a clock that is right would have planned it: one that is set back by an hour would
        leave every check idle until that hour has come again. What somebody else has locked is left for the
        next time, so that nobody waits for anybody here.
        """
        stopped = models.Q(paused=True) | models.Q(cell__importance=Importance.NOT_NEEDED)
        planned = models.Q(next_run_at__isnull=False)
        astray = planned & stopped | ~planned & ~stopped | self._ahead_of_time(now)
        rows = self.automated().filter(astray).select_for_update(skip_locked=True, of=("self",))
        stops = dict(rows.values_list("pk", models.ExpressionWrapper(stopped, _YES_OR_NO)))
        held = models.When(lease_until__gt=now + LEASE, then=models.Value(now + LEASE))
        lease = models.Case(held, default=models.F("lease_until"))
        for is_off, due in ((False, now), (True, None)):
            these = self.model._base_manager.filter(pk__in=[pk for pk in stops if stops[pk] == is_off])
            these.update(next_run_at=due, lease_until=lease)
        return len(stops)

    def _ahead_of_time(self, now: datetime) -> models.Q:
        """What was planned or claimed for later than it could have been by now."""
        ahead = models.Q(lease_until__gt=now + LEASE)
        intervals = self.automated().order_by().values_list("requirement__interval", flat=True).distinct()
        for interval in intervals:
            latest = now + timedelta(seconds=interval) + LEASE
            ahead |= models.Q(requirement__interval=interval, next_run_at__gt=latest)
        return ahead

    def claimed(self, claims: Iterable[Claim]) -> list[M]:
        """What `claims` still give the right to run: neither recorded nor claimed again since."""
        held = {Claim(*claim) for claim in claims}
        return [row for row in self._held(held) if (row.pk, row.run_number) in held]

    def assignments(self, claims: Iterable[Claim]) -> list[Assignment]:
        """The same with what the runs need to know.

        Rows and not models: to make four objects for each run takes longer than to find out what they say.
        """
        held = {Claim(*claim) for claim in claims}
        rows = self._held(held).values_list("pk", "run_number", *_ASSIGNED)
        named = len(Assignment._fields) - 1
        return [
            Assignment._make([*row[:named], dict(zip(FACTS, row[named:], strict=True))])
            for row in rows
            if row[:2] in held
        ]

    def _held(self, claims: Iterable[Claim]) -> models.QuerySet[Any]:
        # Pairs of columns in the query would take longer to write down than the rows take to come.
        rows = self.filter(pk__among=[claim.item for claim in claims], lease_until__isnull=False)
        return rows.order_by("pk")

    @transaction.atomic
    def give_back(self, claims: Iterable[Claim], now: datetime) -> int:
        """What could not be run in time is due again, as if its lease had run out. Returns how many.

        Not as if it had never been claimed: each first claim gives an old result more time.
        """
        claims = list(claims)
        list(self.filter(pk__in=[claim.item for claim in claims]).in_order())
        held = [row.pk for row in self.claimed(claims)]
        return self.model._base_manager.filter(pk__in=held).update(lease_until=now)

    @transaction.atomic
    def run_now(self, now: datetime) -> int:
        """Make them due at once; the dispatcher does the rest. Returns how many.

        `asked_at` finds those that have not run since.
        """
        rows = list(self.running().in_order())
        return self.model._base_manager.filter(pk__in=rows).update(next_run_at=now)

    def asked_at(self, moment: datetime) -> Self:
        """Those that `run_now(moment)` made due and that were not recorded since: their next run is that."""
        return self.running().filter(next_run_at=moment)

    def in_order(self) -> models.QuerySet[M, int]:
        """Their ids, locked in the order that results are recorded in, so that neither waits for ever."""
        rows = self.order_by("pk").select_for_update(of=("self",), no_key=True)
        return rows.values_list("pk", flat=True)

    def late(self, now: datetime) -> Self:
        """What was not confirmed in time; what nobody needs is not run, and not missed."""
        return (
            self.filter(stale_at__lte=now)
            .exclude(state=ItemState.STALE)
            .exclude(cell__importance=Importance.NOT_NEEDED)
            .order_by("stale_at", "pk")
        )

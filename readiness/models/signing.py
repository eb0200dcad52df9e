"""What people say of items, and what becomes of them without anybody: the verbs of one, for many rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import models, transaction

from readiness.models.bulk import write_back
from readiness.models.cell import Readiness
from readiness.models.claiming import M
from readiness.models.history import Author, Change, Origin, written
from readiness.models.people import User
from readiness.models.recording import AT_ONCE, RecordingQuerySet, notes_of
from readiness.models.result import Result
from readiness.probes.outcome import Outcome
from readiness.state import ItemState

_SAID = (
    "state", "since", "outcome", "streak", "excused", "fact", "latency", "evidence", "last_at", "signed_by",
    "effective_on", "expires_on", "stale_at", "version",
)  # fmt: skip
_SILENT = ("state", "since", "outcome", "streak", "recent", "flapping", "version")
# What is known of a check, beside when it runs next.
CARRIED = (
    "state", "since", "outcome", "streak", "misses", "recent", "flapping", "excused", "fact", "latency",
    "evidence", "last_at", "stale_at", "paused", "paused_by",
)  # fmt: skip
NOTHING_KNOWN: dict[str, Any] = {
    "state": ItemState.UNKNOWN,
    "outcome": "",
    "excused": False,
    "fact": "",
    "latency": None,
    "evidence": {},
    "last_at": None,
    "signed_by": None,
    "effective_on": None,
    "expires_on": None,
    "stale_at": None,
}


class Signature(NamedTuple):
    """What somebody says of an item that no check decides, since when it holds, and the last day."""

    outcome: Outcome
    by: User | None
    effective_on: date | None = None
    expires_on: date | None = None


class SigningQuerySet(RecordingQuerySet[M]):
    def opened(self, places: Iterable[tuple[Any, Any]], now: datetime) -> None:
        """An item for each of these cells and requirements; a probe's first run is due at once."""
        rows = (
            self.model(cell=cell, requirement=each, next_run_at=now if each.is_automated else None)
            for cell, each in places
        )
        self.model._base_manager.bulk_create(rows, batch_size=1000)

    @transaction.atomic
    def sign_off(self, said: Mapping[int, Signature], author: Author) -> list[Change]:
        """People say that these manual items (keys) are, or are not, fulfilled.

        Raises `ValueError` for an item that a probe decides.
        """
        rows = self.filter(pk__in=list(said)).order_by("pk").select_for_update(of=("self",), no_key=True)
        related = rows.select_related("requirement__integration", "cell__region", "cell__integration")
        return self.sign_off_locked(list(related), said, author)

    def sign_off_locked(
        self, items: Sequence[Any], said: Mapping[int, Signature], author: Author
    ) -> list[Change]:
        """The same of rows that are locked. What has run out already is stale from the start."""
        if any(item.requirement.is_automated for item in items):
            raise ValueError("A probe decides this item.")
        before = {item.pk: item.state for item in items}
        for item in items:
            item.sign(said[item.pk], author.now)
        write_back(items, _SAID)
        changes = self._told_of("signed off", items, before, author)
        for start in range(0, len(items), AT_ONCE):
            Result.objects.of([item.pk for item in items[start : start + AT_ONCE]])
        over = [item for item in items if item.stale_at and item.stale_at <= author.now]
        self.go_stale_locked(over, author.now, settled=author.settled)
        return changes

    def go_stale_locked(self, items: Sequence[Any], now: datetime, *, settled: bool = False) -> list[Change]:
        """Of these locked rows nothing was heard in time."""
        if not items:
            return []
        before = {item.pk: item.state for item in items}
        for item in items:
            item.streak, item.outcome, item.recent, item.flapping = 0, "", "", False
            item.enter(ItemState.STALE, now)
        write_back(items, _SILENT)
        author = Author(now, origin=Origin.CLOCK, settled=settled)
        return self._told_of("", items, before, author)

    @transaction.atomic
    def restored(self, known: Mapping[int, Mapping[str, Any]], author: Author) -> list[int]:
        """What these checks (keys) came to elsewhere, where nothing is known of them here; the keys of those.

        `known` has `CARRIED` fields by item. Each runs again at once, and says itself how it is.
        """
        rows = self.automated().filter(
            pk__in=list(known), state=ItemState.UNKNOWN, last_at=None, paused=False
        )
        rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
        items: list[Any] = list(rows.select_related("requirement", "cell__region", "cell__integration"))
        for item in items:
            for name in CARRIED:
                if name in known[item.pk]:
                    setattr(item, name, known[item.pk][name])
            item.version += 1
        write_back(items, [*CARRIED, "version"])
        told = [item for item in items if item.state != ItemState.UNKNOWN]
        self._told_of("", told, dict.fromkeys(known, ItemState.UNKNOWN), author)
        return [item.pk for item in items]

    def _told_of(
        self, verb: str, items: Sequence[Any], before: Mapping[int, str], author: Author
    ) -> list[Change]:
        """A change for each, called as its state is without a `verb`, and what they make of their cells."""
        changes = written(
            item.change(
                verb or item.state, author, {"state": before[item.pk]}, {"state": item.state}, note=item.fact
            )
            for item in items
        )
        origin = author.origin or Origin.PERSON
        Readiness.objects.reassess(
            notes_of(items), now=author.now, by=author.by, origin=origin, settled=author.settled
        )
        return changes

    @transaction.atomic
    def restart(self, requirements: Collection[Any], now: datetime, *, forget: bool) -> None:
        """Start over the items of these requirements, which their amendment made moot.

        A run under way is not the claimed one any more. With `forget` nothing is known of them from now on.
        """
        mine = self.filter(requirement__in=[each.pk for each in requirements])
        list(mine.in_order())
        fresh: dict[str, Any] = {
            "streak": 0,
            "misses": 0,
            "recent": "",
            "flapping": False,
            "lease_until": None,
            "run_number": models.F("run_number") + 1,
            "version": models.F("version") + 1,
        }
        if forget:
            fresh |= NOTHING_KNOWN | {"since": now}
        for due in (now, None):
            automated = mine.exclude(requirement__probe="") if due else mine.filter(requirement__probe="")
            automated.update(**fresh, next_run_at=due)

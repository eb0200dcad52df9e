"""Blockers in order: what waits for what. Only blockers of one launch do, and never in a circle."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Self

from django.db import transaction
from django.utils.translation import gettext as _

from launches.models.blocker_fields import BlockerFields, NotPossible
from launches.models.launch import Launch
from readiness.models import Change, Conflict, User
from readiness.models.history import serialize

Graph = Mapping[int, Collection[int]]


class Dependencies(BlockerFields):
    """What a blocker does about others. The change is told of the one that waits, and is its new version."""

    class Meta:
        abstract = True

    @transaction.atomic
    def wait_for(self, other: Self, *, by: User, now: datetime, version: int | None = None) -> Change | None:
        """Nothing when it does already. Raises `Conflict`, and `NotPossible`, which names the circle."""
        waiting, first = self._both_locked(other, version)
        if waiting.depends_on.filter(pk=first.pk).exists():
            return None
        if first.state in self.OVER:
            state = {"name": first, "state": first.get_state_display()}
            raise NotPossible(_("“%(name)s” is %(state)s: there is nothing to wait for.") % state)
        waiting._refuse_circle(first)
        return waiting._put_in_order(lambda: waiting.depends_on.add(first), "dependency added", by, now)

    @transaction.atomic
    def no_longer_wait_for(
        self, other: Self, *, by: User, now: datetime, version: int | None = None
    ) -> Change | None:
        """Nothing when it does not. Raises `Conflict`."""
        waiting, first = self._both_locked(other, version)
        if not waiting.depends_on.filter(pk=first.pk).exists():
            return None
        return waiting._put_in_order(lambda: waiting.depends_on.remove(first), "dependency removed", by, now)

    def _both_locked(self, other: Self, version: int | None) -> tuple[Self, Self]:
        """Both as they are now, and their launch held.

        Two people who close a circle from two sides take turns at the launch, so that the second sees the
        link of the first. It is held as weakly as serves: whoever settles has blockers locked and adds more,
        which only asks that the launch stays. The two are locked by key, as whoever undoes many does.
        """
        hold_launches([self.launch_id])
        rows = type(self)._base_manager.select_related("launch").select_for_update(of=("self",))
        pair = rows.filter(pk__in={self.pk, other.pk}, launch=self.launch_id).order_by("pk")
        found: dict[int, Self] = {row.pk: row for row in pair}
        if other.pk not in found:
            raise NotPossible(_("Only blockers of one launch wait for each other."))
        if version is not None and found[self.pk].version != version:
            raise Conflict(found[self.pk])
        return found[self.pk], found[other.pk]

    def put_order_back(self, change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
        """Wait for what this locked row, of a held launch, waited for before `change`; both sides of that."""
        was, became = ({one["id"] for one in side["depends_on"]} for side in (change.before, change.after))
        if set(self.depends_on.values_list("pk", flat=True)) != became:
            raise NotPossible(_("“%(name)s” has changed since, so nothing was undone.") % {"name": self})
        before = self._earlier()
        self.depends_on.remove(*(became - was))
        for other in type(self)._base_manager.filter(pk__in=was - became):
            self._refuse_circle(other)
            self.depends_on.add(other)
        return {"depends_on": before}, {"depends_on": self._earlier()}

    def _refuse_circle(self, first: Self) -> None:
        links = type(self).depends_on.through._base_manager.filter(from_blocker__launch=self.launch_id)
        graph = defaultdict(list)
        for waiting, other in links.values_list("from_blocker", "to_blocker"):
            graph[waiting].append(other)
        path = way(graph, first.pk, self.pk)
        if not path:
            return
        rows: Mapping[int, Any] = (
            type(self)._base_manager.select_related("cell__integration").in_bulk({self.pk, *path})
        )
        names = " → ".join(rows[key].short_name for key in (self.pk, *path))
        raise NotPossible(_("That makes a cycle: %(names)s.") % {"names": names})

    def _put_in_order(self, write: Callable[[], None], verb: str, by: User, now: datetime) -> Change:
        before = self._earlier()
        write()
        beside = {"depends_on": before}, {"depends_on": self._earlier()}
        return self.move(verb, {}, now=now, by=by, beside=beside)

    def _earlier(self) -> list[Any]:
        """What it waits for, as history keeps it, and a plan file tells it."""
        return sorted(map(serialize, self.depends_on.all()), key=str)


def hold_launches(keys: Any) -> None:
    """Until the end of the transaction nobody else adds a link between blockers of these launches."""
    rows = Launch.objects.filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def others(change: Change) -> set[int]:
    """The keys of those that a change, of what one waits for, speaks of."""
    sides = (change.before.get("depends_on", ()), change.after.get("depends_on", ()))
    return {one["id"] for side in sides for one in side}


def way(graph: Graph, start: int, end: int) -> list[int]:
    """The shortest path from `start` to `end`, with both; nothing when there is none."""
    before: dict[int, int | None] = {start: None}
    ahead = [start]
    for here in ahead:
        if here == end:
            break
        new = [key for key in graph.get(here, ()) if key not in before]
        before |= dict.fromkeys(new, here)
        ahead += new
    if end not in before:
        return []
    path: list[int] = []
    step: int | None = end
    while step is not None:
        path.append(step)
        step = before[step]
    return path[::-1]

"""What changes blockers: each verb of one is this, with one row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from launches.models.blocker_fields import BlockerFields
from readiness.models import Author, Change, Origin, User
from readiness.models.bulk import write_back
from readiness.models.history import differing, serialize, written

B = TypeVar("B", bound=models.Model, covariant=True)
Sides = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Because:
    """Why something happens to a blocker, and by whom: a person, or what acted instead."""

    blocker: Any
    note: str = ""
    by: User | None = None
    origin: Origin | None = None


@dataclass(frozen=True)
class BlockerStep:
    """One step of a locked blocker: `values` are set; `beside` is what else changes, before and after."""

    verb: str
    because: Because
    values: Mapping[str, Any] = field(default_factory=dict)
    beside: Sides = ({}, {})


class MovingQuerySet(models.QuerySet[B]):
    def resolved(self, whys: Iterable[Because], now: datetime) -> list[Change]:
        """What these locked blockers stood for is there."""
        return self.enter(BlockerFields.State.RESOLVED, "resolved", whys, now)

    def reopened(self, whys: Iterable[Because], now: datetime) -> list[Change]:
        """These locked blockers stand in the way again."""
        return self.enter(BlockerFields.State.OPEN, "reopened", whys, now)

    def enter(self, state: str, verb: str, whys: Iterable[Because], now: datetime) -> list[Change]:
        return self.moved([BlockerStep(verb, why, why.blocker.entering(state, now)) for why in whys], now)

    def moved(self, steps: Iterable[BlockerStep], now: datetime) -> list[Change]:
        """Take these steps: the rows in few statements, and a row of history for each.

        A step is asked for once the one before it is taken, so that a blocker can take several.
        """
        changes, names, blockers = [], {"version"}, {}
        for step in steps:
            blocker = blockers[step.because.blocker.pk] = step.because.blocker
            old = {name: serialize(getattr(blocker, name)) for name in step.values}
            before, after = differing(old, {name: serialize(value) for name, value in step.values.items()})
            for name, value in step.values.items():
                setattr(blocker, name, value)
            blocker.version += 1
            names |= step.values.keys()
            changes.append(
                _told(step.verb, step.because, now, before | step.beside[0], after | step.beside[1])
            )
        write_back(list(blockers.values()), sorted(names))
        return written(changes)

    def found(self, whys: Sequence[Because], now: datetime) -> list[Change]:
        """Keep these new blockers, which cells and checks open."""
        self.bulk_create([why.blocker for why in whys], batch_size=500)
        return written(_told("opened", why, now, {}, why.blocker.facts()) for why in whys)


def _told(verb: str, why: Because, now: datetime, before: dict[str, Any], after: dict[str, Any]) -> Change:
    row: Change = why.blocker.change(verb, Author(now, why.by, why.origin), before, after, note=why.note)
    return row

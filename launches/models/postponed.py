"""Work on one row that raised: it is tried again later and later, and holds up no other row meanwhile."""

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction

logger = logging.getLogger(__name__)

Needs = Mapping[str, str]

WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1440)]
# Whatever has not been tried for so long is over: it was done in the meantime, or its row is gone.
REMEMBERED = timedelta(days=7)


class PostponedQuerySet(models.QuerySet["Postponed"]):
    def keys(self, work: str, now: datetime) -> models.QuerySet[Any, Any]:
        """The rows whose turn at `work` has not come yet, as a subquery."""
        return self.filter(work=work, next_try_at__gt=now).values("key")

    def due(self, work: str, now: datetime) -> Self:
        """Those whose turn has come, for work that no other row asks for."""
        return self.filter(work=work, next_try_at__lte=now).order_by("pk")

    def put_off(self, work: str, key: int, problem: str, now: datetime, needs: Needs | None = None) -> None:
        row, _ = self.get_or_create(work=work, key=key, defaults={"next_try_at": now})
        wait = WAITS[min(row.tries, len(WAITS) - 1)]
        facts = {"tries": row.tries + 1, "next_try_at": now + wait, "problem": problem[:300]}
        self.filter(pk=row.pk).update(**facts, needs=row.needs if needs is None else needs)

    def done(self, work: str, keys: Collection[int]) -> None:
        """It went well for `keys`; what needs more than its row is not over by that."""
        self.filter(work=work, key__in=keys, needs={}).delete()

    def forget(self, now: datetime) -> int:
        """Returns how many rows are forgotten."""
        return self.filter(next_try_at__lt=now - REMEMBERED).delete()[0]


class Postponed(models.Model):
    """What of `work` on the row number `key` has to wait until `next_try_at`."""

    work = models.CharField(max_length=40)
    key = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    problem = models.CharField(max_length=300, blank=True, help_text="What the last try raised.")
    needs = models.JSONField(default=dict, blank=True, help_text="What the work needs, where no row says it.")

    objects = PostponedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "postponed"
        constraints = [models.UniqueConstraint(fields=["work", "key"], name="postponed_once")]

    def __str__(self) -> str:
        return f"{self.work} {self.key}"


@contextmanager
def postponing(work: str, key: int, now: datetime, needs: Needs | None = None) -> Iterator[None]:
    """What raises within is rolled back, logged and postponed; many rows are done each within its own."""
    try:
        with transaction.atomic():
            yield
            Postponed.objects.done(work, [key])
    except Exception as problem:
        logger.exception("%s of row %s failed and is tried again later.", work, key)
        why = f"{type(problem).__name__}: {problem}".replace("\0", "")
        Postponed.objects.put_off(work, key, why, now, needs)

"""Optimistic concurrency: what two people edit at once."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext as _

from readiness.models.bulk import write_back


class Conflict(Exception):
    """Somebody else changed the row since it was shown; `current` is the row as it is now."""

    def __init__(self, current: "Versioned") -> None:
        super().__init__(_("“%(name)s” was changed by somebody else in the meantime.") % {"name": current})
        self.current = current


class Versioned(models.Model):
    """A row that counts its changes, so that a stale edit is refused instead of overwriting a newer one."""

    version = models.PositiveIntegerField(default=1, editable=False)

    # Fields that only verbs write, and those that only verbs change once the row is there.
    by_verbs: ClassVar[str] = ""
    changed_by_verbs: ClassVar[str] = ""

    class Meta:
        abstract = True

    def locked(self, version: int | None = None) -> Self:
        """The row as it is now, locked to the end of the transaction.

        `version` is the one the person saw; `None` when a program acts on the current state.
        Raises `Conflict` when the row has moved on since.
        """
        # Without the key: a row that others refer to in the meantime is not in their way, nor they in its.
        row: Self = type(self)._base_manager.select_for_update(no_key=True).get(pk=self.pk)
        if version is not None and row.version != version:
            raise Conflict(row)
        return row

    def put(self, **values: Any) -> None:
        """Set `values` on this locked row and save them with the next version."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=[*values, "version"])


class SecondWriter(TypeError):
    """Something brings what only a verb of the model writes."""


def bring(row: models.Model, values: Mapping[str, Any]) -> set[str]:
    """Set facts that a file brings, unsaved, as the next version of a row that is there; the columns set.

    Raises `SecondWriter` for a field that a verb owns.
    """
    _refuse_owned(row, values)
    names = values.keys() - {found.name for found in row._meta.many_to_many}
    for name in names:
        setattr(row, name, values[name])
    return names | move_on(row) if names and row.pk is not None else set(names)


def _refuse_owned(row: models.Model, values: Mapping[str, Any]) -> None:
    if isinstance(row, Versioned):
        owned = f"{row.by_verbs} {'' if row.pk is None else row.changed_by_verbs}".split()
        if names := sorted(values.keys() & set(owned)):
            raise SecondWriter(f"A verb of {type(row).__name__} writes {', '.join(names)}.")


def move_on(row: models.Model) -> set[str]:
    """The next version of a row of which only links changed, unsaved."""
    if isinstance(row, Versioned):
        row.version += 1
        return {"version"}
    return set()


def keep_new(rows: Collection[models.Model]) -> None:
    """Save rows of one kind that were brought and are new."""
    if rows:
        type(next(iter(rows)))._base_manager.bulk_create(rows, batch_size=1000)


def keep_changed(rows: Collection[models.Model], names: Collection[str]) -> None:
    """Save what was brought to locked rows of one kind."""
    if names:
        write_back(rows, sorted(names))

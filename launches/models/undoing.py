"""Taking back what one did a moment ago.

A token names one change or many, is signed for who made them, and lasts ten minutes. All of them are taken
back or none: each row must still be as its change left it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from launches.models.blocker import Blocker
from launches.models.blocker_fields import NotPossible
from launches.models.decision import KINDS, Deferral, Waiver, put_decision
from launches.models.dependencies import hold_launches, others
from readiness.models import Change, User

LASTS = 600
_SALT = "launches.undo"
_BIRTHS = ("opened", "proposed")
_NOTHING = gettext_lazy("Nothing here can be undone.")

Parts = Mapping[str, Mapping[str, Any]]


def undo_token(changes: Iterable[Change], by: User) -> str:
    return signing.dumps([by.pk, [change.pk for change in changes]], salt=_SALT, compress=True)


def changes_to_undo(token: str, by: User) -> list[Change]:
    """Those that `token` names, the newest first.

    Raises `NotPossible` when it is too old, not theirs, or names a change that is gone.
    """
    try:
        person, keys = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.SignatureExpired as late:
        raise NotPossible(_("That was more than ten minutes ago; take it back step by step.")) from late
    except signing.BadSignature as forged:
        raise NotPossible(_NOTHING) from forged
    if person != by.pk:
        raise NotPossible(_("Only the person who did it can undo it."))
    changes = list(Change.objects.filter(pk__in=keys).order_by("-pk"))
    if not changes or len(changes) < len(set(keys)):
        raise NotPossible(_NOTHING)
    return changes


@transaction.atomic
def undo(changes: Iterable[Change], by: User, now: datetime) -> list[Change]:
    """Put back what was there before each of `changes`, all or nothing. Raises `NotPossible`.

    What was raised is rejected again: it stays in the history, as everything does.
    """
    found = list(Change.objects.filter(pk__in=[change.pk for change in changes]).order_by("-pk"))
    blockers = _locked(found)
    undone = [_taken_back(blockers[change.object_id], change, by, now) for change in found]
    for key in {change.object_id for change in found}:
        _refuse_undecided(blockers[key])
    return undone


def _locked(changes: Collection[Change]) -> dict[int, Blocker]:
    """The blockers they are about, in the order of their keys, so that two who undo never deadlock."""
    if any(change.content_type.model_class() is not Blocker for change in changes):
        raise NotPossible(_NOTHING)
    keys = {change.object_id for change in changes}
    if linked := {key for change in changes for key in others(change)}:
        keys |= linked
        hold_launches(Blocker.objects.filter(pk__in=keys).values("launch"))
    rows = Blocker.objects.select_related("launch").select_for_update(of=("self",)).order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=keys)}


def _taken_back(blocker: Blocker, change: Change, by: User, now: datetime) -> Change:
    before, after = _by_model(change.before), _by_model(change.after)
    beside = blocker.put_order_back(change) if "depends_on" in change.before else ({}, {})
    for side in (before, after):
        side.get("", {}).pop("depends_on", None)
    rows: dict[str, models.Model | None] = {"": blocker, **_decisions(blocker)}
    if not all(_is_as(rows[kind], values) for kind, values in _as_left(before, after).items()):
        raise NotPossible(_("“%(name)s” has changed since, so nothing was undone.") % {"name": blocker})
    if change.verb in _BIRTHS and not change.before:
        own = blocker.entering(Blocker.State.REJECTED, now)
    else:
        own = {name: read(Blocker, name, value) for name, value in before.pop("", {}).items()}
    for kind, values in before.items():
        sides = put_decision(KINDS[kind], blocker, _values(kind, values))
        beside = beside[0] | sides[0], beside[1] | sides[1]
    return blocker.move(f"undone: {change.verb}", own, now=now, by=by, beside=beside)


def _by_model(side: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`waiver.reason` is the `reason` of a `waiver`; the blocker's own fields are under nothing."""
    parts: dict[str, dict[str, Any]] = defaultdict(dict)
    for path, value in side.items():
        kind, _dot, name = path.rpartition(".")
        parts[kind][name] = value
    return parts


def _as_left(before: Parts, after: Parts) -> Parts:
    """History leaves out what was empty when somebody asked, which an approval since has filled."""
    return {
        kind: {**dict.fromkeys(KINDS[kind].told_fields()), **values}
        if kind in KINDS and _is_birth(before[kind])
        else values
        for kind, values in after.items()
    }


def _refuse_undecided(blocker: Blocker) -> None:
    """What is launched without rests on a decision that still holds, and one thing at a time is asked for."""
    rows = _decisions(blocker)
    decision = next((row for kind, row in rows.items() if blocker.state == KINDS[kind].STATE), None)
    if blocker.state in Blocker.DECIDED and (decision is None or decision.is_open):
        raise NotPossible(_("“%(name)s” has changed since, so nothing was undone.") % {"name": blocker})
    if decision is not None and decision.alone and blocker.severity == Blocker.Severity.BLOCKS:
        alone = _("One person decided to launch without “%(name)s”: reopen it before it blocks.")
        raise NotPossible(alone % {"name": blocker})
    if len([row for row in rows.values() if row is not None and row.is_open]) > 1:
        raise NotPossible(_("“%(name)s”: somebody has asked for something else since.") % {"name": blocker})


def _decisions(blocker: Blocker) -> dict[str, Waiver | Deferral | None]:
    return {kind: model._default_manager.filter(blocker=blocker).first() for kind, model in KINDS.items()}


def _is_as(row: models.Model | None, values: Mapping[str, Any]) -> bool:
    """Whether the row is as a change left it; one that is gone has no value at all."""
    if row is None:
        return all(value is None for value in values.values())
    return all(getattr(row, name) == read(type(row), name, value) for name, value in values.items())


def _values(kind: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """What to put into a decision; nothing when there was none."""
    if _is_birth(values):
        return None
    return {name: read(KINDS[kind], name, value) for name, value in values.items()}


def _is_birth(before: Mapping[str, Any]) -> bool:
    """Whether there was no decision before."""
    return before.get("requested_at", "") is None


def read(model: type[models.Model], name: str, value: Any) -> Any:
    """What history kept of a field, as the field has it. Raises `NotPossible` for what is no field."""
    field = next((field for field in model._meta.concrete_fields if field.name == name), None)
    if field is None:
        raise NotPossible(_NOTHING)
    if value is None:
        return None
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.filter(pk=value["id"]).first()
    return value if isinstance(field, models.JSONField) else field.to_python(value)

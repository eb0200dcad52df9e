"""What an admin says of somebody's account."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from readiness.models import Change, Team, User
from readiness.models.history import change, differing
from readiness.models.invitation import take_turns_over_accounts


class LastAdmin(Exception):
    """Nobody would be left who could say what accounts may do."""


@transaction.atomic
def permit(
    person: User, *, teams: Iterable[Team], is_superuser: bool, is_active: bool, by: User, now: datetime
) -> Change | None:
    """Put `person` in `teams` alone, make them an admin or not, let them sign in or not.

    Raises `LastAdmin`, also when two admins say that of each other at the same moment.
    """
    take_turns_over_accounts()
    row = User.objects.select_for_update().get(pk=person.pk)
    before = _facts(row)
    row.is_superuser = row.is_staff = is_superuser
    row.is_active = is_active
    row.save(update_fields=["is_superuser", "is_staff", "is_active"])
    if before["admin"] and not User.objects.filter(is_superuser=True, is_active=True).exists():
        raise LastAdmin
    row.teams.set(teams)
    old, new = differing(before, _facts(row))
    if not new:
        return None
    told = change(row, "account changed", at=now, by=by, before=old, after=new)
    told.save()
    return told


def _facts(row: User) -> dict[str, object]:
    names = list(row.teams.order_by("name").values_list("name", flat=True))
    return {"admin": row.is_superuser, "may sign in": row.is_active, "teams": names}

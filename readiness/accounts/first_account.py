"""The first account of an installation: made by whoever started it, through a link that only they can see.

The link is signed and lasts a day. It works while nobody has an account, so it works once; nothing of it is
stored. Without it nobody on the network can make themselves an admin of a site that was only just started.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse

from readiness.models import User
from readiness.models.history import change
from readiness.models.invitation import take_turns_over_accounts

LASTS = timedelta(days=1)
_SALT = "readiness.first-account"


def is_needed() -> bool:
    return not User.objects.exists()


def path() -> str:
    """Where the first account is made, from now on for a day."""
    return reverse("first-account", args=[signing.dumps("first account", salt=_SALT)])


def is_genuine(token: str) -> bool:
    """Whether it was made here, within a day; not whether somebody has an account meanwhile."""
    try:
        signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return False
    return True


@transaction.atomic
def opened(*, user_name: str, email: str, password: str, now: datetime) -> User | None:
    """The first account, an admin's; nobody when somebody was quicker."""
    take_turns_over_accounts()
    if not is_needed():
        return None
    person = User.objects.create_superuser(user_name, email, password)
    change(person, "joined", at=now, by=person).save()
    return person

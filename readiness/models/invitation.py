"""Somebody asked in: an account that waits for its person to choose a password."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Self

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from readiness.models.history import Change, change
from readiness.models.people import User
from readiness.models.team import Team

LASTS = timedelta(days=7)
_BYTES = 16
_LONGEST_NAME = 140


class AlreadyThere(Exception):
    """Somebody with that address has an account, or was asked in before."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> Self:
        """Neither taken up nor revoked; those that ran out are still to be renewed."""
        return self.filter(accepted_at=None, revoked_at=None)

    def of_token(self, token: str) -> Self:
        """The one invitation with that token: by its hash, so how long it takes says nothing of others."""
        return self.filter(digest=_digest(token)).select_related("person", "invited_by")

    @transaction.atomic
    def sent(
        self, email: str, *, teams: Iterable[Team] = (), by: User, now: datetime, form_key: str = ""
    ) -> tuple["Invitation", str]:
        """An account without a password in `teams`, and the token that lets its person in; nothing keeps it.

        Whom a plan named has an account already, and is asked into that; so is whose invitation was revoked.
        Raises `AlreadyThere`.
        """
        take_turns_over_accounts()
        person = User.objects.filter(email__iexact=email).first() or User.objects.create(
            username=free_user_name(email), email=email, password=make_password(None)
        )
        before = self.filter(person=person).first()
        if person.last_login or person.has_usable_password() or not _may_be_asked(person, before):
            raise AlreadyThere(email)
        person.teams.add(*teams)
        if before:
            return before, before.renew(by=by, now=now)
        token = token_of(form_key, email)
        invitation = self.create(
            person=person, digest=_digest(token), invited_by=by, invited_at=now, expires_at=now + LASTS
        )
        invitation.noted("invited", by=by, now=now)
        return invitation, token


class Invitation(models.Model):
    """Lets one person in once, until it expires, is renewed or revoked.

    Of the token only a hash is kept: whoever reads the database cannot use it.
    """

    person = models.OneToOneField(User, models.PROTECT, related_name="invitation")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]

    def __str__(self) -> str:
        return f"Invitation of {self.person.email}"

    def is_open(self, now: datetime) -> bool:
        is_pending = self.accepted_at is None and self.revoked_at is None
        return is_pending and now < self.expires_at and self.person.is_active

    def has(self, token: str) -> bool:
        return constant_time_compare(self.digest, _digest(token))

    @transaction.atomic
    def renew(self, *, by: User, now: datetime) -> str:
        """Another token in place of the old one, for as long again; empty when it was taken up meanwhile."""
        token = secrets.token_urlsafe(_BYTES)
        renewed = Invitation.objects.filter(pk=self.pk, accepted_at=None).update(
            digest=_digest(token), invited_by=by, invited_at=now, expires_at=now + LASTS, revoked_at=None
        )
        if not renewed:
            return ""
        self._open_account(True)
        self.noted("invited again", by=by, now=now)
        return token

    @transaction.atomic
    def revoke(self, *, by: User, now: datetime) -> Change | None:
        """Nobody gets in through it any more. Its account, which others may have named, stays, closed."""
        if not Invitation.objects.pending().filter(pk=self.pk).update(revoked_at=now):
            return None
        self._open_account(False)
        return self.noted("invitation revoked", by=by, now=now)

    @transaction.atomic
    def accept(self, *, name: str, password: str, now: datetime) -> User | None:
        """Its person, with the chosen password; nobody when it was used, renewed or revoked meanwhile, or the
        account was closed.
        """
        taken = Invitation.objects.pending().filter(pk=self.pk, digest=self.digest, expires_at__gt=now)
        # By no join: then two windows at once both find it open, each in a row as it was before.
        if not taken.filter(person__in=User.objects.filter(is_active=True)).update(accepted_at=now):
            return None
        person = User.objects.get(pk=self.person_id)
        first, _, last = name.strip().rpartition(" ")
        person.first_name, person.last_name = (first or last)[:150], (last if first else "")[:150]
        person.set_password(password)
        person.save(update_fields=["first_name", "last_name", "password"])
        self.noted("joined", by=person, now=now)
        return person

    def _open_account(self, is_active: bool) -> None:
        person = User.objects.select_for_update().get(pk=self.person_id)
        person.is_active = is_active
        person.save(update_fields=["is_active"])

    def noted(self, verb: str, *, by: User, now: datetime) -> Change:
        row = change(self.person, verb, at=now, by=by)
        row.save()
        return row


def _may_be_asked(person: User, before: Invitation | None) -> bool:
    """Once; again when that was taken back. An account that an admin closed is opened by an admin first."""
    return person.is_active if before is None else before.revoked_at is not None


def take_turns_over_accounts() -> None:
    """Whoever makes an account, by what accounts there are, waits for who does so at the same moment."""
    kind = ContentType.objects.get_for_model(User)
    ContentType.objects.select_for_update().get(pk=kind.pk)


def token_of(form_key: str, email: str) -> str:
    """The same whenever that form is sent, for the answer to a first click is never seen after a second one.

    Without the site's secret nobody has it from the form; one that has no key gets another one each time.
    """
    if not form_key:
        return secrets.token_urlsafe(_BYTES)
    text = f"{form_key} {email.lower()}"
    return salted_hmac("readiness.invitation", text, algorithm="sha256").hexdigest()[: 2 * _BYTES]


def free_user_name(email: str) -> str:
    """What stands before the @, with a number where somebody is called that."""
    stem = re.sub(r"[^\w.+-]+", "", email.partition("@")[0].lower())[:_LONGEST_NAME] or "person"
    taken = {
        name.lower()
        for name in User.objects.filter(username__istartswith=stem).values_list("username", flat=True)
    }
    numbered = (f"{stem}{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(name for name in numbered if name not in taken)


def _digest(token: str) -> str:
    """What is kept of a token; random as it is, it needs neither salt nor stretching."""
    return sha256(token.encode()).hexdigest()

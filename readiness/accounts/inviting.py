"""Asking people in: the accounts, the links, and the mail that brings them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils.translation import gettext as _

from readiness.models import AlreadyThere, Invitation, Team, User
from readiness.models.invitation import LASTS, token_of

# A path as an address that others can open.
Absolute = Callable[[str], str]


@dataclass(frozen=True)
class InviteLink:
    """What lets `person` in; shown to who sent the form, and again where it `is_repeated`: sent twice."""

    person: User
    address: str
    is_repeated: bool = False


@dataclass
class Invited:
    links: list[InviteLink] = field(default_factory=list)
    already_there: list[str] = field(default_factory=list)


def invite(
    emails: Iterable[str],
    teams: Sequence[Team],
    *,
    by: User,
    now: datetime,
    absolute: Absolute,
    form_key: str = "",
) -> Invited:
    """An account and a link for each address that nobody has yet; a form sent twice has its links twice."""
    invited = Invited()
    for email in emails:
        try:
            invitation, token = Invitation.objects.sent(email, teams=teams, by=by, now=now, form_key=form_key)
        except AlreadyThere:
            repeated = invited_by_form(form_key, by, absolute, email)
            invited.links += repeated
            invited.already_there += [] if repeated else [email]
        else:
            invited.links.append(InviteLink(invitation.person, link(token, absolute)))
    return invited


def invited_by_form(form_key: str, by: User, absolute: Absolute, email: str = "") -> list[InviteLink]:
    """The links that `by` has from an earlier click on the same form: to `email`, or all of them."""
    pending = Invitation.objects.pending().filter(invited_by=by).select_related("person")
    if email:
        pending = pending.filter(person__email__iexact=email)
    tokens = ((row, token_of(form_key, row.person.email)) for row in pending) if form_key else ()
    return [InviteLink(row.person, link(token, absolute), True) for row, token in tokens if row.has(token)]


def link(token: str, absolute: Absolute) -> str:
    return absolute(reverse("joining", args=[token]))


def mail(links: Sequence[InviteLink], by: User) -> str:
    """Send each person their link. What to tell whoever asked them in: that it went out, or why not."""
    links = [one for one in links if not one.is_repeated]
    if not links:
        return ""
    if not settings.EMAIL_URL:
        return _("This site sends no e-mail: give each person their link yourself.")
    unsent = _unsent(links, by)
    if not unsent:
        return _("Each of them was sent their link.")
    return _("The e-mail to %(people)s did not go out: give them their link yourself.") % {
        "people": ", ".join(one.person.email for one in unsent)
    }


def _unsent(links: Sequence[InviteLink], by: User) -> list[InviteLink]:
    """Send what can be sent, through one connection: one address that is refused is no other's trouble."""
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError):
        return list(links)
    try:
        return [one for one in links if not _sent(_letter(one, by, connection))]
    finally:
        connection.close()


def _sent(letter: EmailMessage) -> bool:
    try:
        letter.send()
    except (SMTPException, OSError, ValueError):
        return False
    return True


def _letter(one: InviteLink, by: User, connection: BaseEmailBackend) -> EmailMessage:
    text = _(
        "%(name)s invites you to Region Readiness, which shows what still blocks the next launch.\n\n"
        "Choose a password here, within %(days)s days:\n%(address)s\n\n"
        "Your user name is %(user_name)s."
    ) % {
        "name": by.label,
        "days": LASTS.days,
        "address": one.address,
        "user_name": one.person.username,
    }
    headers = {"Auto-Submitted": "auto-generated"}
    subject, to = _("An invitation to Region Readiness"), [one.person.email]
    return EmailMessage(subject, text, to=to, headers=headers, connection=connection)

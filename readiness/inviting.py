"""Asking people in: the accounts, the links, and the mail that brings them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils.translation import gettext as _

from readiness.models import AlreadyThere, Invitation, Team, User
from readiness.models.invitation import LASTS

# A path as an address that others can open.
Absolute = Callable[[str], str]


@dataclass(frozen=True)
class Link:
    """What lets `person` in; shown once."""

    person: User
    address: str


@dataclass
class Invited:
    links: list[Link] = field(default_factory=list)
    already_there: list[str] = field(default_factory=list)


def invite(
    emails: Iterable[str], teams: Sequence[Team], *, by: User, now: datetime, absolute: Absolute
) -> Invited:
    """An account and a link for each address that nobody has yet."""
    invited = Invited()
    for email in emails:
        try:
            invitation, token = Invitation.objects.sent(email, teams=teams, by=by, now=now)
        except AlreadyThere:
            invited.already_there.append(email)
        else:
            invited.links.append(Link(invitation.person, link(token, absolute)))
    return invited


def link(token: str, absolute: Absolute) -> str:
    return absolute(reverse("joining", args=[token]))


def mail(links: Sequence[Link], by: User) -> str:
    """Send each person their link. What to tell whoever asked them in: that it went out, or why not."""
    if not links:
        return ""
    if not settings.EMAIL_URL:
        return _("This site sends no mail: give each person their link yourself.")
    try:
        get_connection().send_messages([_letter(one, by) for one in links])
    except (SMTPException, OSError, ValueError) as problem:
        return _("The mail did not go out (%(problem)s): give each person their link yourself.") % {
            "problem": type(problem).__name__
        }
    return _("Each of them was sent their link.")


def _letter(one: Link, by: User) -> EmailMessage:
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
    return EmailMessage(_("An invitation to Region Readiness"), text, to=[one.person.email], headers=headers)

"""From notices to letters: claimed, sent, and tried again when a channel fails."""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from launches.models import Comment, Delivery, Notice
from launches.notifications.channels import Channel, Letter, NotSent
from launches.notifications.channels.registry import open_to
from launches.notifications.queue import refusals
from launches.notifications.rules import reason_why, sentence
from readiness.language.activation import is_spoken
from readiness.models import User

logger = logging.getLogger(__name__)

# What one round sends. A server that lets each letter time out must not hold the task beyond its limit.
AT_ONCE = 10
NOT_WANTED = "It is not wanted any more."
NOT_WRITTEN = "It could not be written; the site’s log says why."


def deliver_notices(now: datetime) -> int:
    """Send what is due. Returns how many letters were taken; no more than `AT_ONCE` at a time."""
    takes = Delivery.objects.claim_due(now, AT_ONCE)
    taken = Delivery.objects.taken(takes).select_related(
        "notice__person", "notice__change__author", "notice__change__content_type"
    )
    for delivery in list(taken) if takes else ():
        _deliver(delivery, now)
    return len(takes)


def _deliver(delivery: Delivery, now: datetime) -> None:
    """Not in a transaction: a letter that is out cannot be rolled back. One that raises holds up no other."""
    try:
        _sent(delivery, now)
    except Exception:
        logger.exception("Delivery %s failed and is tried again later.", delivery.pk)
        delivery.failed(NOT_WRITTEN, now)


def _sent(delivery: Delivery, now: datetime) -> None:
    channel, letter = _channel(delivery), _letter(delivery)
    if channel is None or letter is None:
        delivery.given_up(NOT_WANTED)
        return
    try:
        channel.send(letter)
    except NotSent as why:
        if why.for_good:
            delivery.given_up(str(why))
        else:
            delivery.failed(str(why), now)
    else:
        delivery.sent(now)


def _channel(delivery: Delivery) -> Channel | None:
    """`None` when its person turned it off meanwhile, left, or cannot be reached by it any more."""
    person = delivery.notice.person
    ways = open_to(person, refusals([person.pk])[person.pk]) if person.is_active else []
    return next((way for way in ways if way.name == delivery.channel), None)


def _letter(delivery: Delivery) -> Letter | None:
    """In the language of whom it is for; `None` when it would say what was taken back meanwhile."""
    notice = delivery.notice
    with translation.override(_language(notice.person)):
        text = _text(notice)
        return Letter(delivery.key, notice.person, sentence(notice), text) if text else None


def _language(person: User) -> str:
    """Nobody's browser asks for a letter: who has chosen no language is written to in that of the site."""
    return person.language if is_spoken(person.language) else settings.LANGUAGE_CODE


def _text(notice: Notice) -> str | None:
    said = notice.change.note
    if notice.change.content_type.model == Comment._meta.model_name:
        comment = Comment.objects.not_deleted().filter(pk=notice.change.object_id).first()
        if comment is None:
            return None
        said = comment.text
    site = settings.SITE_URL.rstrip("/")
    parts = [
        f"{sentence(notice)}.",
        said,
        f"{site}{notice.address}",
        _("You are told because %(reason)s.") % {"reason": reason_why(notice)}
        + " "
        + _("Notices by e-mail: %(address)s") % {"address": f"{site}/settings/notices/"},
    ]
    return "\n\n".join(part for part in parts if part)

"""From changes to notices: each change is looked at once, in the transaction that queues what it tells."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from launches.models import ChannelChoice, Delivery, Notice, Postponed, postponing
from launches.notifications.channels.registry import open_to
from launches.notifications.recipients import Recipients
from launches.notifications.rules import recipients_of, rule_of
from readiness.models import Change, User

logger = logging.getLogger(__name__)

BATCH = 200
TELLING = "telling"
# Older than this is no news: history that was loaded, or a site that was off for a while.
STALE_AFTER = timedelta(days=3)


def queue_notices(now: datetime) -> int:
    """Queue the notices of every change that nobody looked at yet. Returns how many."""
    queued = 0
    while (count := _queue_batch(now)) is not None:
        queued += count
    return queued


@transaction.atomic
def _queue_batch(now: datetime) -> int | None:
    """The tick and the notices are written together, so a change is told once or will be looked at again.

    Two at once share the changes out: what one has locked the other skips. `None` when there is none left.
    """
    untold = Change.objects.untold().exclude(pk__in=Postponed.objects.keys(TELLING, now))
    waiting = untold.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    changes = list(waiting.select_related("content_type")[:BATCH])
    return _queue_each(changes, now) if changes else None


def _queue_each(changes: Sequence[Change], now: datetime) -> int:
    """All at once; where that fails one by one, so that a change nobody can be told of holds up no other."""
    try:
        with transaction.atomic():
            Postponed.objects.done(TELLING, [change.pk for change in changes])
            return _queue(changes, now)
    except Exception:
        logger.warning("%s changes could not be told together.", len(changes), exc_info=True)
    queued = 0
    for change in changes:
        with postponing(TELLING, change.pk, now):
            queued += _queue([change], now)
    return queued


def _queue(changes: Sequence[Change], now: datetime) -> int:
    news = [row for row in changes if is_news(row, now)]
    notices = Notice.objects.bulk_create(_notices(news, now)) if news else []
    Delivery.objects.bulk_create(_deliveries(notices, now))
    Change.objects.filter(pk__in=[row.pk for row in changes]).mark_told(now)
    return len(notices)


def is_news(change: Change, now: datetime) -> bool:
    """Whether anybody could be told of it."""
    return change.at > now - STALE_AFTER and rule_of(change) is not None


def _notices(changes: Sequence[Change], now: datetime) -> list[Notice]:
    circle = Recipients(changes)
    found = [
        Notice(person_id=person, change=change, reason=reason, address=there.address, queued_at=now)
        for change in changes
        if (there := circle.subject_of(change)) is not None
        for person, reason in recipients_of(circle, change, there).items()
    ]
    here = _people({notice.person_id for notice in found})
    return [notice for notice in found if notice.person_id in here]


def _people(keys: Collection[int]) -> dict[int, User]:
    return User.objects.filter(is_active=True).in_bulk(keys)


def _deliveries(notices: Sequence[Notice], now: datetime) -> Iterator[Delivery]:
    keys = {notice.person_id for notice in notices}
    people, refused = _people(keys), refusals(keys)
    for notice in notices:
        for channel in open_to(people[notice.person_id], refused[notice.person_id]):
            yield Delivery(notice=notice, channel=channel.name, next_try_at=now)


def refusals(people: Collection[int]) -> dict[int, set[str]]:
    """By person, the channels they turned off."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = ChannelChoice.objects.filter(person__in=people, wanted=False)
    for person, channel in rows.values_list("person_id", "channel"):
        found[person].add(channel)
    return found

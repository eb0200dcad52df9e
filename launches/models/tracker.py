"""Issues of outside trackers that blockers follow, and what was heard of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from launches.models.blocker import Blocker
from launches.models.blocker_fields import NotPossible
from launches.models.launch import Launch
from launches.trackers import MOST_ISSUES, Address, IssueEvent, IssueState, Tracker
from readiness.models import Change, User
from readiness.models.history import Author

# For so long a delivery is told from its replay; what happened before is not listened to any more.
REMEMBERED = timedelta(days=30)
# By so much a tracker's clock may be ahead of ours. What it dates later is taken as of now: it would outdate
# everything that follows.
AHEAD = timedelta(minutes=5)


class TrackerLinkQuerySet(models.QuerySet["TrackerLink"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def about(self, address: Address) -> Self:
        return self.filter(tracker=address.tracker, identity=address.identity)

    def open(self) -> Self:
        """Those that are not known to be closed."""
        return self.exclude(state=IssueState.CLOSED)

    @transaction.atomic
    def raised(self, launch: Launch, address: Address, *, by: User, now: datetime, **facts: Any) -> Blocker:
        """A blocker of `launch` that follows the issue and nothing else."""
        source = Blocker.Source.TRACKER
        blocker = Blocker.objects.raised(launch, by=by, now=now, source=source, **facts)
        if not self.filter(blocker=blocker).about(address).exists():
            self._link(blocker, address, by, now)
        return blocker

    @transaction.atomic
    def follow(self, blocker: Blocker, address: Address, *, by: User, now: datetime) -> Change:
        """`blocker` shows that issue from now on. Raises `NotPossible`."""
        found = blocker.locked()
        links = self.filter(blocker=found)
        if links.about(address).exists():
            raise NotPossible(_("%(issue)s is shown already.") % {"issue": address.key})
        if links.count() >= MOST_ISSUES:
            raise NotPossible(_("A blocker follows at most %(most)d issues.") % {"most": MOST_ISSUES})
        return self._link(found, address, by, now)

    def _link(self, blocker: Blocker, address: Address, by: User, now: datetime) -> Change:
        link = self.create(
            blocker=blocker,
            tracker=address.tracker,
            url=address.url,
            identity=address.identity,
            key=address.key,
            linked_by=by,
            linked_at=now,
        )
        return blocker.noted("added an issue", Author(now, by), note=link.url)


class TrackerLink(models.Model):
    """One issue that a blocker shows.

    It is in its state since `state_at`, as `delivery` brought at `heard_at`; what was said of it last is of
    `as_of`. By the clock of the tracker, but for `heard_at`.
    """

    blocker = models.ForeignKey(Blocker, models.CASCADE, related_name="tracker_links")
    tracker = models.CharField(max_length=8, choices=Tracker.choices)
    url = models.URLField(max_length=500)
    identity = models.CharField(max_length=500)
    key = models.CharField(max_length=500)
    title = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=7, choices=IssueState.choices, default=IssueState.UNKNOWN)
    state_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField(null=True)
    actor = models.CharField(max_length=100, blank=True, help_text="Who acted there, as the tracker says.")
    how = models.CharField(max_length=100, blank=True)
    delivery = models.CharField(max_length=100, blank=True)
    heard_at = models.DateTimeField(null=True)
    # Nobody when a plan file brought it.
    linked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    linked_at = models.DateTimeField()

    objects = TrackerLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["blocker", "tracker", "identity"], name="tracker_link_once_per_blocker"
            )
        ]
        indexes = [models.Index(fields=["tracker", "identity"], name="tracker_link_by_issue")]

    def __str__(self) -> str:
        return self.key

    @property
    def address(self) -> Address:
        return Address(Tracker(self.tracker), self.url, self.identity, self.key)

    def hear(self, event: IssueEvent, delivery: str, now: datetime) -> bool:
        """Take in what is as new as what is known, on a link whose blocker is locked.

        Returns whether the issue is in another state now. What was sent before, and comes after, is dropped.
        """
        at = bounded(event.at, now)
        if self.as_of is not None and at < bounded(self.as_of, now):
            return False
        moved = self.state != event.state
        self.as_of, self.title = at, event.title or self.title
        if moved:
            # Who comments on it later has not closed it.
            self.state, self.state_at, self.how = event.state, at, event.how
            self.actor, self.delivery, self.heard_at = event.by, delivery, now
        self.save()
        return moved

    def restore(self, event: IssueEvent, since: datetime | None) -> None:
        """Take in what was heard elsewhere, where nothing was heard yet; nothing follows from that."""
        if self.as_of is None:
            self.as_of, self.title, self.state, self.state_at = event.at, event.title, event.state, since
            self.actor, self.how = event.by, event.how
            self.save()

    @transaction.atomic
    def drop(self, *, by: User, now: datetime) -> Change:
        """Its blocker shows it no more."""
        blocker = self.blocker.locked()
        gone, _rows = TrackerLink.objects.filter(pk=self.pk).delete()
        if not gone:
            raise NotPossible(_("%(issue)s is no longer shown.") % {"issue": self.key})
        return blocker.noted("removed an issue", Author(now, by), note=self.url)


def bounded(at: datetime, now: datetime) -> datetime:
    """The time that a tracker tells, or now where its clock is too far ahead."""
    return at if at <= now + AHEAD else now


class HookDeliveryQuerySet(models.QuerySet["HookDelivery"]):
    def is_first(self, tracker: str, key: str, digest: str, now: datetime) -> bool:
        """Remember a delivery; `False` for one that came before, under the same id or another.

        Of the same delivery at the same moment the database lets one through, once it has been handled.
        """
        try:
            with transaction.atomic():
                self.create(tracker=tracker, key=key, digest=digest, at=now)
        except IntegrityError:
            return False
        return True

    def forget(self, now: datetime) -> int:
        """Remove those that are too old to be listened to. Returns how many."""
        gone, _rows = self.filter(at__lt=now - REMEMBERED).delete()
        return gone


class HookDelivery(models.Model):
    """A delivery that was taken in. Not every tracker signs the id with the body: `digest` is the body's."""

    tracker = models.CharField(max_length=8, choices=Tracker.choices)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    objects = HookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["tracker", "key"], name="delivery_once"),
            models.UniqueConstraint(fields=["tracker", "digest"], name="delivery_body_once"),
        ]

    def __str__(self) -> str:
        return self.key


class HookQuerySet(models.QuerySet["Hook"]):
    def refused(self, tracker: str, now: datetime) -> None:
        """Count one that nobody who has the secret sent."""
        row: Mapping[str, Any] = {"refused": models.F("refused") + 1, "refused_at": now}
        if not self.filter(tracker=tracker).update(**row):
            self.bulk_create([Hook(tracker=tracker)], ignore_conflicts=True)
            self.filter(tracker=tracker).update(**row)


class Hook(models.Model):
    """How many forged deliveries came to the address of one tracker."""

    tracker = models.CharField(max_length=8, choices=Tracker.choices, primary_key=True)
    refused = models.PositiveBigIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)

    objects = HookQuerySet.as_manager()

    def __str__(self) -> str:
        return self.get_tracker_display()

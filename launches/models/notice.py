"""The outbox: who is told of which change, and over which channels it has still to go."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from readiness.models import Change, User

# A sender that died holds what it took no longer than this.
LEASE = timedelta(minutes=5)
# How long to wait after the first failure, the second, …; after the last it is given up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60))


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(person=user) if user.is_active else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def read(self, now: datetime) -> int:
        """Tick them off. Returns how many were new."""
        return self.unread().update(read_at=now)


class Notice(models.Model):
    """One person is told of one change, once. Its key tells a doubled delivery from a second notice."""

    class Reason(models.TextChoices):
        """Why this person, the strongest first."""

        MENTIONED = "mentioned", _("you are mentioned")
        ASKED = "asked", _("it waits for you")
        YOURS = "yours", _("it is yours")
        FREED = "freed", _("it held up something of yours")
        WATCHING = "watching", _("you watch it")

    person = models.ForeignKey(User, models.CASCADE, related_name="notices")
    change = models.ForeignKey(Change, models.PROTECT, related_name="notices")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    address = models.CharField(max_length=300, help_text="Where it leads, on this site.")
    queued_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "change"], name="one_notice_per_person_and_change")
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_newest_first"),
            models.Index(fields=["person"], name="notice_unread", condition=models.Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.change}"


class Take(NamedTuple):
    """The right to send one delivery once. What any other try of it reports is dropped."""

    delivery: int
    tries: int


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    @transaction.atomic
    def claim_due(self, now: datetime, limit: int) -> list[Take]:
        """Take up to `limit`, the longest due first, for `LEASE`; two senders at once share them out."""
        due = self.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
        rows = due.select_for_update(skip_locked=True).values_list("pk", "tries")
        taken = [Take(pk, tries + 1) for pk, tries in rows[:limit]]
        self.model.objects.filter(pk__in=[take.delivery for take in taken]).update(
            tries=models.F("tries") + 1, next_try_at=now + LEASE
        )
        return taken

    def taken(self, takes: Iterable[Take]) -> Self:
        held = models.Q(pk__in=[])
        for take in takes:
            held |= models.Q(pk=take.delivery, tries=take.tries)
        return self.filter(held, next_try_at__isnull=False)


class Delivery(models.Model):
    """A notice on its way over one channel; `next_try_at` is empty once it is sent or given up."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the last try failed.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_notice_and_channel")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="delivery_due", condition=models.Q(next_try_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} by {self.channel}"

    @property
    def key(self) -> str:
        """The same for every try of it."""
        return f"notice-{self.notice_id}-{self.channel}"

    def sent(self, now: datetime) -> bool:
        """`False` when another try has it by now."""
        return self._over(sent_at=now, problem="")

    def given_up(self, problem: str) -> bool:
        return self._over(problem=problem[:300])

    def failed(self, problem: str, now: datetime) -> bool:
        """Try again after a while that grows; after the last wait it is given up."""
        if self.tries > len(WAITS):
            return self.given_up(problem)
        rows = Delivery.objects.taken([Take(self.pk, self.tries)])
        return rows.update(problem=problem[:300], next_try_at=now + WAITS[self.tries - 1]) == 1

    def _over(self, **values: object) -> bool:
        return Delivery.objects.taken([Take(self.pk, self.tries)]).update(next_try_at=None, **values) == 1


class ChannelChoice(models.Model):
    """Whether a person wants a channel. Without a word, they do where they can be reached on it."""

    person = models.ForeignKey(User, models.CASCADE, related_name="channel_choices")
    channel = models.CharField(max_length=20)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="choice_per_person_and_channel")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.channel} {'on' if self.wanted else 'off'}"

"""A way to look at a report without an account."""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from launches.models.launch import Launch
from readiness.models import Change, User
from readiness.models.history import Author, Recorded

# A wall display asks three times a minute; its link is written to once.
NOTED_EVERY = timedelta(minutes=1)
_BYTES = 16


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    @transaction.atomic
    def made(
        self, launch: Launch | None, *, expires_on: date, by: User, now: datetime
    ) -> tuple["ShareLink", str]:
        """A new link and its token, which nothing keeps; without a `launch` it is for all that are ahead."""
        token = secrets.token_urlsafe(_BYTES)
        link = self.create(
            launch=launch, digest=digest(token), expires_on=expires_on, created_by=by, created_at=now
        )
        link.noted("share link made", Author(now, by), after={"expires_on": expires_on})
        return link, token

    def of_token(self, token: str) -> Self:
        """The one link with that token: by its hash, so how long it takes says nothing of others."""
        return self.filter(digest=digest(token)).select_related("launch__region", "created_by")


class ShareLink(Recorded):
    """Shows what its maker sees of one launch, or of all, until it expires or is revoked.

    Of the token only a hash is kept: whoever reads the database cannot use it.
    """

    launch = models.ForeignKey(Launch, models.CASCADE, null=True, related_name="share_links")
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="share_links")
    created_at = models.DateTimeField()
    expires_on = models.DateField(help_text="The last day it works.")
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0, help_text="Counted once a minute at most.")

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Share link for {self.launch or 'all launches'}"

    def why_over(self, now: datetime, *, may_share: bool) -> str:
        """Why it shows nothing any more; empty while it works. `may_share`: its maker could make it today."""
        if self.revoked_at:
            return _("was revoked")
        if self.expires_on < timezone.localdate(now):
            return _("has expired")
        # It shows what its maker may see, and that is nothing any more.
        if not self.created_by.is_active:
            return _("ended with the account of who made it")
        return "" if may_share else _("ended when who made it lost the right to share")

    def used(self, now: datetime) -> None:
        """Note that somebody looked: one conditional write, and none when it was noted just now."""
        unseen = models.Q(last_used_at=None) | models.Q(last_used_at__lte=now - NOTED_EVERY)
        rows = ShareLink.objects.filter(unseen, pk=self.pk)
        rows.update(last_used_at=now, uses=models.F("uses") + 1)

    @transaction.atomic
    def revoke(self, *, by: User, now: datetime) -> Change | None:
        """Nobody can look through it from now on. The second of two who revoke it changes nothing."""
        if not ShareLink.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=now):
            return None
        return self.noted("share link revoked", Author(now, by))

    def placed(self) -> tuple[int | None, int | None]:
        return None, self.launch.region_id if self.launch else None


def digest(token: str) -> str:
    """What is kept of a token; random as it is, it needs neither salt nor stretching."""
    return sha256(token.encode()).hexdigest()

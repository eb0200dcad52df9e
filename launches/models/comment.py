"""What people say about a blocker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from launches import markdown
from launches.models.blocker import SECOND_CLICK, Blocker
from launches.models.blocker_fields import NotPossible
from readiness.models import Change, User, Versioned
from readiness.models.history import Author, Recorded

LONGEST = 10_000
# One comment tells no more people than this, however many it names.
MENTIONED_AT_MOST = 20


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def not_deleted(self) -> Self:
        """Those that were not deleted."""
        return self.filter(deleted_at=None)

    def involving(self, user: User) -> Self:
        """Those they wrote, and those that mention them."""
        return self.filter(models.Q(author=user) | models.Q(mentioned=user))

    @transaction.atomic
    def written(self, blocker: Blocker, text: str, *, by: User, now: datetime) -> "Comment":
        """The same words by the same person within seconds are a second click, and one comment."""
        # One after the other, so that the second click finds what the first one wrote.
        blocker.locked()
        mine = self.not_deleted().filter(blocker=blocker, author=by, text=text)
        if twice := mine.filter(written_at__range=(now - SECOND_CLICK, now + SECOND_CLICK)).first():
            return twice
        comment = self.create(blocker=blocker, author=by, text=text, written_at=now)
        named = people_named(text)
        comment.mentioned.set(named)
        comment.tell("commented", named, by=by, now=now)
        return comment


class Comment(Recorded, Versioned):
    """Markdown, as it was typed. History says that there was one, never its words: they can be taken back."""

    blocker = models.ForeignKey(Blocker, models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="comments")
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    mentioned = models.ManyToManyField(User, related_name="mentioned_in", blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["blocker", "written_at"], name="comment_of_blocker")]

    def __str__(self) -> str:
        return str(self.blocker)

    def get_absolute_url(self) -> str:
        return f"{self.blocker.get_absolute_url()}#comment-{self.pk}"

    @transaction.atomic
    def reword(self, text: str, *, by: User, now: datetime, version: int | None = None) -> Change | None:
        """Say it differently; what it said before stays readable. Raises `Conflict`, `NotPossible`."""
        comment = self._still_there(version)
        if text == comment.text:
            return None
        before = set(comment.mentioned.all())
        Wording.objects.create(
            comment=comment, text=comment.text, since=comment.edited_at or comment.written_at, until=now
        )
        comment.put(text=text, edited_at=now)
        named = people_named(text)
        comment.mentioned.set(named)
        return comment.tell("edited", [person for person in named if person not in before], by=by, now=now)

    @transaction.atomic
    def erase(self, *, by: User, now: datetime, version: int | None = None) -> Change:
        """Delete it with all its earlier wordings: what is left is that there was one, and who deleted it."""
        comment = self._still_there(version)
        comment.wordings.all().delete()
        comment.mentioned.clear()
        comment.put(text="", deleted_at=now, deleted_by=by)
        return comment.tell("deleted", (), by=by, now=now)

    def _still_there(self, version: int | None) -> Self:
        comment = self.locked(version)
        if comment.deleted_at:
            raise NotPossible(_("This comment has been deleted."))
        return comment

    def placed(self) -> tuple[int | None, int | None]:
        return None, self.blocker.launch.region_id

    def tell(self, verb: str, named: Sequence[User], *, by: User, now: datetime) -> Change:
        """`named` are those it mentions anew."""
        after = {"mentioned": [person.username for person in named]} if named else {}
        return self.noted(verb, Author(now, by), after=after)


class Wording(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="wordings")
    text = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering = ["until", "pk"]

    def __str__(self) -> str:
        return f"{self.comment}, until {self.until}"


def people_named(text: str) -> Sequence[User]:
    """The people that `text` mentions, in its order, no more than `MENTIONED_AT_MOST`."""
    names = markdown.names_in(text)
    if not names:
        return []
    known = User.objects.alias(small=Lower("username"))
    found = sorted(
        known.filter(is_active=True, small__in=names), key=lambda person: names.index(person.username.lower())
    )
    return found[:MENTIONED_AT_MOST]

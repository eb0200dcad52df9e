"""Who wants to hear about what."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from launches.models.blocker import Blocker, BlockerQuerySet
from launches.models.comment import Comment
from launches.models.launch import Launch
from readiness.models import User


class WatchQuerySet(models.QuerySet["Watch"]):
    def watchers_of(self, subjects: Iterable[Launch | Blocker]) -> Mapping[Launch | Blocker, frozenset[int]]:
        """The people (keys) who hear of each: by their last word, otherwise by what they have to do with it.

        One query for all; blockers come with their launches.
        """
        rows = list(subjects)
        launches = {one.pk: one for one in rows if isinstance(one, Launch)}
        blockers = {one.pk: one for one in rows if isinstance(one, Blocker)}
        wanted: dict[Launch | Blocker, set[int]] = {one: _have_to_do_with(one) for one in rows}
        unwanted: dict[Launch | Blocker, set[int]] = {one: set() for one in rows}
        for launch, blocker, person, is_wanted in self._words(launches, blockers):
            (wanted if is_wanted else unwanted)[launches.get(launch) or blockers[blocker]].add(person)
        return {one: frozenset(keys - unwanted[one]) for one, keys in wanted.items()}

    def _words(self, launches: Collection[int], blockers: Collection[int]) -> Iterable[Any]:
        """(launch, blocker, person, whether they want to hear of it); who spoke of it wants to."""
        rows = self.filter(models.Q(launch__in=launches) | models.Q(blocker__in=blockers))
        words = rows.values_list("launch", "blocker", "person", "wanted")
        if not blockers:
            return words
        spoke = Comment.objects.not_deleted().filter(blocker__in=blockers).order_by()
        of_none, wanted = (
            models.Value(0, models.BigIntegerField()),
            models.Value(True, models.BooleanField()),
        )
        authors = spoke.values_list(of_none, "blocker", "author", wanted)
        named = spoke.filter(mentioned__isnull=False).values_list(of_none, "blocker", "mentioned", wanted)
        return words.union(authors, named)

    def blockers_of(self, person: User) -> BlockerQuerySet:
        """The blockers that `person` watches, but for those that they only own or lead the launch of."""
        words = self.filter(person=person, blocker__isnull=False)
        spoke = Comment.objects.not_deleted().involving(person)
        by_word, by_deed = (
            models.Q(pk__in=rows.values("blocker")) for rows in (words.filter(wanted=True), spoke)
        )
        found = Blocker.objects.visible_to(person).filter(by_word | by_deed | models.Q(raised_by=person))
        return found.exclude(pk__in=words.filter(wanted=False).values("blocker"))

    def put(self, person: User, there: Launch | Blocker, *, wanted: bool, now: datetime) -> "Watch":
        """The last word counts; twice the same is once."""
        row, _ = self.update_or_create(
            person=person, **_about(there), defaults={"wanted": wanted, "since": now}
        )
        return row


class Watch(models.Model):
    """One person's word about one launch or blocker: to hear of it, or not to.

    Without a word people watch what they own, raised, lead, commented on or are mentioned in; nothing is
    stored for that, because it follows.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="watches")
    launch = models.ForeignKey(Launch, models.CASCADE, null=True, blank=True, related_name="watches")
    blocker = models.ForeignKey(Blocker, models.CASCADE, null=True, blank=True, related_name="watches")
    wanted = models.BooleanField()
    since = models.DateTimeField()

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(fields=["person", "launch"], name="watch_per_person_and_launch"),
            models.UniqueConstraint(fields=["person", "blocker"], name="watch_per_person_and_blocker"),
            models.CheckConstraint(
                name="watch_of_one_thing",
                condition=models.Q(launch=None, blocker__isnull=False)
                | models.Q(launch__isnull=False, blocker=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {'watches' if self.wanted else 'does not watch'} {self.launch or self.blocker}"


def _have_to_do_with(there: Launch | Blocker) -> set[int]:
    if isinstance(there, Launch):
        return {there.lead_id} if there.lead_id else set()
    people = (there.owner_id, there.raised_by_id, there.launch.lead_id)
    return {key for key in people if key is not None}


def _about(there: Launch | Blocker) -> dict[str, Any]:
    return {"launch" if isinstance(there, Launch) else "blocker": there}

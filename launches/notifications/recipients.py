"""Everybody around what changed, read at once for a batch of changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType

from launches.models import Blocker, Comment, Deferral, Launch, SignOff, Watch
from readiness.models import Change, ChangeRequest, User

People = frozenset[int]
NOBODY: People = frozenset()


@dataclass(frozen=True)
class Subject:
    """What a change happened to, and what that belongs to."""

    row: Any
    launch: Launch
    blocker: Blocker | None
    address: str


def _of_blocker(blocker: Blocker) -> Subject:
    return Subject(blocker, blocker.launch, blocker, blocker.get_absolute_url())


def _of_comment(comment: Comment) -> Subject:
    return Subject(comment, comment.blocker.launch, comment.blocker, comment.get_absolute_url())


def _of_launch(launch: Launch) -> Subject:
    return Subject(launch, launch, None, launch.get_absolute_url())


def _of_sign_off(sign_off: SignOff) -> Subject:
    address = f"{sign_off.launch.get_absolute_url()}sign-offs/{sign_off.slug}/"
    return Subject(sign_off, sign_off.launch, None, address)


_SUBJECTS: dict[str, tuple[Any, Any]] = {
    "blocker": (Blocker.objects.select_related("launch"), _of_blocker),
    "comment": (Comment.objects.select_related("blocker__launch"), _of_comment),
    "launch": (Launch.objects.all(), _of_launch),
    "signoff": (SignOff.objects.select_related("launch"), _of_sign_off),
}


@dataclass
class WatchWords:
    """What people said about watching one thing."""

    wanted: set[int] = field(default_factory=set)
    unwanted: set[int] = field(default_factory=set)


class Recipients:
    """The people around `changes`, in as many queries for one change as for all of them."""

    def __init__(self, changes: Collection[Change]) -> None:
        self._changes = changes
        keys: dict[str, set[int]] = defaultdict(set)
        for change in changes:
            keys[change.content_type.model].add(change.object_id)
        self._subjects = {
            (model, row.pk): of(row)
            for model, (rows, of) in _SUBJECTS.items()
            if keys[model]
            for row in rows.filter(pk__in=keys[model])
        } | self._of_requests(keys["changerequest"])

    def _of_requests(self, keys: set[int]) -> dict[tuple[str, int], Subject]:
        """What takes two people belongs to the first of the launches that it concerns."""
        rows = list(ChangeRequest.objects.filter(pk__in=keys)) if keys else []
        concerned = {key for row in rows for key in row.launches}
        self._concerned = Launch.objects.in_bulk(concerned) if concerned else {}
        found = ((row, next((key for key in row.launches if key in self._concerned), 0)) for row in rows)
        return {
            ("changerequest", row.pk): Subject(row, self._concerned[key], None, row.get_absolute_url())
            for row, key in found
            if key
        }

    def subject_of(self, change: Change) -> Subject | None:
        """`None` when it is gone, or nothing that people are told of."""
        return self._subjects.get((change.content_type.model, change.object_id))

    def watchers(self, there: Subject) -> People:
        """Of the blocker where there is one, otherwise of the launch."""
        return self._of_blocker(there.blocker) if there.blocker else self.launch_watchers(there)

    def launch_watchers(self, there: Subject) -> People:
        words = self._words["launch", there.launch.pk]
        return people(({there.launch.lead_id} | words.wanted) - words.unwanted)

    def _of_blocker(self, blocker: Blocker) -> People:
        words = self._words["blocker", blocker.pk]
        own = {blocker.owner_id, blocker.raised_by_id, blocker.launch.lead_id}
        return people((own | self._spoke[blocker.pk] | words.wanted) - words.unwanted)

    def deciders(self, there: Subject, asking: int | None) -> People:
        """Who may decide what `asking` asks for: the lead, or an admin where that is the same person."""
        return people({there.launch.lead_id} - {asking}) or self._admins - {asking or 0}

    def approvers(self, there: Subject) -> People:
        """Who may approve a request: who leads all launches that it concerns, or else the admins."""
        leads = {launch.lead_id for key, launch in self._concerned.items() if key in there.row.launches}
        asking = there.row.requested_by_id
        alone = people(leads - {asking}) if len(leads) == 1 else NOBODY
        return alone or self._admins - {asking or 0}

    def freed(self, there: Subject) -> People:
        """The owners of what waited for this blocker and is still to be done."""
        return people(self._held_up[there.row.pk])

    def askers(self, there: Subject) -> People:
        """Who asked to launch without this blocker, the last time somebody did."""
        return people({self._asked_by.get(there.row.pk)})

    def acknowledgers(self, there: Subject) -> People:
        """The signers of the functions that must say they know of its deferral, and have not."""
        wanted = self._unacknowledged.get(there.row.pk, ())
        return people(self._signers.get((there.launch.pk, function)) for function in wanted)

    def named(self, names: Collection[str]) -> People:
        return frozenset(self._by_name[name] for name in names if name in self._by_name)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        names = {name for change in self._changes for name in change.after.get("mentioned", [])}
        return dict(User.objects.filter(username__in=names).values_list("username", "pk"))

    @property
    def _blockers(self) -> set[int]:
        return {there.blocker.pk for there in self._subjects.values() if there.blocker}

    @property
    def _launches(self) -> set[int]:
        return {there.launch.pk for there in self._subjects.values()}

    @cached_property
    def _words(self) -> dict[tuple[str, int], WatchWords]:
        words: dict[tuple[str, int], WatchWords] = defaultdict(WatchWords)
        rows = Watch.objects.filter(launch__in=self._launches) | Watch.objects.filter(
            blocker__in=self._blockers
        )
        for row in rows:
            said = words["launch", row.launch_id] if row.launch_id else words["blocker", row.blocker_id or 0]
            (said.wanted if row.wanted else said.unwanted).add(row.person_id)
        return words

    @cached_property
    def _spoke(self) -> dict[int, set[int]]:
        """By blocker, who commented on it or is mentioned there."""
        comments = Comment.objects.not_deleted().filter(blocker__in=self._blockers).order_by()
        authors = comments.values_list("blocker_id", "author_id")
        mentioned = comments.filter(mentioned__isnull=False).values_list("blocker_id", "mentioned")
        return _grouped(authors.union(mentioned))

    @cached_property
    def _held_up(self) -> dict[int, set[int]]:
        waiting = Blocker.objects.outstanding().filter(depends_on__in=self._blockers, owner__isnull=False)
        return _grouped(waiting.order_by().values_list("depends_on", "owner_id"))

    @cached_property
    def _unacknowledged(self) -> dict[int, list[str]]:
        rows = Deferral.objects.filter(blocker__in=self._blockers)
        return {row.blocker_id: row.unacknowledged for row in rows}

    @cached_property
    def _signers(self) -> dict[tuple[int, str], int | None]:
        rows = SignOff.objects.filter(launch__in=self._launches)
        return {
            (launch, slug): signer for launch, slug, signer in rows.values_list("launch", "slug", "signer")
        }

    @cached_property
    def _asked_by(self) -> dict[int, int | None]:
        rows = Change.objects.filter(
            content_type=ContentType.objects.get_for_model(Blocker),
            object_id__in=self._blockers,
            verb__in=("waiver requested", "deferral requested"),
        )
        return dict(rows.order_by("pk").values_list("object_id", "author_id"))

    @cached_property
    def _admins(self) -> People:
        return frozenset(User.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True))


def people(keys: Iterable[int | None]) -> People:
    return frozenset(key for key in keys if key is not None)


def _grouped(pairs: Iterable[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, person in pairs:
        found[key].add(person)
    return found

"""Everybody around what changed, read at once for a batch of changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType

from launches import access
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
        return self._watchers[there.blocker or there.launch]

    def launch_watchers(self, there: Subject) -> People:
        return self._watchers[there.launch]

    def deciders(self, there: Subject, asking: int | None) -> People:
        """Who is asked to decide what `asking` asks for."""
        return access.deciders({there.launch.lead_id}, asking, self._admins)

    def approvers(self, there: Subject) -> People:
        """Who is asked to approve a request."""
        leads = {launch.lead_id for key, launch in self._concerned.items() if key in there.row.launches}
        return access.deciders(leads, there.row.requested_by_id, self._admins)

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
    def _watchers(self) -> Mapping[Launch | Blocker, People]:
        there = self._subjects.values()
        return Watch.objects.watchers_of(
            [*(one.launch for one in there), *(one.blocker for one in there if one.blocker)]
        )

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

"""What can be found, and what there is to read about it. A new kind is one row of `KINDS`, and no migration.

`written` names what a document is made of: a write of that leaves a mark by trigger. What a document says of
another row, such as the launch that a blocker is of, follows when that one is called otherwise: `holds`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from launches.models import (
    Blocker,
    Comment,
    Deferral,
    GoRecord,
    Launch,
    TargetMove,
    TrackerLink,
    Waiver,
)
from readiness.models import Integration, Item, Region, Requirement, Team, User


class DocumentText(NamedTuple):
    """What there is to read about one row. When it is `named`, its title is searched as well."""

    title: str
    path: str
    text: str = ""
    beside: str = ""
    is_over: bool = False
    named: bool = True


class Written(NamedTuple):
    """The document of the row `key` of each row of `model` is made of its `fields`."""

    model: type[Model]
    fields: tuple[str, ...]
    key: str = "pk"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    name: str
    group: str
    rows: QuerySet[Any]
    says: Callable[[Any], DocumentText | None]
    visible: Callable[[User], QuerySet[Any]]
    written: tuple[Written, ...]
    holds: Mapping[str, str]

    @property
    def model(self) -> type[Model]:
        return self.rows.model

    def holding(self, keys: Collection[int]) -> Iterable[tuple[str, int]]:
        """Kind and key of each document that tells of the rows `keys` of this kind."""
        for name, field in self.holds.items():
            rows = KINDS[name].model._base_manager.filter(**{f"{field}__in": keys})
            yield from ((name, key) for key in rows.values_list("pk", flat=True))


# In the order of the page.
GROUPS: Mapping[str, str | Promise] = {
    "regions": gettext_lazy("Regions"),
    "integrations": gettext_lazy("Integrations"),
    "launches": gettext_lazy("Launches"),
    "blockers": gettext_lazy("Blockers"),
    "teams": gettext_lazy("Teams"),
    "people": gettext_lazy("People"),
    "decisions": gettext_lazy("Decisions"),
    "comments": gettext_lazy("Comments"),
    "requirements": gettext_lazy("Requirements"),
    "checks": gettext_lazy("Checks"),
}


def _region(row: Region) -> DocumentText:
    text = (row.jurisdiction, row.provider, row.provider_code, row.domain)
    return DocumentText(row.name, row.get_absolute_url(), _text(*text))


def _integration(row: Integration) -> DocumentText:
    return DocumentText(row.name, row.get_absolute_url(), row.description)


def _launch(row: Launch) -> DocumentText:
    return DocumentText(
        row.name, row.get_absolute_url(), "", row.region.name, is_over=row.launched_at is not None
    )


def _blocker(row: Blocker) -> DocumentText:
    links = (f"{link.key} {link.title}" for link in row.tracker_links.all())
    text = _text(row.description, *map(str, row.labels), row.violates, *links)
    return DocumentText(row.title, row.get_absolute_url(), text, row.launch.name, is_over=not row.is_live)


def _team(row: Team) -> DocumentText:
    return DocumentText(row.name, row.get_absolute_url())


def _person(row: User) -> DocumentText | None:
    path = f"{reverse('activity')}?{urlencode({'person': row.username})}"
    return DocumentText(row.label, path, f"@{row.username}") if row.is_active else None


def _decision(row: Waiver | Deferral) -> DocumentText:
    more = (row.workaround, row.customer_wording) if isinstance(row, Deferral) else ()
    blocker, text = row.blocker, _text(row.reason, row.recommendation, *more)
    return DocumentText(blocker.title, blocker.get_absolute_url(), text, blocker.launch.name, named=False)


def _go(row: GoRecord) -> DocumentText:
    text = _text(row.note, row.override_reason, row.withdrawn_reason)
    return DocumentText(str(row), row.get_absolute_url(), text, row.launch.name, named=False)


def _move(row: TargetMove) -> DocumentText:
    return DocumentText(str(row), row.launch.get_absolute_url(), row.reason, row.launch.name, named=False)


def _comment(row: Comment) -> DocumentText | None:
    if row.deleted_at:
        return None
    return DocumentText(row.blocker.title, row.get_absolute_url(), row.text, row.author.label, named=False)


def _requirement(row: Requirement) -> DocumentText:
    return DocumentText(str(row), row.integration.get_absolute_url(), row.guidance, row.probe)


def _check(row: Item) -> DocumentText | None:
    if not row.requirement.is_automated:
        return None
    region = row.cell.region.name
    return DocumentText(str(row.requirement), reverse("check", args=[row.pk]), region, region)


def _text(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _kind(
    name: str,
    group: str,
    rows: QuerySet[Any],
    says: Callable[[Any], DocumentText | None],
    *fields: str,
    visible: Callable[[User], QuerySet[Any]] | None = None,
    also: Written | None = None,
    **holds: str,
) -> tuple[str, DocumentKind]:
    written = (Written(rows.model, fields), *((also,) if also else ()))
    seen = visible or rows.model._default_manager.visible_to
    return name, DocumentKind(name, group, rows, says, seen, written, holds)


def _of_visible_blockers(model: type[Model]) -> Callable[[User], QuerySet[Any]]:
    return lambda user: model._default_manager.filter(blocker__in=Blocker.objects.visible_to(user))


def _of_visible_launches(model: type[Model]) -> Callable[[User], QuerySet[Any]]:
    return lambda user: model._default_manager.filter(launch__in=Launch.objects.visible_to(user))


_OF_BLOCKER = ("blocker__launch",)
_REASONS = ("reason", "recommendation")

KINDS: Mapping[str, DocumentKind] = dict(
    [
        _kind(
            "region",
            "regions",
            Region.objects.all(),
            _region,
            *("slug", "name", "jurisdiction", "provider", "provider_code", "domain"),
            launch="region",
            check="cell__region",
        ),
        _kind(
            "integration",
            "integrations",
            Integration.objects.all(),
            _integration,
            *("slug", "name", "description"),
            requirement="integration",
            check="requirement__integration",
        ),
        _kind(
            "launch",
            "launches",
            Launch.objects.select_related("region"),
            _launch,
            *("slug", "name", "region", "launched_at"),
            blocker="launch",
            waiver="blocker__launch",
            deferral="blocker__launch",
            comment="blocker__launch",
            go="launch",
            move="launch",
        ),
        _kind(
            "blocker",
            "blockers",
            Blocker.objects.select_related("launch").prefetch_related("tracker_links"),
            _blocker,
            *("launch", "slug", "title", "description", "labels", "violates", "state"),
            also=Written(TrackerLink, ("key", "title"), "blocker"),
            waiver="blocker",
            deferral="blocker",
            comment="blocker",
        ),
        _kind("team", "teams", Team.objects.all(), _team, "slug", "name"),
        _kind(
            "person",
            "people",
            User.objects.all(),
            _person,
            *("username", "first_name", "last_name", "is_active"),
            visible=lambda user: User.objects.filter(is_active=True),
            comment="author",
        ),
        _kind(
            "waiver",
            "decisions",
            Waiver.objects.select_related(*_OF_BLOCKER),
            _decision,
            *_REASONS,
            visible=_of_visible_blockers(Waiver),
        ),
        _kind(
            "deferral",
            "decisions",
            Deferral.objects.select_related(*_OF_BLOCKER),
            _decision,
            *(*_REASONS, "workaround", "customer_wording"),
            visible=_of_visible_blockers(Deferral),
        ),
        _kind(
            "go",
            "decisions",
            GoRecord.objects.select_related("launch").defer("known"),
            _go,
            *("note", "override_reason", "withdrawn_reason"),
            visible=_of_visible_launches(GoRecord),
        ),
        _kind(
            "move",
            "decisions",
            TargetMove.objects.select_related("launch"),
            _move,
            "reason",
            visible=_of_visible_launches(TargetMove),
        ),
        _kind(
            "comment",
            "comments",
            Comment.objects.select_related("author", *_OF_BLOCKER),
            _comment,
            *("text", "deleted_at"),
        ),
        _kind(
            "requirement",
            "requirements",
            Requirement.objects.select_related("integration"),
            _requirement,
            *("integration", "slug", "title", "guidance", "probe"),
            check="requirement",
        ),
        _kind(
            "check",
            "checks",
            Item.objects.select_related("requirement__integration", "cell__region"),
            _check,
            # It stays where it is: nothing but its coming and going is written.
        ),
    ]
)

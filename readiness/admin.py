"""The admin: people and teams are edited here. Everything else has its own pages, and is only read here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from readiness.models import (
    Change,
    ChangeRequest,
    Integration,
    Item,
    Readiness,
    Region,
    Requirement,
    Team,
    User,
)
from readiness.models.versioned import move_on


def never(*_: Any) -> bool:
    return False


# State changes only through verbs, which write history; a form of the admin would write none.
READ_ONLY: dict[str, Any] = {
    "has_add_permission": never,
    "has_change_permission": never,
    "has_delete_permission": never,
}


def save_next_version(_: Any, request: HttpRequest, team: Team, form: Any, change: bool) -> None:
    """Whoever edits the team elsewhere at the same time gets a conflict, as from any other edit."""
    if change:
        move_on(team)
    team.save()


admin.site.register(
    User,
    UserAdmin,
    list_display=["username", "first_name", "last_name", "email", "is_active", "is_superuser", "last_login"],
    # History names people for good: they are deactivated instead.
    has_delete_permission=never,
)
admin.site.register(
    Team,
    list_display=["name", "slug", "email", "parallel_work"],
    search_fields=["name", "slug"],
    filter_horizontal=["members"],
    # Its week is set on its own page, which writes history.
    exclude=["working_week", "share"],
    save_model=save_next_version,
)
admin.site.register(
    Region,
    list_display=["name", "slug", "state", "jurisdiction", "provider_code", "timezone"],
    list_filter=["state"],
    **READ_ONLY,
)
admin.site.register(
    Integration,
    list_display=["name", "slug", "kind", "team"],
    list_filter=["kind", "team"],
    list_select_related=["team"],
    search_fields=["name", "slug"],
    **READ_ONLY,
)
admin.site.register(
    Requirement,
    list_display=["title", "integration", "level", "probe", "interval", "failures", "recovery"],
    list_filter=["level", "probe"],
    list_select_related=["integration"],
    search_fields=["title", "integration__name"],
    **READ_ONLY,
)
admin.site.register(
    Readiness,
    list_display=["__str__", "importance", "state", "declared_by", "declared_at"],
    list_filter=["region", "state", "importance"],
    list_select_related=["region", "integration", "declared_by"],
    search_fields=["integration__name"],
    **READ_ONLY,
)
admin.site.register(
    Item,
    list_display=["__str__", "state", "since", "fact", "last_at", "next_run_at", "paused"],
    list_filter=["state", "cell__region", "paused"],
    list_select_related=["requirement", "cell__region", "cell__integration"],
    search_fields=["requirement__title", "cell__integration__name"],
    **READ_ONLY,
)
admin.site.register(
    ChangeRequest,
    list_display=["label", "verb", "state", "requested_by", "requested_at", "decided_by", "decided_at"],
    list_filter=["state", "verb"],
    list_select_related=["requested_by", "decided_by"],
    **READ_ONLY,
)
admin.site.register(
    Change,
    list_display=["at", "label", "verb", "author", "origin", "note", "handled_at"],
    list_filter=["origin", "content_type"],
    list_select_related=["author"],
    search_fields=["label", "note"],
    show_full_result_count=False,
    **READ_ONLY,
)

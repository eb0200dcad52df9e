"""The admin reads launches and what blocks them; they change on their own pages, which write history."""

from django.contrib import admin

from launches.models import (
    Blocker,
    Comment,
    Deferral,
    Delivery,
    GoRecord,
    Hook,
    HookDelivery,
    Launch,
    Notice,
    Postponed,
    Scenario,
    ShareLink,
    SignOff,
    Snapshot,
    TargetMove,
    TrackerLink,
    Waiver,
    Watch,
)
from readiness.admin import READ_ONLY

admin.site.register(
    Launch,
    list_display=["name", "region", "stage", "target", "baseline", "lead", "launched_at"],
    list_filter=["region", "stage"],
    list_select_related=["region", "lead"],
    **READ_ONLY,
)
admin.site.register(
    TargetMove,
    list_display=["launch", "before", "after", "by", "at", "reason"],
    list_filter=["launch"],
    list_select_related=["launch", "by"],
    **READ_ONLY,
)
admin.site.register(
    Blocker,
    list_display=["title", "launch", "state", "source", "severity", "team", "owner", "due", "opened_at"],
    list_filter=["launch", "state", "source", "kind", "certainty"],
    list_select_related=["launch", "team", "owner"],
    search_fields=["title", "slug"],
    **READ_ONLY,
)
for decision in (Waiver, Deferral):
    admin.site.register(
        decision,
        list_display=["blocker", "requested_by", "approved_by", "approved_at", "expires_on"],
        list_select_related=["blocker", "requested_by", "approved_by"],
        **READ_ONLY,
    )
admin.site.register(
    SignOff,
    list_display=["function", "launch", "is_required", "signer", "decision", "decided_by", "decided_at"],
    list_filter=["launch", "decision"],
    list_select_related=["launch", "signer", "decided_by"],
    **READ_ONLY,
)
admin.site.register(
    GoRecord,
    list_display=["launch", "decision", "by", "at", "withdrawn_by", "withdrawn_at"],
    list_filter=["launch", "decision"],
    list_select_related=["launch", "by", "withdrawn_by"],
    **READ_ONLY,
)
admin.site.register(
    Snapshot,
    list_display=["launch", "day", "target", "chance", "p50", "p85", "p95"],
    list_filter=["launch"],
    list_select_related=["launch"],
    **READ_ONLY,
)
admin.site.register(
    Scenario,
    list_display=["name", "launch", "saved_by", "saved_at", "accepted_by", "accepted_at"],
    list_filter=["launch"],
    list_select_related=["launch", "saved_by", "accepted_by"],
    **READ_ONLY,
)
admin.site.register(
    Comment,
    list_display=["blocker", "author", "written_at", "edited_at", "deleted_at"],
    list_select_related=["blocker", "author"],
    **READ_ONLY,
)
admin.site.register(
    Watch,
    list_display=["person", "launch", "blocker", "wanted", "since"],
    list_select_related=["person", "launch", "blocker"],
    **READ_ONLY,
)
admin.site.register(
    Notice,
    list_display=["person", "change", "reason", "queued_at", "read_at"],
    list_filter=["reason"],
    list_select_related=["person", "change"],
    **READ_ONLY,
)
admin.site.register(
    Delivery,
    list_display=["notice", "channel", "tries", "next_try_at", "sent_at", "problem"],
    list_filter=["channel"],
    list_select_related=["notice__person", "notice__change"],
    **READ_ONLY,
)
admin.site.register(
    TrackerLink,
    list_display=["key", "blocker", "tracker", "state", "state_at", "delivery", "heard_at"],
    list_filter=["tracker", "state"],
    list_select_related=["blocker"],
    search_fields=["key", "url"],
    **READ_ONLY,
)
admin.site.register(
    HookDelivery,
    list_display=["key", "tracker", "at"],
    list_filter=["tracker"],
    search_fields=["key"],
    **READ_ONLY,
)
admin.site.register(Hook, list_display=["tracker", "refused", "refused_at"], **READ_ONLY)
admin.site.register(
    ShareLink,
    list_display=["launch", "created_by", "created_at", "expires_on", "revoked_at", "last_used_at", "uses"],
    list_filter=["launch"],
    list_select_related=["launch", "created_by"],
    exclude=["digest"],
    **READ_ONLY,
)
admin.site.register(
    Postponed,
    list_display=["work", "key", "tries", "next_try_at", "problem"],
    list_filter=["work"],
    **READ_ONLY,
)

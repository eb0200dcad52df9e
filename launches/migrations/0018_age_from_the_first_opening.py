"""What came back counts from the day it first came up; its history says so."""

from django.db import migrations
from django.utils import timezone
from django.utils.dateparse import parse_datetime

_NOTE = "Its age counts from the first time it came up."


def count_from_the_first(apps, schema_editor):
    Change = apps.get_model("readiness", "Change")
    Blocker = apps.get_model("launches", "Blocker")
    ContentType = apps.get_model("contenttypes", "ContentType")
    kind = ContentType.objects.filter(app_label="launches", model="blocker").first()
    if kind is None:
        return
    came_back = {}
    reopened = Change.objects.filter(content_type=kind, verb="reopened").order_by("pk")
    for change in reopened.exclude(before__state="in_progress").iterator():
        came_back.setdefault(change.object_id, []).append(change)
    now = timezone.now()
    for blocker in Blocker.objects.filter(pk__in=came_back).select_related("launch"):
        changes = came_back[blocker.pk]
        firsts = [change.before["opened_at"] for change in changes if change.before.get("opened_at")]
        values = {"reopened_at": changes[-1].at, "reopenings": len(changes)}
        if firsts:
            values["opened_at"] = parse_datetime(firsts[0])
        before = {name: _kept(getattr(blocker, name)) for name in values}
        for name, value in values.items():
            setattr(blocker, name, value)
        blocker.version += 1
        blocker.save(update_fields=[*values, "version"])
        Change.objects.create(
            at=now,
            origin="rule",
            verb="edited",
            content_type=kind,
            object_id=blocker.pk,
            label=blocker.title[:200],
            before=before,
            after={name: _kept(value) for name, value in values.items()},
            note=_NOTE,
            region_id=blocker.launch.region_id,
            handled_at=now,
            told_at=now,
        )


def _kept(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


class Migration(migrations.Migration):
    dependencies = [
        ("launches", "0017_first_opening"),
        ("readiness", "0015_paused_by"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(count_from_the_first, migrations.RunPython.noop)]

"""Brings estimates that were stored before there was a limit within it, and tells history."""

from datetime import UTC, datetime
from decimal import Decimal

MOST = Decimal(2600)
POINTS = ("best", "likely", "worst")
NOTE = "An estimate has at most 2600 working days, ten years; this one was brought down to that."


def bring_within(apps, model, verb, told, label, of_change):
    """`told` makes of the points what history keeps; `of_change` are its further fields, from the row."""
    rows = apps.get_model(*model)
    change = apps.get_model("readiness", "Change")
    content_types = apps.get_model("contenttypes", "ContentType")
    content_type, _ = content_types.objects.get_or_create(app_label=model[0], model=model[1].lower())
    now = datetime.now(UTC)
    for row in rows.objects.filter(worst__gt=MOST).order_by("pk"):
        before = {name: getattr(row, name) for name in POINTS}
        after = {name: min(point, MOST) for name, point in before.items()}
        for name, point in after.items():
            setattr(row, name, point)
        row.version += 1
        row.save(update_fields=[*POINTS, "version"])
        change.objects.create(
            at=now,
            origin="rule",
            verb=verb,
            content_type=content_type,
            object_id=row.pk,
            label=label(row)[:200],
            before=told(before),
            after=told(after),
            note=NOTE,
            handled_at=now,
            told_at=now,
            **of_change(row),
        )

"""A second tick of the outbox, `told_at`. What happened before there was one is nobody's news any more."""

from django.db import migrations, models

# SQLite's trigger names the columns that are fixed, so a new one needs nothing there.
FUNCTION = """
    CREATE OR REPLACE FUNCTION readiness_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - {ticks}) = (to_jsonb(OLD) - {ticks}) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'history is append-only';
    END $$;
"""


def tick_both(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION.format(ticks="ARRAY['handled_at', 'told_at']"))
    schema_editor.execute("UPDATE readiness_change SET told_at = at")


def tick_one(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION.format(ticks="'handled_at'"))


class Migration(migrations.Migration):
    dependencies = [("readiness", "0005_daily_rows_of_checks")]
    operations = [
        migrations.AddField("change", "told_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "change", models.Index(condition=models.Q(told_at=None), fields=["id"], name="change_untold")
        ),
        migrations.RunPython(tick_both, tick_one),
    ]

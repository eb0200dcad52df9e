"""What kept history from being rewritten is made after each `migrate` from now on: readiness/append_only.py."""

from django.db import migrations


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS readiness_change_append_only ON readiness_change")
        schema_editor.execute("DROP FUNCTION IF EXISTS readiness_change_is_append_only()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS readiness_change_append_only")


class Migration(migrations.Migration):
    dependencies = [("readiness", "0013_estimates_have_a_limit")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]

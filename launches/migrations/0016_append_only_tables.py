"""What kept the records of a GO is made after each `migrate` from now on: readiness/append_only.py."""

from django.db import migrations


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS launches_go_record_stays ON launches_gorecord")
        schema_editor.execute("DROP FUNCTION IF EXISTS launches_go_record_stays()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS launches_go_record_stays")


class Migration(migrations.Migration):
    dependencies = [("launches", "0015_estimates_have_a_limit")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]

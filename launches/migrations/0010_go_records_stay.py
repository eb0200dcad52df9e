"""The database itself refuses to rewrite what a GO was decided on; only its withdrawal is added later."""

from django.db import migrations

KEPT = "launch_id, decision, by_id, at, note, override_reason, known"
POSTGRESQL = (
    f"""
    CREATE FUNCTION launches_go_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'what was decided stays'; END $$;
    CREATE TRIGGER launches_go_record_stays BEFORE UPDATE OF {KEPT} ON launches_gorecord
    FOR EACH ROW EXECUTE FUNCTION launches_go_record_stays();
    """,
    """
    DROP TRIGGER launches_go_record_stays ON launches_gorecord;
    DROP FUNCTION launches_go_record_stays();
    """,
)
SQLITE = (
    f"""
    CREATE TRIGGER launches_go_record_stays BEFORE UPDATE OF {KEPT} ON launches_gorecord
    BEGIN SELECT RAISE(ABORT, 'what was decided stays'); END;
    """,
    "DROP TRIGGER launches_go_record_stays;",
)


def run(schema_editor, which):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    schema_editor.execute(statements[which])


class Migration(migrations.Migration):
    dependencies = [("launches", "0009_go_and_sign_offs")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: run(schema_editor, 0), lambda apps, schema_editor: run(schema_editor, 1)
        )
    ]

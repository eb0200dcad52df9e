"""The database itself refuses to rewrite history.

Only the outbox tick `handled_at` may change. SQLite refuses updates only: Django empties test databases there
with DELETE, where PostgreSQL's TRUNCATE fires no row trigger.
"""

from django.db import migrations

POSTGRESQL = (
    """
    CREATE FUNCTION readiness_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'handled_at') = (to_jsonb(OLD) - 'handled_at') THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'history is append-only';
    END $$;
    CREATE TRIGGER readiness_change_append_only BEFORE UPDATE OR DELETE ON readiness_change
    FOR EACH ROW EXECUTE FUNCTION readiness_change_is_append_only();
    """,
    """
    DROP TRIGGER readiness_change_append_only ON readiness_change;
    DROP FUNCTION readiness_change_is_append_only();
    """,
)
SQLITE = (
    """
    CREATE TRIGGER readiness_change_append_only
    BEFORE UPDATE OF at, author_id, origin, verb, content_type_id, object_id, label, before, after, note,
        cell_id, region_id ON readiness_change
    BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
    """,
    "DROP TRIGGER readiness_change_append_only;",
)


def run(schema_editor, which):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    schema_editor.execute(statements[which])


class Migration(migrations.Migration):
    dependencies = [("readiness", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: run(schema_editor, 0), lambda apps, schema_editor: run(schema_editor, 1)
        )
    ]

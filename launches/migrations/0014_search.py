"""What can be found, and its words where the database looks them up.

The triggers that tell of each write are made after `migrate`, by `launches/search/triggers.py`, which fills the
index with the rows that are there as well. On PostgreSQL they call the function below: the kind, the column of
the key, and those that a document is made of. It reads them as JSON, so that no trigger is in a column's way.
"""

from django.db import migrations, models

POSTGRESQL = (
    """
    ALTER TABLE launches_searchdocument ADD COLUMN words tsvector;
    CREATE INDEX launches_searchdocument_words ON launches_searchdocument USING gin (words);
    CREATE FUNCTION launches_search_mark() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
        new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
        changed boolean := TG_OP <> 'UPDATE';
    BEGIN
        FOR at IN 2 .. TG_NARGS - 1 LOOP
            EXIT WHEN changed;
            changed := old_row -> TG_ARGV[at] IS DISTINCT FROM new_row -> TG_ARGV[at];
        END LOOP;
        IF changed THEN
            INSERT INTO launches_unindexed (kind, key)
            VALUES (TG_ARGV[0], (coalesce(new_row, old_row) ->> TG_ARGV[1])::bigint);
        END IF;
        RETURN NULL;
    END $$;
    """,
    """
    DROP FUNCTION launches_search_mark() CASCADE;
    """,
)
SQLITE = (
    "CREATE VIRTUAL TABLE launches_searchwords USING fts5(title, text, tokenize = 'ascii', prefix = '1 2 3')",
    "DROP TABLE launches_searchwords",
)


def run(schema_editor, which):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    schema_editor.execute(statements[which])
    if which and schema_editor.connection.vendor == "sqlite":
        drop_triggers(schema_editor)


def drop_triggers(schema_editor):
    """On PostgreSQL they went with their function."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'search_%%'")
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ("launches", "0013_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name='Unindexed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('key', models.BigIntegerField()),
            ],
            options={
                'verbose_name_plural': 'unindexed',
            },
        ),
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('key', models.BigIntegerField()),
                ('group', models.CharField(help_text='What people call that kind.', max_length=12)),
                ('title', models.CharField(max_length=400)),
                ('beside', models.CharField(blank=True, help_text='What it belongs to.', max_length=400)),
                ('text', models.TextField(blank=True)),
                ('path', models.CharField(help_text='Where it is shown.', max_length=600)),
                ('is_over', models.BooleanField(default=False, help_text='Nothing is left to do about it.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='one_document_each')],
            },
        ),
        migrations.RunPython(
            lambda apps, schema_editor: run(schema_editor, 0), lambda apps, schema_editor: run(schema_editor, 1)
        ),
    ]

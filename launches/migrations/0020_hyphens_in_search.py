"""Documents are written anew, with the words that a hyphen joins in one as well: `email` finds `e-mail`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("launches", "0019_postponed")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO launches_unindexed (kind, key) SELECT kind, key FROM launches_searchdocument",
            migrations.RunSQL.noop,
        )
    ]

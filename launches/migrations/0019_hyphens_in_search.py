"""Documents are written anew, with the words that a hyphen joins in one as well: `email` finds `e-mail`."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("launches", "0018_age_from_the_first_opening")]

    operations = [
        migrations.RunSQL(
            "INSERT INTO launches_unindexed (kind, key) SELECT kind, key FROM launches_searchdocument",
            migrations.RunSQL.noop,
        )
    ]

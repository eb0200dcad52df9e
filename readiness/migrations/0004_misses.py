from django.db import migrations, models
from django.db.models import F


def count_those_seen(apps, schema_editor):
    """What went wrong last went wrong so often in a row, at least."""
    items = apps.get_model("readiness", "Item").objects
    items.filter(outcome__in=["failed", "error"]).update(misses=F("streak"))


class Migration(migrations.Migration):
    dependencies = [("readiness", "0003_networks_and_heartbeats")]
    operations = [
        migrations.AddField(
            model_name="item",
            name="misses",
            field=models.PositiveIntegerField(default=0, help_text="How many runs in a row did not pass."),
        ),
        migrations.RunPython(count_those_seen, migrations.RunPython.noop),
    ]

from django.db import migrations, models


def count(apps, editor):
    """Of the cells that are ready over open items: how many of those were never checked."""
    cells = apps.get_model("readiness", "Readiness").objects.exclude(accepted=[])
    items = apps.get_model("readiness", "Item").objects.filter(state="unknown")
    for cell in cells.only("accepted").iterator():
        if unseen := items.filter(pk__in=cell.accepted).count():
            # Rows of the matrix are found by the versions of their cells.
            type(cell).objects.filter(pk=cell.pk).update(unseen=unseen, version=models.F("version") + 1)


class Migration(migrations.Migration):

    dependencies = [
        ('readiness', '0018_change_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='readiness',
            name='unseen',
            field=models.PositiveSmallIntegerField(default=0, editable=False, help_text='How many of those were never checked.'),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]

import django.core.validators
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from readiness.migrations._estimates import bring_within


def bring_blockers_within(apps, schema_editor):
    bring_within(
        apps,
        ("launches", "Blocker"),
        "edited",
        dict,
        lambda blocker: blocker.title,
        lambda blocker: {"region_id": blocker.launch.region_id},
    )


class Migration(migrations.Migration):

    dependencies = [
        ('launches', '0014_search'),
        ('readiness', '0013_estimates_have_a_limit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='blocker',
            name='blocker_estimate_in_order',
        ),
        migrations.AlterField(
            model_name='blocker',
            name='best',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('2600'))]),
        ),
        migrations.AlterField(
            model_name='blocker',
            name='likely',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('2600'))]),
        ),
        migrations.AlterField(
            model_name='blocker',
            name='worst',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('2600'))]),
        ),
        migrations.RunPython(bring_blockers_within, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='blocker',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('best', None), ('likely', None), ('worst', None)), models.Q(('best__isnull', False), ('likely__isnull', False), ('worst__isnull', False), ('best__gte', 0), ('likely__gte', models.F('best')), ('worst__gte', models.F('likely')), ('worst__lte', 2600)), _connector='OR'), name='blocker_estimate_in_order'),
        ),
    ]

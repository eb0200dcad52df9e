import django.core.validators
from decimal import Decimal
from django.db import migrations, models

from readiness.migrations._estimates import POINTS, bring_within


def bring_cells_within(apps, schema_editor):
    bring_within(
        apps,
        ("readiness", "Readiness"),
        "estimated",
        lambda points: {"estimate": [points[name] for name in POINTS]},
        lambda cell: f"{cell.integration.name} in {cell.region.name}",
        lambda cell: {"cell_id": cell.pk, "region_id": cell.region_id},
    )


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('readiness', '0012_invitations'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='readiness',
            name='cell_estimate_in_order',
        ),
        migrations.AlterField(
            model_name='readiness',
            name='best',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('2600'))]),
        ),
        migrations.AlterField(
            model_name='readiness',
            name='likely',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('2600'))]),
        ),
        migrations.AlterField(
            model_name='readiness',
            name='worst',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('2600'))]),
        ),
        migrations.RunPython(bring_cells_within, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='readiness',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('best', None), ('likely', None), ('worst', None)), models.Q(('best__isnull', False), ('likely__isnull', False), ('worst__isnull', False), ('best__gte', 0), ('likely__gte', models.F('best')), ('worst__gte', models.F('likely')), ('worst__lte', 2600)), _connector='OR'), name='cell_estimate_in_order'),
        ),
    ]

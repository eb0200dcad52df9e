from functools import partial

from django.apps import AppConfig
from django.core.checks import register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from readiness.append_only import AppendOnlyTable, keep
from readiness.conf.system_checks import (
    probe_secrets_are_bound,
    probe_settings_are_safe,
    probe_settings_can_be_read,
)
from readiness.language import folding

APPEND_ONLY = (
    AppendOnlyTable("readiness.Change", may_change=("handled_at", "told_at")),
    # Those of long ago are dropped, once the day's row tells them.
    AppendOnlyTable("readiness.Result", may_end=True),
)


class ReadinessConfig(AppConfig):
    name = "readiness"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        folding.register()
        connection_created.connect(folding.teach, dispatch_uid="readiness folds")
        post_migrate.connect(
            partial(keep, APPEND_ONLY), sender=self, weak=False, dispatch_uid="readiness keeps"
        )
        register(probe_settings_can_be_read)
        register(probe_settings_are_safe, deploy=True)
        register(probe_secrets_are_bound, deploy=True)

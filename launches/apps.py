from functools import partial
from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate

from launches.trackers.system_checks import tracker_secrets_can_be_used
from readiness.append_only import AppendOnlyTable, keep

APPEND_ONLY = (
    AppendOnlyTable(
        "launches.GoRecord",
        may_change=("withdrawn_by", "withdrawn_at", "withdrawn_reason", "version"),
        until="withdrawn_at",
        alone="launch_id = NEW.launch_id AND decision = 'go' AND withdrawn_at IS NULL"
        " AND NEW.decision = 'go' AND NEW.withdrawn_at IS NULL",
    ),
    AppendOnlyTable("launches.TargetMove"),
    # A comment is taken back with all that it ever said.
    AppendOnlyTable("launches.Wording", may_end=True),
)


class LaunchesConfig(AppConfig):
    name = "launches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("launches.receivers")
        install = import_module("launches.search.triggers").install
        post_migrate.connect(install, sender=self, dispatch_uid="launches watch what can be found")
        post_migrate.connect(
            partial(keep, APPEND_ONLY), sender=self, weak=False, dispatch_uid="launches keeps"
        )
        register(tracker_secrets_can_be_used)

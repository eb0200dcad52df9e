from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate

from launches.checks import tracker_secrets_can_be_used


class LaunchesConfig(AppConfig):
    name = "launches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("launches.receivers")
        install = import_module("launches.search.triggers").install
        post_migrate.connect(install, sender=self, dispatch_uid="launches watch what can be found")
        register(tracker_secrets_can_be_used)

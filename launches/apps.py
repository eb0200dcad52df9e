from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register

from launches.checks import tracker_secrets_can_be_used


class LaunchesConfig(AppConfig):
    name = "launches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("launches.receivers")
        register(tracker_secrets_can_be_used)

from importlib import import_module

from django.apps import AppConfig


class LaunchesConfig(AppConfig):
    name = "launches"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("launches.receivers")

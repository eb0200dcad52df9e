from django.apps import AppConfig
from django.core.checks import register

from readiness.checks import probe_settings_are_safe, probe_settings_can_be_read


class ReadinessConfig(AppConfig):
    name = "readiness"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(probe_settings_can_be_read)
        register(probe_settings_are_safe, deploy=True)

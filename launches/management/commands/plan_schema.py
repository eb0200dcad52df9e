"""`manage.py plan_schema`: the JSON Schema of the plan file, as kept in docs/plan-file.schema.json."""

from typing import Any

from django.core.management.base import BaseCommand

from launches.plan.published import json_schema


class Command(BaseCommand):
    help = "Print the plan file's JSON Schema."
    requires_system_checks = []

    def handle(self, **_: Any) -> None:
        self.stdout.write(json_schema(), ending="")

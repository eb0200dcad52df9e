"""`manage.py load_example`: Harbor, six weeks before it opens in Europe."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from launches.examples.accounts import open_accounts, table, write_down
from launches.examples.story import tell
from readiness.models import Region, Team, User


class Command(BaseCommand):
    help = "Load the example: an invented company, eight weeks of its history, and an account for each role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is data already")

    def handle(self, *, if_empty: bool, **_: Any) -> None:
        if _has_data():
            if if_empty:
                return
            raise CommandError("The database is not empty; the example is only loaded into an empty one.")
        with transaction.atomic():
            tell(timezone.now())
            open_accounts()
        write_down(settings.VAR_DIR / "example-accounts.txt")
        self.stdout.write(table(), ending="")


def _has_data() -> bool:
    return any(model._default_manager.exists() for model in (Region, Team, User))

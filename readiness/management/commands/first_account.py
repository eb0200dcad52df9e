"""`manage.py first_account`: the link through which the first account is made."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from readiness.accounts import first_account


class Command(BaseCommand):
    help = "Print the link that makes the first account, an admin's. It lasts a day and works once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not first_account.is_needed():
            sys.exit("There are accounts already. An admin asks further people in on the page People.")
        self.stdout.write(settings.SITE_URL.rstrip("/") + first_account.path())

"""Somebody to sign in as, for each role."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from readiness.models import User


class Account(NamedTuple):
    user_name: str
    password: str
    who: str


ACCOUNTS = (
    Account("samira", "lanterns-over-water", "admin: may change everything"),
    Account("mara", "seven-tidal-gates", "lead of the launch in Europe"),
    Account("tomasz", "copper-kettle-noon", "member of Messaging, owner of WhatsApp"),
    Account("priya", "paper-boats-adrift", "member of Payments"),
    Account("oskar", "quiet-north-window", "viewer: sees everything, changes nothing"),
)


def open_accounts() -> None:
    """Give the people of `ACCOUNTS` their passwords, and the first the run of the place."""
    # A hash is slow on purpose and lets go of the interpreter meanwhile: as many at once as there are cores.
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(make_password, (account.password for account in ACCOUNTS)))
    for account, password in zip(ACCOUNTS, hashes, strict=True):
        runs_it = account == ACCOUNTS[0]
        User.objects.filter(username=account.user_name).update(
            password=password, is_staff=runs_it, is_superuser=runs_it
        )


def table(accounts: Iterable[Account] = ACCOUNTS) -> str:
    """User name, password and who it is, in columns."""
    rows = [("user name", "password", "who"), *accounts]
    first, second = (max(len(row[column]) for row in rows) + 2 for column in (0, 1))
    return "".join(f"{name:<{first}}{password:<{second}}{who}\n" for name, password, who in rows)


def write_down(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(table(), encoding="utf-8")

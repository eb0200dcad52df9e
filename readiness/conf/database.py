"""The database of an address, as Django's settings."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def database(url: str, pool: int = 8) -> dict[str, Any]:
    """The `DATABASES` entry for `url`.

    SQLite: WAL so that readers never wait for the writer; IMMEDIATE so that two writers queue up instead of
    failing when a read lock cannot be upgraded. PostgreSQL: psycopg's own pool, one per process.
    """
    try:
        settings: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError as error:
        raise ImproperlyConfigured(
            "DATABASE_URL is not an address such as postgresql://user:password@host:5432/name "
            "(special characters in the password are written as %XX)."
        ) from error
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        }
    elif settings["ENGINE"] == "django.db.backends.postgresql":
        # Restarted, it leaves the pool with connections that are dead; each is tried before it is lent.
        settings["CONN_HEALTH_CHECKS"] = True
        given = settings.get("OPTIONS", {})
        settings["OPTIONS"] = {
            "pool": {"min_size": 1, "max_size": pool, "timeout": 20},
            **given,
            # Many joins over few rows: to compile such a statement takes longer than to run it.
            "options": f"-c jit=off {given.get('options', '')}".strip(),
        }
    else:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with sqlite:/// or postgresql:// (only these two are tested)."
        )
    return settings

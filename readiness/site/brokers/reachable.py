"""Whether the broker can be reached."""

import os
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from redis.exceptions import TimeoutError as RedisTimeout

from readiness.site.celery import app

# Nobody who asks waits for longer.
SECONDS = 1
_SILENT = f"no answer within {SECONDS} s"
# One thread at most: whatever hangs in it makes who asks next wait for as long, and no more than that.
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="broker")


def trouble_with_broker() -> str:
    """Why it cannot be reached, in a clause without its address; nothing when it can be."""
    if settings.BROKER_URL.startswith("filesystem:"):
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"]
        return "" if os.access(folder, os.W_OK | os.X_OK) else "its folder cannot be written to"
    asked = _THREAD.submit(_trouble, settings.CELERY_BROKER_URL)
    try:
        return asked.result(SECONDS)
    except TimeoutError:
        asked.cancel()
        return _SILENT


def _trouble(url: str) -> str:
    options = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    connection = app.connection_for_write(url, connect_timeout=SECONDS, transport_options=options)
    try:
        # Once: a connection of Celery's would be tried again for seconds.
        connection.transport.close_connection(connection.transport.establish_connection())
    except (TimeoutError, RedisTimeout):
        # The client gives up at the same moment as who asks; either may be first.
        return _SILENT
    except (*connection.transport.connection_errors, *connection.transport.channel_errors) as problem:
        return f"it cannot be reached ({type(problem).__name__})"
    return ""

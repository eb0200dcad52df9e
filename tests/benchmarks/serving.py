"""The product's own web server on the bench's database, and somebody who has signed in."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from readiness.models import User
from readiness.supervisor import programs

HERE, HOST = "127.0.0.1", "testserver"


@contextmanager
def served() -> Iterator[int]:
    """The port of one worker of the web server that `manage.py up` starts."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "VAR_DIR": str(settings.VAR_DIR)}
    with subprocess.Popen(programs.web(HERE, port, 1).command, env=environment) as process:
        try:
            connected(port).close()
            yield port
        finally:
            process.terminate()


def connected(port: int) -> http.client.HTTPConnection:
    """Once it answers."""
    for _ in range(300):
        connection = http.client.HTTPConnection(HERE, port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": HOST})
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return connection
    raise TimeoutError("The web server does not answer.")


def signed_in(username: str) -> str:
    """The cookie of an admin of that name."""
    user, _ = User.objects.get_or_create(username=username, is_superuser=True)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"

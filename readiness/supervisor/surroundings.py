"""Whether this machine lets the product start. Each obstacle is one sentence that says what to do."""

import errno
import fcntl
import ipaddress
import os
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core import checks
from django.db import DatabaseError
from django.db.utils import ConnectionHandler
from kombu import Connection

BROKERS = ("filesystem", "redis", "rediss", "redis+socket", "amqp", "amqps")


class Unfit(Exception):
    """Why the product cannot start, in one line for the person who typed the command."""


def check_address(host: str, port: int) -> None:
    """Raises `Unfit` unless a server may listen there."""
    if not 0 < port < 65536:
        raise Unfit(f"PORT is {port}; it must lie between 1 and 65535.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except OSError as error:
        raise Unfit(address_obstacle(host, port, error)) from error


def claim_port(port: int) -> IO[str]:
    """The lock on `port`, held for as long as the file returned stays open.

    The web server's processes share their port, and so would those of another installation: the system lets
    every process of one user join in. Between the check of the address and the first answer lie a migration
    and an example, long enough for a second start to find the port free as well. Raises `Unfit`.
    """
    path = Path(tempfile.gettempdir()) / f"readiness-{os.getuid()}-port-{port}.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    file = os.fdopen(descriptor, "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Unfit(port_in_use(port)) from error
    return file


def address_obstacle(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return port_in_use(port)
    if error.errno == errno.EACCES:
        return f"Port {port} is for administrators only. Choose one above 1023: PORT=8000 make run"
    return f"Cannot listen on {host}: {error.strerror}. Set HOST to an address of this machine."


def port_in_use(port: int) -> str:
    return f"Port {port} is in use. Stop what listens there, or choose another: PORT={other(port)} make run"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens there; `host` is a name or an address."""
    found = {info[4][0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return all(ipaddress.ip_address(address).is_loopback for address in found)


def other(port: int) -> int:
    return port + 1 if 1023 < port < 65535 else 8000


def check_folder(folder: Path) -> None:
    """Raises `Unfit` unless files can be made in `folder`, which is made when it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        close_to_others(folder)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"written")
    except OSError as error:
        raise Unfit(
            f"Cannot write to {folder}: {error.strerror}. Make it writable, or set VAR_DIR to one that is."
        ) from error


def close_to_others(folder: Path) -> None:
    """What an earlier version made, others could read: the folder, and what lies in it."""
    for path in (folder, *folder.iterdir()):
        mode = path.lstat().st_mode
        if mode & 0o077 and not stat.S_ISLNK(mode):
            # What belongs to somebody else is theirs to open and close.
            with suppress(PermissionError):
                path.chmod(stat.S_IMODE(mode) & 0o700)


def claim(folder: Path) -> IO[str]:
    """The lock on `folder`, held for as long as the file returned stays open.

    Raises `Unfit` when another run holds it: two schedulers on one broker would do everything twice.
    """
    file = (folder / "up.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise Unfit(
            f"Already running on {folder} (process {file.read().strip()}). "
            "Stop that one, or set both VAR_DIR and PORT to run another beside it."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def check_database(database: dict[str, Any]) -> None:
    """Raises `Unfit` unless `database`, a `DATABASES` entry, lets us in.

    The connection is made without the pool, which would retry for its whole timeout before it gives up.
    """
    options = {name: value for name, value in database.get("OPTIONS", {}).items() if name != "pool"}
    if database["ENGINE"].endswith("postgresql"):
        options.setdefault("connect_timeout", 5)
    attempt = ConnectionHandler({"default": {**database, "OPTIONS": options}})["default"]
    try:
        attempt.ensure_connection()
    except DatabaseError as error:
        raise Unfit(f"Cannot use the database: {first_line(error)}. Check DATABASE_URL.") from error
    finally:
        attempt.close()


def check_broker(url: str) -> None:
    """Raises `Unfit` unless the broker answers; folders, the default, were checked before."""
    scheme = url.partition(":")[0]
    if scheme not in BROKERS:
        raise Unfit(f"BROKER_URL begins with “{scheme}:”; it must begin with one of {', '.join(BROKERS)}.")
    if scheme == "filesystem":
        return
    try:
        with Connection(
            url, connect_timeout=5, transport_options={"socket_connect_timeout": 5}
        ) as connection:
            connection.connect()
            connection.channel()
    except Exception as error:  # each broker's client raises a family of its own
        raise Unfit(f"Cannot reach the broker: {first_line(error)}. Check BROKER_URL.") from error


def check_settings() -> None:
    """Raises `Unfit` for what the installed apps find wrong with the settings."""
    faults = [
        fault for fault in checks.run_checks() if fault.level >= checks.ERROR and not fault.is_silenced()
    ]
    if faults:
        raise Unfit(" ".join(f"{fault.msg} {fault.hint or ''}".strip() for fault in faults))


def first_line(error: Exception) -> str:
    """What an error says, without the advice that database clients add on further lines."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")

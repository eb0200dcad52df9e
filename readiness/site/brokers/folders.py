"""Kombu's folders as a broker, made safe for readers and writers that do not wait for each other.

Kombu's own opens a message under its final name and then writes it, so that a worker which looks in between
reads half of one and dies of it; it also moves each one through the system's temporary folder, where two
workers can take the same one when that is another disk. Here a message appears whole or not at all, and
whoever removes it has it.
"""

import fcntl
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


class FolderChannel(filesystem.Channel):
    _exchange_file: Callable[[str], Path]

    def _put(self, queue: str, message: Any, **_: Any) -> None:
        name = f"{monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(message))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(names_in(folder)):
            if name.partition(".")[2] == f"{queue}.msg" and (said := taken(folder / name)) is not None:
                try:
                    return loads(said)
                except ValueError:
                    logger.exception("The broker's file %s cannot be read; it was removed.", name)
        raise Empty

    def _size(self, queue: str) -> int:
        return sum(name.partition(".")[2] == f"{queue}.msg" for name in names_in(Path(self.data_folder_in)))

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        """The queues bound to `exchange`; none when that was lost, since they are bound again with use."""
        try:
            table = loads(self._exchange_file(exchange).read_bytes())
        except (FileNotFoundError, ValueError):
            return []
        return [filesystem.exchange_queue_t(*row) for row in table]

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file = self._exchange_file(exchange)
        with one_at_a_time(self.control_folder):
            table = self.get_table(exchange)
            if bound not in table:
                write_whole(file, dumps([bound, *table]))


def names_in(folder: Path) -> list[str]:
    """What lies in `folder`; one that somebody removed is as good as empty."""
    try:
        return [file.name for file in folder.iterdir()]
    except FileNotFoundError:
        return []


def taken(file: Path) -> bytes | None:
    """What `file` says, for the one who removed it; `None` for everybody else."""
    try:
        said = file.read_bytes()
        file.unlink()
    except FileNotFoundError:
        return None
    return said


def write_whole(file: Path, text: str) -> None:
    """Readers see all of it or nothing, also when this process is killed or the disk is full."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{uuid.uuid4()}.draft")
    try:
        draft.write_text(text)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel

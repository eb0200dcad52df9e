"""What each host of the stand-in does: a YAML table, and switches that other processes may turn meanwhile."""

import json
import os
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Host(BaseModel):
    """One host that is not simply healthy. `region` is what it answers, right or wrong."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    host: str
    region: str = ""
    delay_ms: int = Field(default=0, ge=0, le=60_000)
    status: int = Field(default=200, ge=200, le=599)
    certificate_days: int = Field(default=90, ge=1, le=400)
    stopped: bool = False


class Scene(BaseModel):
    """`regions` maps the label in a host's name to the provider's code: `eu: eu-west-1`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    company: str
    regions: dict[str, str]
    version: str = "2026.11.3"
    hosts: list[Host] = []

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises `ValueError` that names the file and what is wrong in it."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text()))
        except OSError as problem:
            raise ValueError(f"{path}: {problem.strerror}.") from problem
        except (yaml.YAMLError, ValidationError) as problem:
            raise ValueError(f"{path}: {problem}") from problem

    def find(self, name: str) -> Host | None:
        """What the host `name` does; one that is not listed is healthy in its own region."""
        service, _, rest = name.partition(".")
        label, _, company = rest.partition(".")
        if not service or company != self.company or label not in self.regions:
            return None
        listed = next((host for host in self.hosts if host.host == name), Host(host=name))
        return listed if listed.region else listed.model_copy(update={"region": self.regions[label]})


class Switches:
    """Which hosts were stopped or started by hand, in a file that is read again at each question."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "switches.json"

    def read(self) -> dict[str, bool]:
        """Host → whether it is stopped."""
        try:
            switches: dict[str, bool] = json.loads(self.path.read_text())
        except FileNotFoundError:
            return {}
        return switches

    def turn(self, host: str, *, stopped: bool) -> None:
        write_whole(self.path, json.dumps({**self.read(), host: stopped}, indent=1))

    def is_stopped(self, host: Host) -> bool:
        return self.read().get(host.host, host.stopped)


def write_whole(path: Path, text: str, mode: int = 0o600) -> None:
    """Write `path` so that a reader sees the old text or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    part.replace(path)

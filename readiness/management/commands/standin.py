"""`manage.py standin`: serve the example's regional endpoints, and stop or start one of them."""

import asyncio
import json
import signal
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from readiness.standin.certificates import Authority
from readiness.standin.scene import Scene, Switches, write_whole
from readiness.standin.server import LOOPBACK, StandIn


class Command(BaseCommand):
    help = "A stand-in of the example's regional endpoints, on loopback."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        serve = verbs.add_parser("serve", help="Answer for every host until interrupted.")
        serve.add_argument("--config", type=Path, required=True, help="YAML: what each host does.")
        serve.add_argument("--http-port", type=int, default=0, help="0 (the default) takes a free one.")
        serve.add_argument("--tls-port", type=int, default=0)
        serve.add_argument("--ports-file", type=Path, help="JSON with the ports and the CA, once listening.")
        for verb, text in (("stop", "Hang up on whoever calls HOST."), ("start", "Let HOST answer again.")):
            verbs.add_parser(verb, help=text).add_argument("host")
        verbs.add_parser("list", help="The hosts that are not simply healthy.")

    def handle(self, *_: Any, verb: str, **options: Any) -> None:
        if verb == "serve":
            self._serve(**options)
        elif verb == "list":
            self._list()
        else:
            self._turn(options["host"].lower(), stopped=verb == "stop")

    def _serve(self, config: Path, http_port: int, tls_port: int, ports_file: Path | None, **_: Any) -> None:
        try:
            authority = Authority.kept_in(_folder(), datetime.now(UTC))
            standin = StandIn(Scene.read(config), _folder(), authority)
            write_whole(_folder() / "config", str(config.resolve()))
            asyncio.run(self._until_stopped(standin, http_port, tls_port, ports_file))
        except (OSError, ValueError) as problem:
            raise CommandError(f"The stand-in cannot start: {problem}") from problem

    async def _until_stopped(
        self, standin: StandIn, http_port: int, tls_port: int, ports_file: Path | None
    ) -> None:
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with standin.listening(http_port, tls_port) as ports:
            where = {"http": ports.http, "tls": ports.tls, "ca": str(standin.authority.ca_file.resolve())}
            if ports_file:
                write_whole(ports_file, json.dumps(where))
            self.stdout.write(
                f"Stand-in at http://{LOOPBACK}:{ports.http} and https://{LOOPBACK}:{ports.tls}"
            )
            self.stdout.flush()
            await stopped.wait()

    def _turn(self, name: str, *, stopped: bool) -> None:
        host = _scene().find(name)
        if host is None:
            raise CommandError(f"“{name}” is not a host of the stand-in, such as whatsapp.eu.harbor.example.")
        Switches(_folder()).turn(name, stopped=stopped)
        self.stdout.write(f"{name} is {'stopped' if stopped else 'started'}.")

    def _list(self) -> None:
        scene, switches = _scene(), Switches(_folder())
        names = dict.fromkeys([*(host.host for host in scene.hosts), *switches.read()])
        for host in filter(None, map(scene.find, names)):
            told = host.model_dump(exclude_defaults=True, exclude={"host", "stopped"})
            state = "stopped" if switches.is_stopped(host) else "running"
            self.stdout.write(f"{host.host:40} {state:8} {' '.join(f'{k}={v}' for k, v in told.items())}")


def _folder() -> Path:
    folder: Path = settings.VAR_DIR / "standin"
    return folder


def _scene() -> Scene:
    """The one that was served last. Raises `CommandError`."""
    try:
        return Scene.read(Path((_folder() / "config").read_text()))
    except FileNotFoundError as problem:
        raise CommandError("The stand-in has not been served yet (manage.py standin serve).") from problem
    except ValueError as problem:
        raise CommandError(str(problem)) from problem

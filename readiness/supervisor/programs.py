"""The command lines of the processes that make up the product."""

import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    # What it prints is chat: that it has started, that it was asked to stop. What matters it logs as errors.
    chatty: bool = False
    # The others work with it to their end: it is stopped after them.
    last: bool = False

    def told(self, environment: dict[str, str]) -> Self:
        """The same program, with more in its environment."""
        return replace(self, environment={**self.environment, **environment})


def module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def web(host: str, port: int, workers: int) -> Program:
    """HTTP/1 only: to tell the version, the server would wait for a first byte without a limit."""
    server = ["granian", "--interface", "rsgi", "--http", "1", "--no-ws", "--log-level", "warning"]
    size = ["--workers", str(workers), "--backlog", "2048", "--backpressure", "2048"]
    # Asked to stop, it finishes what it is at, and waits no longer for bodies that do not come.
    size += ["--workers-kill-timeout", "8"]
    return Program(
        "web server",
        module(*server, *size, "--host", host, "--port", str(port), "readiness.rsgi:application"),
    )


def worker() -> Program:
    """Prefork, since only there a task that hangs is ended by its time limit.

    Gossip and mingle are for workers that look after each other; here they only cost a second at start.
    """
    alone = ["--without-gossip", "--without-mingle", "--hostname", f"up-{os.getpid()}@%h"]
    return Program("worker", celery("worker", "--concurrency", "2", *alone), chatty=True)


def beat() -> Program:
    return Program("scheduler", celery("beat"), chatty=True)


def celery(*arguments: str) -> list[str]:
    """Without its warning to administrators, who in a container are the only user there is."""
    quiet = ["-W", "ignore:You're running the worker"]
    celery = ["-m", "celery", "--quiet", "--app", "readiness"]
    return [sys.executable, *quiet, *celery, *arguments, "--loglevel", "WARNING"]


def standin(source: Path, config: Path, ports_file: Path, http: int = 0, tls: int = 0) -> Program:
    """The example's regions on loopback; port 0 lets the system choose, and the file says which it chose."""
    ports = ["--http-port", str(http), "--tls-port", str(tls), "--ports-file", str(ports_file)]
    serve = ["standin", "serve", "--config", str(config), *ports]
    return Program("stand-in", [sys.executable, str(source / "manage.py"), *serve], chatty=True, last=True)

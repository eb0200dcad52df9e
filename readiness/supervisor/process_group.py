"""Child processes: each leads a process group, is started again when it dies, and outlives nobody."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from readiness.supervisor.programs import Program
from readiness.supervisor.reaper import Reaper
from readiness.supervisor.stopping import Stop

GRACE = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SETTLED = 60.0


class Child:
    """One program, running or waiting to be started again."""

    def __init__(self, program: Program, process: "subprocess.Popen[bytes]", now: float) -> None:
        self.program = program
        self.process = process
        self.started = now
        self.pause = FIRST_PAUSE
        self.due: float | None = None

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"

    def rest(self, now: float) -> float:
        """Put off the next start: the longer, the more often it died soon after one. Returns the seconds."""
        if now - self.started > SETTLED:
            self.pause = FIRST_PAUSE
        pause = self.pause
        self.due = now + pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return pause


class ProcessGroup:
    def __init__(self, source: Path, heir: Reaper, say: Callable[[str], object]) -> None:
        self.environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONUNBUFFERED": "1"}
        self.heir = heir
        self.say = say
        self.children: list[Child] = []

    def start(self, program: Program) -> Child:
        child = Child(program, self.launched(program), time.monotonic())
        self.children.append(child)
        return child

    def launched(self, program: Program) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            program.command,
            env={**self.environment, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if program.chatty else None,
            process_group=0,
        )
        self.heir.adopt(process.pid)
        return process

    def tend(self, now: float) -> float:
        """Start again what died and has waited long enough; returns the seconds until there is more to do."""
        for child in self.children:
            if child.due is None and child.ended:
                self.clear_up(child)
                again = f"starting it again in {child.rest(now):.0f} s"
                self.say(f"The {child.program.name} stopped ({child.end}); {again}.")
            elif child.due is not None and child.due <= now:
                child.process, child.started, child.due = self.launched(child.program), now, None
        return min((child.due - now for child in self.children if child.due is not None), default=1.0)

    def stop(self, stop: Stop) -> None:
        """Ask all to end, the last of them afterwards; end by force what has not after ten seconds.

        A worker finishes what it is at, and its results must not say that what it checks had gone.
        """
        for last in (False, True):
            self.end([child for child in self.children if child.program.last == last], stop)

    def end(self, children: list[Child], stop: Stop) -> None:
        for child in children:
            # Only the leader: it ends its own children when their work is done.
            child.process.terminate()
        deadline = time.monotonic() + GRACE
        while not all(child.ended for child in children) and not stop.hurried:
            if (left := deadline - time.monotonic()) <= 0:
                break
            stop.wait(min(0.2, left))
        for child in children:
            self.clear_up(child)

    def clear_up(self, child: Child) -> None:
        """End what is left of the child's group: a parent that was killed leaves its children behind."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.heir.release(child.process.pid)

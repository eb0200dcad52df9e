"""How a run is asked to stop, and how it waits in the meantime."""

import os
import select
import signal
import sys
from types import FrameType, TracebackType
from typing import Self

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Whether somebody asked this run to stop, or its parent died.

    Until `defer()` being asked ends the process at once: nothing was started that would have to be stopped.
    """

    def __init__(self, parent: int | None = None) -> None:
        self.parent = parent
        self.asked = 0
        self.deferred = False

    @property
    def wanted(self) -> bool:
        return self.asked > 0 or (self.parent is not None and os.getppid() != self.parent)

    @property
    def hurried(self) -> bool:
        """Asked again while stopping: do not wait for anybody."""
        return self.asked > 1

    def __enter__(self) -> Self:
        # A pipe and not an event: a handler runs between two bytecodes of who waits, who may hold the lock.
        self.awake, self.alarm = os.pipe()
        os.set_blocking(self.awake, False)
        os.set_blocking(self.alarm, False)
        signal.set_wakeup_fd(self.alarm, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in ASKING:
            if signal.getsignal(number) != signal.SIG_IGN:  # started by nohup
                signal.signal(number, self.ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(-1)
        os.close(self.awake)
        os.close(self.alarm)

    def ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1
        if not self.deferred:
            sys.exit(0)

    def defer(self) -> None:
        self.deferred = True

    def wait(self, seconds: float) -> None:
        """Sleep, but wake up when asked to stop or when a child ends."""
        if select.select([self.awake], [], [], max(0.0, seconds))[0]:
            os.read(self.awake, 4096)

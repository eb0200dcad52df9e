"""Ends the process groups that a supervisor leaves behind, however it dies.

A program of its own, started by path and without site-packages, so that it is up in milliseconds. Its input
says which groups live, a line each: `+123` started, `-123` ended. The kernel closes that input when the
supervisor is gone, by SIGKILL too; it works wherever there are pipes, and reaches the children of children.
"""

import os
import signal
import sys
import time
from collections.abc import Callable

GRACE = 3.0


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    end(groups)


def end(groups: set[int]) -> None:
    """Ask the leaders, who end their own children when the work at hand is done; then end everybody."""
    deadline = time.monotonic() + GRACE
    for group in groups:
        reached(os.kill, group, signal.SIGTERM)
    while any(reached(os.killpg, group, 0) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        reached(os.killpg, group, signal.SIGKILL)


def reached(send: Callable[[int, int], None], group: int, number: int) -> bool:
    """Whether anybody was there to get the signal; 0 only asks."""
    try:
        send(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()

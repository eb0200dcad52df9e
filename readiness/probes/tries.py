"""Connecting once more: what a moment's trouble on the way kept from coming about."""

import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value")

# Seconds before the second try, and as many more before each further one; the half of it is random.
PAUSE = 0.2
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(slots=True)
class Tries:
    """How often one run may still connect again, how often it did, and the seconds that this took.

    All within the deadline of the probe: a timeout uses that up, so nothing is tried after it.
    """

    left: int = 0
    made: int = 1
    lost: float = 0.0

    async def at(
        self, attempt: Callable[[], Awaitable[Value]], is_passing: Callable[[Exception], bool]
    ) -> Value:
        """What `attempt` returns, made again after a pause where what it raised `is_passing`."""
        while True:
            started = time.perf_counter()
            try:
                return await attempt()
            except Exception as problem:
                if not self.left or not is_passing(problem):
                    raise
            self.left -= 1
            await asyncio.sleep(self.made * PAUSE * random.uniform(0.5, 1))  # noqa: S311 - not a secret
            self.made += 1
            self.lost += time.perf_counter() - started

    def milliseconds_since(self, started: float) -> float:
        """Since `time.perf_counter()` was `started`, without what came to nothing."""
        return (time.perf_counter() - started - self.lost) * 1000


def is_connection_trouble(problem: Exception) -> bool:
    """Refused, reset, unreachable: what may be otherwise a moment later. Not what TLS found wrong."""
    named = type(problem) in (OSError, TimeoutError) and getattr(problem, "errno", None) is not None
    return isinstance(problem, ConnectionError) or named


def is_lookup_trouble(problem: Exception) -> bool:
    """DNS gave no answer; that there is no such name is an answer."""
    return isinstance(problem, OSError) and problem.errno not in _NO_SUCH_NAME

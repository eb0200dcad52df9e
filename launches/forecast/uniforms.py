"""The chance behind a forecast: a stream of uniform numbers for each name, the same everywhere and always.

Common random numbers (Glasserman and Yao 1992): a blocker keeps its stream whatever else is in the plan, so
two scenarios differ by what was changed in them and not by luck.
"""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CACHE_BYTES = 48 * 1024 * 1024


def seed_of(*parts: str | int) -> int:
    """A seed of 128 bits from what identifies a state; `hash()` would differ from process to process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


class Streams:
    """Streams by (seed, name, length), the ones used last kept while they fit `limit` bytes."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self._limit = limit
        self._bytes = 0
        self._kept: OrderedDict[tuple[int, str, int], Floats] = OrderedDict()
        # Web threads share the cache.
        self._lock = Lock()

    def uniforms(self, seed: int, name: str, draws: int) -> Floats:
        """`draws` numbers in [0, 1), read-only; more draws begin with the same numbers."""
        key = (seed, name, draws)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        stream = _draw(seed_of(seed, name), draws)
        with self._lock:
            self._keep(key, stream)
        return stream

    def _keep(self, key: tuple[int, str, int], stream: Floats) -> None:
        if key in self._kept:
            return
        self._kept[key] = stream
        self._bytes += stream.nbytes
        while self._bytes > self._limit:
            self._bytes -= self._kept.popitem(last=False)[1].nbytes


def _draw(key: int, draws: int) -> Floats:
    """Philox (Salmon et al. 2011) by its raw words: unlike `Generator.random` these may never change."""
    words = np.random.Philox(key=key).random_raw(draws)
    stream: Floats = (words >> np.uint64(11)).astype(np.float64)
    stream *= 2.0**-53
    stream.flags.writeable = False
    return stream


streams = Streams()

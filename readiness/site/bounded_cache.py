"""A process's own cache, bounded by how much it holds: what is kept by version would else pile up."""

import pickle
import time
from collections import OrderedDict, defaultdict
from threading import RLock
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache


class _Entries(OrderedDict[str, tuple[float | None, bytes]]):
    """By key until when, and pickled what; what was used last stands last."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.lock = RLock()

    def take(self, key: str) -> tuple[float | None, bytes] | None:
        entry = self.pop(key, None)
        if entry is None:
            return None
        self.size -= len(entry[1])
        return entry if entry[0] is None or entry[0] > time.time() else None


# Each thread has an object of its own for the one cache that the process has.
_entries: dict[str, _Entries] = defaultdict(_Entries)


class BoundedCache(BaseCache):
    """What was not used for the longest goes first, once there are more than `MAX_BYTES` in `OPTIONS`."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._entries, self._most = _entries[name], params["OPTIONS"]["MAX_BYTES"]

    def _put(self, key: str, entry: tuple[float | None, bytes]) -> None:
        self._entries[key] = entry
        self._entries.size += len(entry[1])
        while self._entries.size > self._most:
            self._entries.take(next(iter(self._entries)))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        key = self.make_and_validate_key(key, version)
        with self._entries.lock:
            entry = self._entries.take(key)
            if entry is None:
                return default
            self._put(key, entry)
        return pickle.loads(entry[1])  # noqa: S301 - this process wrote it

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        key, pickled = self.make_and_validate_key(key, version), pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with self._entries.lock:
            self._entries.take(key)
            self._put(key, (self.get_backend_timeout(timeout), pickled))

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._entries.lock:
            is_new = not self.has_key(key, version)
            if is_new:
                self.set(key, value, timeout, version)
            return is_new

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._entries.lock:
            is_there = self.has_key(key, version)
            if is_there:
                self.set(key, self.get(key, version=version), timeout, version)
            return is_there

    def delete(self, key: str, version: int | None = None) -> bool:
        with self._entries.lock:
            return self._entries.take(self.make_and_validate_key(key, version)) is not None

    def clear(self) -> None:
        with self._entries.lock:
            self._entries.clear()
            self._entries.size = 0

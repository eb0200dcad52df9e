"""A process's own cache, bounded by how much it holds: what is kept by version would else pile up."""

from collections import Counter, OrderedDict
from typing import Any

from django.core.cache.backends.locmem import LocMemCache

# Bytes by cache: each thread has an object of its own for the one that the process has.
_held: Counter[str] = Counter()


class BoundedCache(LocMemCache):
    """What was not used for the longest goes first, once there are more than `MAX_BYTES` in `OPTIONS`."""

    _cache: OrderedDict[str, bytes]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name, self._most = name, params["OPTIONS"]["MAX_BYTES"]

    def _set(self, key: str, value: bytes, *timeout: Any) -> None:
        _held[self._name] += len(value) - len(self._cache.get(key, b""))
        super()._set(key, value, *timeout)  # type: ignore[misc]
        while _held[self._name] > self._most:
            self._delete(next(reversed(self._cache)))

    def _delete(self, key: str) -> bool:
        _held[self._name] -= len(self._cache.get(key, b""))
        return bool(super()._delete(key))  # type: ignore[misc]

    def clear(self) -> None:
        super().clear()
        _held[self._name] = 0

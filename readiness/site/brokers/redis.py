"""Kombu's Redis, made to survive the loss of the server while a task runs.

A worker that loses the server closes its channel, and closes it again while it reconnects. By then the
channel has no address any more, and what was not acknowledged yet cannot be: kombu 5.7 fails there with an
AttributeError, of which the worker dies, where a connection error would have been expected and passed over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as Lost


class RedisChannel(redis.Channel):
    @contextmanager
    def conn_or_acquire(self, client: Any = None) -> Iterator[Any]:
        if not client and self.connection.client is None:
            raise Lost("This channel was closed when the server was lost.")
        with super().conn_or_acquire(client) as acquired:
            yield acquired


class RedisTransport(redis.Transport):
    Channel = RedisChannel

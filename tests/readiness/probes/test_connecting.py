"""More addresses than one: the first that does not answer is not waited for to the end."""

import asyncio
import socket
from contextlib import ExitStack
from ipaddress import ip_address

import pytest

from readiness.probes import connecting
from readiness.probes.connecting import connected

HERE, THERE = ip_address("127.0.0.1"), ip_address("127.0.0.2")


@pytest.fixture
def silent():
    """An endpoint whose queue is full: the system answers no further connection."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        endpoint = HERE, listener.getsockname()[1]
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((str(HERE), endpoint[1]))
        yield endpoint


def reached(endpoints, seconds=5):
    async def within():
        async with asyncio.timeout(seconds):
            return await connected(endpoints)

    with asyncio.run(within()) as opened:
        return opened.getpeername()


def test_silence_gives_way_to_the_next(silent, monkeypatch):
    monkeypatch.setattr(connecting, "PATIENCE", 0.05)
    with socket.create_server((str(THERE), 0)) as listener:
        endpoint = THERE, listener.getsockname()[1]
        assert reached([silent, endpoint]) == (str(THERE), endpoint[1])


def test_the_last_has_all_the_time(silent, monkeypatch):
    monkeypatch.setattr(connecting, "PATIENCE", 0.05)
    with pytest.raises(TimeoutError):
        reached([silent, silent], seconds=0.5)


def test_the_last_says_what_is_wrong():
    with socket.create_server((str(HERE), 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        reached([(THERE, port), (HERE, port)])

"""Clients that send slowly, or nothing, cost the others nothing."""

import selectors
import socket
import struct
import time
import uuid
from contextlib import ExitStack

import pytest

from tests.fixtures.waiting import PATIENCE

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]

IDLE, SLOW, SILENT = 500, 200, 64
ASK = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def begun(path: str) -> bytes:
    """A request whose body never gets beyond its first byte."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: 100\r\n\r\n{{".encode()


def took(site) -> float:
    """How long one more client waits for an answer, with a connection of its own."""
    start = time.monotonic()
    assert site.answers()
    return time.monotonic() - start


def answer(caller) -> bytes:
    """All that comes until the server hangs up."""
    said = b""
    while piece := caller.recv(65536):
        said += piece
    return said


def test_a_full_house_of_idle_and_slow_clients_delays_nobody(site):
    paths = ["/sign-in/", f"/ping/{uuid.uuid4()}", "/hooks/github/", "/nothing/here/"]
    with ExitStack() as house:
        idle = [house.enter_context(site.call(ASK)) for _ in range(IDLE)]
        for caller in idle:
            assert caller.recv(4096).startswith(b"HTTP/1.1 200 OK")
        for number in range(SLOW):
            house.enter_context(site.call(begun(paths[number % len(paths)])))
        for _ in range(SILENT):
            house.enter_context(site.call())
        waits = sorted(took(site) for _ in range(40))
        assert waits[len(waits) // 2] <= 0.1, waits
        for caller in idle:
            caller.sendall(ASK)
        for caller in idle:
            assert caller.recv(4096).startswith(b"HTTP/1.1 200 OK")
        assert site.ask("GET", "/sign-in/")[0] == 200


def test_who_sends_nothing_or_too_slowly_is_sent_away(site):
    """Both deadlines run at once, so that the test waits for the longer one only."""
    with ExitStack() as house:
        selector = house.enter_context(selectors.DefaultSelector())
        silent = house.enter_context(site.call())
        halved = house.enter_context(site.call(b"GET /healthz HTTP/1.1\r\nHost: loc"))
        slow = house.enter_context(site.call(begun("/sign-in/")))
        for caller in (silent, halved, slow):
            selector.register(caller, selectors.EVENT_READ)
        # A byte now and then does not put it off.
        ended, start = set(), time.monotonic()
        while len(ended) < 3 and time.monotonic() - start < PATIENCE:
            for key, _ in selector.select(timeout=1):
                ended.add(key.fileobj)
                selector.unregister(key.fileobj)
            if slow not in ended:
                slow.send(b" ")
        assert ended == {silent, halved, slow}
        assert answer(slow).startswith(b"HTTP/1.1 408 Request Timeout")
        assert answer(silent) == b""


def test_a_slow_client_does_not_keep_it_from_stopping(start_site):
    site = start_site()
    with site.call(begun("/sign-in/")), site.call(ASK) as idle:
        assert idle.recv(4096).startswith(b"HTTP/1.1 200 OK")
        site.process.terminate()
        # Sooner than the body's own deadline.
        site.process.wait(15)


def test_who_breaks_off_leaves_no_line_in_the_log(start_site):
    site = start_site()
    head = "POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
    chunked, endless = f"{head}Transfer-Encoding: chunked\r\n\r\n", "9" * 30
    for sent in (
        begun("/sign-in/"),
        f"{chunked}5\r\nhal".encode(),
        f"{chunked}zz\r\nhalf".encode(),
        f"{head}Content-Length: {endless}\r\n\r\nx".encode(),
        f"{head}Content-Length: -1\r\n\r\nx".encode(),
        b"\x16\x03\x01 no HTTP\r\n\r\n",
        ASK.replace(b"localhost", b"\xff\xfe"),
        ASK + ASK,
    ):
        with site.call(sent) as caller:
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert site.answers()
    assert site.log.read_text() == ""

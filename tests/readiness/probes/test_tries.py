"""Connecting again: what no further try is worth first."""

import asyncio
import socket
import struct

import pytest

from readiness.probes import tries
from readiness.probes.batch import ProbeRun, run_batch
from readiness.probes.network_policy import Context, Unresolvable
from readiness.probes.tries import Tries
from tests.readiness.probes.peers import FACTS, LOOPBACK, NOW, answering, http, peer, request


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    monkeypatch.setattr(tries, "PAUSE", 0.01)


def once(kind, parameters, retries):
    (found,) = run_batch([ProbeRun(kind, parameters, FACTS, retries=retries)], now=NOW, reach=LOOPBACK)
    return found


ANSWER = answering(http())


def resetting(times):
    """Resets the first `times` connections once the request is there, and answers from then on."""

    def serve(connection, number):
        if number > times:
            return ANSWER(connection, number)
        connection.recv(4096)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return connection.close()

    return serve


@pytest.mark.parametrize(
    ("times", "retries", "state", "fact", "accepted"),
    [
        (1, 0, "failed", "connection closed without an answer", 1),
        (1, 1, "passed", ", after 2 tries", 2),
        (2, 3, "passed", ", after 3 tries", 3),
        (9, 2, "failed", "connection closed without an answer, after 3 tries", 3),
        (0, 3, "passed", " ms", 1),
    ],
)
def test_what_is_reset_is_tried_again(times, retries, state, fact, accepted):
    with peer(resetting(times)) as server:
        found = once("http", {"url": server.url}, retries)
    assert (found.state, found.fact.endswith(fact), server.accepted) == (state, True, accepted)


def test_what_cannot_be_undone_is_not_sent_twice():
    with peer(resetting(9)) as server:
        posted = once("http", {"url": server.url, "method": "POST", "send_body": "x"}, 3)
        assert (posted.fact, server.accepted) == ("connection closed without an answer", 1)


@pytest.mark.parametrize("kind", ["http", "tcp", "tls"])
def test_a_refused_connection_is_tried_again(kind):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    target = {"url": f"http://127.0.0.1:{port}/"} if kind == "http" else {"host": "127.0.0.1", "port": port}
    found = once(kind, target, 2)
    assert (found.state, found.fact) == ("failed", "connection refused, after 3 tries")


@pytest.mark.parametrize(
    "parameters", [{"status": [204]}, {"headers": {"x-region": "eu"}}, {"body": "nothing like it"}]
)
def test_a_wrong_answer_is_an_answer(parameters):
    with peer(answering(http())) as server:
        found = once("http", {"url": server.url, **parameters}, 3)
    assert (found.state, "tries" in found.fact, server.accepted) == ("failed", False, 1)


def test_a_timeout_leaves_no_time_for_another_try():
    with peer(lambda connection, _: request(connection) and connection.recv(1)) as server:
        found = once("http", {"url": server.url, "timeout": 0.3}, 3)
    assert (found.fact, server.accepted) == ("no answer within 0.3 s", 1)


def test_what_tls_finds_wrong_is_not_asked_again():
    with peer(lambda connection, _: connection.sendall(b"plain"), at=("127.0.0.1", 0)) as server:
        found = once("tls", {"host": "127.0.0.1", "port": server.port}, 3)
    assert (found.fact.startswith("TLS handshake failed"), server.accepted) == (True, 1)


@pytest.mark.parametrize(
    ("problem", "asked"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "try again"), 3),
        (OSError("no answer"), 3),
        (socket.gaierror(socket.EAI_NONAME, "no such name"), 1),
    ],
)
def test_dns_is_asked_again_unless_it_answered(problem, asked):
    names = []

    async def lookup(name):
        names.append(name)
        raise problem

    found = look_up(lookup, Tries(2))
    assert (len(names), found) == (asked, "DNS has no address for x.example")


def look_up(lookup, left):
    context = Context(NOW, LOOPBACK, lookup, tries=left)
    try:
        return asyncio.run(context.addresses("x.example", 443))
    except Unresolvable as problem:
        return str(problem)


def test_lost_time_is_not_the_targets(monkeypatch):
    with peer(resetting(1)) as server:
        monkeypatch.setattr(tries, "PAUSE", 0.4)
        found = once("http", {"url": server.url, "max_latency_ms": 150}, 1)
    assert (found.state, found.fact.endswith("after 2 tries")) == ("passed", True)

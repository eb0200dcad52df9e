"""`tcp` against real ports."""

import socket

import pytest

from readiness.probes.network_policy import NetworkPolicy
from tests.readiness.probes.peers import look, peer


def found(*said, **parameters):
    def serve(connection, number):
        for piece in said:
            connection.sendall(piece)
        connection.recv(1)

    with peer(serve) as server:
        return look("tcp", {"host": "127.0.0.1", "port": server.port, "timeout": 20, **parameters})


def test_a_closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = look("tcp", {"host": "127.0.0.1", "port": port})
    assert (outcome.state, outcome.fact) == ("failed", "connection refused")


def test_it_is_guarded():
    with peer(lambda connection, _: None) as server:
        outcome = look("tcp", {"host": "localhost", "port": server.port}, reach=NetworkPolicy())
    assert outcome.state == "error"
    assert outcome.fact == "not checked: localhost resolves to 127.0.0.1, a loopback address"
    assert server.accepted == 0


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ([], "no answer within 3 s"),
        ([b"22"], "greeting: expected “220*ESMTP” in it, got 22 within 3 s"),
        ([b"554 no\r\n" * 200], None),
        ([b"\xff" * 100_000], None),
    ],
)
def test_another_greeting(said, fact):
    outcome = found(*said, banner="220*ESMTP", timeout=3)
    assert outcome.state == "failed"
    assert outcome.fact == fact or outcome.fact.startswith("greeting: expected “220*ESMTP” in it, got ")


def test_a_server_that_hangs_up_without_a_greeting():
    with peer(lambda connection, _: None) as server:
        outcome = look("tcp", {"host": "127.0.0.1", "port": server.port, "banner": "220"})
    assert (outcome.state, outcome.fact) == ("failed", "greeting: expected “220” in it, got nothing")


def test_the_right_greeting_in_pieces():
    assert found(b"220 mx.harbor", b".example ESMTP\r\n", banner="220*ESMTP").state == "passed"


def test_a_connection_is_enough_without_a_greeting():
    outcome = found()
    assert outcome.state == "passed"
    assert outcome.fact == f"connected in {outcome.latency:,.0f} ms"

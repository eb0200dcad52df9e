"""`http` against real servers, the hostile ones first."""

import asyncio
import errno
import gzip
import socket
import time
import zlib

import pytest

from readiness.probes import validate
from readiness.probes.answer import contains
from readiness.probes.failure import explained
from tests.fixtures.waiting import no_longer_than
from tests.readiness.probes.peers import answering, http, look, peer, request


def found(answer, **parameters):
    with peer(answering(answer)) as server:
        outcome = look("http", {"url": server.url, **parameters})
    return outcome.state, outcome.fact


def endless(piece):
    def serve(connection, number):
        request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(piece)

    return serve


def silent(connection, number):
    request(connection)
    connection.recv(1)


@pytest.mark.parametrize(
    "piece", [b"x: " + b"a" * 4000 + b"\r\n", b"a" * 4000, b"x: y\r\n" * 500], ids=["headers", "one", "many"]
)
def test_headers_without_end_are_not_read_to_their_end(piece):
    with peer(endless(piece)) as server, no_longer_than(1):
        outcome = look("http", {"url": server.url, "timeout": 20})
    assert outcome.fact == "the answer is not HTTP, or its headers are too large"
    assert outcome.state == "failed"


def test_one_deadline_covers_a_server_that_drips():
    def drips(connection, number):
        for byte in http(b"{}" * 1000):
            connection.sendall(bytes([byte]))
            time.sleep(0.1)

    with peer(drips) as server, no_longer_than(2):
        outcome = look("http", {"url": server.url, "timeout": 1})
    assert (outcome.state, outcome.fact) == ("failed", "no answer within 1 s")


def test_silence_is_theirs():
    with peer(silent) as server:
        outcome = look("http", {"url": server.url, "timeout": 1})
    assert (outcome.state, outcome.fact) == ("failed", "no answer within 1 s")


def test_a_name_server_that_is_silent_is_ours():
    async def lookup(host):
        raise TimeoutError

    async def never(host):
        await asyncio.sleep(60)

    url = {"url": "http://billing.eu.harbor.example/", "timeout": 0.2}
    assert look("http", url, lookup=never).fact == "DNS gave no answer within 0.2 s"
    assert look("http", url, lookup=never).state == "error"
    assert look("http", url, lookup=lookup).state == "error"


def test_no_name_is_an_error_and_never_a_pass():
    outcome = look("http", {"url": "http://nothing.invalid/"})
    assert (outcome.state, outcome.fact) == ("error", "DNS has no address for nothing.invalid")


def test_a_refused_connection_is_theirs():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = look("http", {"url": f"http://127.0.0.1:{port}/"})
    assert (outcome.state, outcome.fact) == ("failed", "connection refused")


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EMFILE, errno.EACCES])
def test_what_this_machine_cannot_do_is_ours(number):
    assert explained(OSError(number, "")).state == "error"


def test_hanging_up_is_theirs():
    with peer(lambda connection, number: request(connection)) as server:
        outcome = look("http", {"url": server.url})
    assert (outcome.state, outcome.fact) == ("failed", "connection closed without an answer")


@pytest.mark.parametrize("garbage", [b"\x00\xff\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b"HTTP/9.9 abc\r\n\r\n"])
def test_what_is_not_http_failed(garbage):
    assert found(garbage) == ("failed", "the answer is not HTTP, or its headers are too large")


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(b"\0" * 50_000_000)
    answer = http(bomb, Content_Encoding="gzip")
    assert len(bomb) < 64 * 1024
    assert found(answer, json={"a": 1}) == ("failed", "the body is 64 KiB or longer")


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        (http(b"x" * 65_536), "the body is 64 KiB or longer"),
        (http(b"{}", Content_Encoding="br"), "the body is packed as br, which was not asked for"),
        (http(b"{}", Content_Encoding="gzip"), "the body cannot be unpacked as gzip"),
        (http(b"<html>"), "the body is not JSON"),
        (http(b"[" * 60_000), "the body is not JSON"),
        (http(b"9" * 60_000), "the body is not JSON"),
        (http(b""), "the body is not JSON"),
        (http(b"[1]"), "a.b: expected 1, got nothing"),
        (http(b'{"a": {"b": true}}'), "a.b: expected 1, got true"),
        (http(b'{"a": {"b": "1"}}'), "a.b: expected 1, got 1"),
        (http(b'{"a": {"b": {}}}'), "a.b: expected 1, got an object"),
        (http(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), "the body is not JSON"),
    ],
)
def test_bodies_that_do_not_say_it(answer, fact):
    assert found(answer, json={"a.b": 1}) == ("failed", fact)


def test_an_answer_that_breaks_off_failed():
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"
    assert found(broken, json={"a": 1}) == ("failed", "the answer broke off")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_packed_body_within_bounds_is_read(pack):
    encoding = "gzip" if pack is gzip.compress else "deflate"
    answer = http(pack(b'{"region": "eu-west-1"}'), Content_Encoding=encoding)
    assert found(answer, json={"region": "{region.provider_code}"})[0] == "passed"


@pytest.mark.parametrize(
    ("answer", "parameters", "fact"),
    [
        (http(status="503 Busy"), {}, "answered 503, expected 200"),
        (http(status="503 Busy"), {"status": [200, 204]}, "answered 503, expected 200 or 204"),
        (http(status="503 Busy"), {"json": {"a": 1}}, "answered 503, expected 200"),
        (
            http(x_region="us-east-1"),
            {"headers": {"X-Region": "{region.provider_code}"}},
            "X-Region: expected eu-west-1, got us-east-1",
        ),
        (http(), {"headers": {"x-region": "eu-west-1"}}, "x-region: expected eu-west-1, got nothing"),
        (
            http(b'{"checks": [{"region": "us-east-1"}]}', x_region="us-east-1"),
            {"headers": {"x-region": "eu-west-1"}, "json": {"checks.0.region": "eu-west-1"}},
            "x-region: expected eu-west-1, got us-east-1; checks.0.region: expected eu-west-1, got us-east-1",
        ),
        (http(b"all down"), {"body": "all * well"}, "the body does not contain “all * well”"),
    ],
)
def test_what_differs_is_told_with_both_sides(answer, parameters, fact):
    assert found(answer, **parameters) == ("failed", fact)


def test_a_slow_answer_fails_its_limit():
    def slow(connection, number):
        request(connection)
        time.sleep(0.15)
        connection.sendall(http())

    with peer(slow) as server:
        started = time.monotonic()
        outcome = look("http", {"url": server.url, "max_latency_ms": 100})
        taken = 1000 * (time.monotonic() - started)
    assert (outcome.state, outcome.fact) == ("failed", f"took {outcome.latency:,.0f} ms, limit 100 ms")
    assert 150 <= outcome.latency <= taken


def test_a_pass_tells_where_it_went():
    with peer(answering(http())) as server:
        outcome = look("http", {"url": server.url})
    assert outcome.state == "passed"
    assert outcome.fact == f"answered 200 in {outcome.latency:,.0f} ms"
    assert outcome.evidence == {"url": server.url, "addresses": ["127.0.0.1"], "status": 200}


def redirects(count):
    def serve(connection, number):
        request(connection)
        away = http(status="302 Found", Location=f"/{number}", Set_Cookie="a=b")
        connection.sendall(away if number <= count else http())

    return serve


def test_three_redirects_are_followed():
    with peer(redirects(3)) as server:
        outcome = look("http", {"url": server.url})
    assert (outcome.state, server.accepted) == ("passed", 4)
    assert outcome.evidence["redirected_from"] == [server.url, f"{server.url}1", f"{server.url}2"]


def test_the_fourth_is_not():
    with peer(redirects(4)) as server:
        outcome = look("http", {"url": server.url})
    assert (outcome.state, server.accepted) == ("failed", 4)
    assert outcome.fact.endswith(": redirected more than 3 times")


def test_a_redirect_that_was_expected_is_the_answer():
    with peer(redirects(1)) as server:
        outcome = look("http", {"url": server.url, "status": [302], "headers": {"location": "/1"}})
    assert (outcome.state, server.accepted) == ("passed", 1)


def test_nothing_of_one_host_is_sent_to_the_next():
    heads = []

    def second(connection, number):
        heads.append(request(connection))
        connection.sendall(http())

    with peer(second) as other:
        away = http(status="302 Found", Location=other.url, Set_Cookie="a=b; Domain=127.0.0.1; Path=/")
        with peer(answering(away)) as first:
            assert look("http", {"url": first.url}).state == "passed"
    names = {line.split(b":")[0].lower() for line in heads[0].split(b"\r\n")[1:] if line}
    assert names == {b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"}


@pytest.mark.parametrize(
    ("text", "wanted", "there"),
    [
        ("all is well", "all*well", True),
        ("well, all", "all*well", False),
        ("a" * 60_000, "*".join("a" * 99) + "*b", False),
        ("", "a", False),
        ("a", "*", True),
    ],
)
def test_contains(text, wanted, there):
    assert contains(text, wanted) is there


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({}, ["url: field required"]),
        ({"url": "ftp://a.example/"}, ["url: the URL must begin with http:// or https://"]),
        ({"url": "https://a.{region.planet}/"}, None),
        ({"url": "https://a.example/", "regex": ""}, ["regex: is not a parameter of this kind of check"]),
        ({"url": "https://a.example/", "status": [99]}, ["status: a status is between 200 and 599"]),
        ({"url": "https://a.example/", "status": ["200"]}, ["status.0: input should be a valid integer"]),
        (
            {"url": "https://a.example/", "headers": {"x": 1}},
            ["headers: “x”: what a header has is a text; put it in quotes"],
        ),
        (
            {"url": "https://a.example/", "timeout": 31},
            ["timeout: input should be less than or equal to 30"],
        ),
        (
            {"url": "https://a.example/", "method": "HEAD", "body": "x"},
            ["parameters: HEAD has no body to look into; use GET"],
        ),
        ({"url": "https://a.{region.domain}/health", "json": {"region": "{region.provider_code}"}}, []),
    ],
)
def test_parameters_are_judged_before_there_is_a_region(parameters, problems):
    if problems is None:
        (line,) = validate("http", parameters)
        assert line.startswith("url: {region.planet} is not known; there are {region.slug}, ")
    else:
        assert validate("http", parameters) == problems

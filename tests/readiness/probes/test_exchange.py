"""What goes over the wire, and what comes before the answer."""

from ipaddress import ip_address

import pytest

from readiness.probes.exchange import ProbeRequest
from tests.readiness.probes.peers import answering, http, look, peer, request

OURS = ["User-Agent: region-readiness", "Accept: */*", "Accept-Encoding: gzip, deflate"]


def lines(url, **more):
    return ProbeRequest(url, **more).written.decode().split("\r\n")


@pytest.mark.parametrize(
    ("url", "first", "host"),
    [
        ("http://A.example", "GET / HTTP/1.1", "a.example"),
        ("http://a.example:80/x?", "GET /x HTTP/1.1", "a.example"),
        ("https://a.example:80/x?a=b%20c#d", "GET /x?a=b%20c HTTP/1.1", "a.example:80"),
        ("https://[2001:4860::8888]:443/", "GET / HTTP/1.1", "[2001:4860::8888]"),
        ("http://a.example?a=1", "GET /?a=1 HTTP/1.1", "a.example"),
    ],
)
def test_a_url_as_it_is_asked_for(url, first, host):
    assert lines(url) == [first, f"Host: {host}", *OURS, "Connection: close", "", ""]


def test_what_a_check_sends_takes_the_place_of_ours():
    sent = lines("http://a.example/", headers={"user-agent": "x", "X-Key": "y"})
    assert sent[1:] == [
        "Host: a.example",
        *OURS[1:],
        "user-agent: x",
        "X-Key: y",
        "Connection: close",
        "",
        "",
    ]


def test_a_body_is_counted_in_bytes():
    sent = lines("http://a.example/", method="POST", body="é")
    assert sent[2:3] + sent[-4:] == [
        "Content-Type: application/octet-stream",
        "Content-Length: 2",
        "Connection: close",
        "",
        "é",
    ]
    assert "Content-Length: 0" in lines("http://a.example/", method="PUT")


@pytest.mark.parametrize(
    "early", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\na: b\r\n\r\n"]
)
def test_what_only_says_that_the_answer_will_come_is_not_it(early):
    with peer(answering(early + http(b"well"))) as server:
        assert look("http", {"url": server.url, "body": "well"}).state == "passed"


def test_an_answer_to_head_has_no_body_to_wait_for():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with peer(answering(head)) as server:
        assert look("http", {"url": server.url, "method": "HEAD"}).state == "passed"


def test_a_server_that_speaks_before_it_is_asked():
    def serve(connection, number):
        connection.sendall(b"220 hello\r\n")
        request(connection)

    with peer(serve) as server:
        outcome = look("http", {"url": server.url})
    assert (outcome.state, outcome.fact) == (
        "failed",
        "the answer is not HTTP, or its headers are too large",
    )


def test_an_address_that_refuses_gives_way_to_the_next():
    async def lookup(name):
        return [ip_address("127.0.0.2"), ip_address("127.0.0.1")]

    with peer(answering(http())) as server:
        outcome = look("http", {"url": f"http://a.example:{server.port}/"}, lookup=lookup)
    assert (outcome.state, outcome.evidence["addresses"]) == ("passed", ["127.0.0.2", "127.0.0.1"])


@pytest.mark.parametrize("location", ["http://[::1/", "//[x]/", "http://[1.2.3.4]/"])
def test_a_redirect_to_what_is_no_url(location):
    answer = http(b"", "302 Found", Location=location)
    with peer(answering(answer)) as server:
        outcome = look("http", {"url": server.url})
    assert (outcome.state, outcome.fact) == ("failed", f"redirected to what is no URL: {location}")

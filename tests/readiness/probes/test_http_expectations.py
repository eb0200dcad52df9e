"""What an `http` check may send and expect, beyond a status and equal values."""

import re

import pytest

from readiness.probes import validate
from tests.readiness.probes.peers import answering, http, look, peer, request


def found(answer, **parameters):
    with peer(answering(answer)) as server:
        outcome = look("http", {"url": server.url, **parameters})
    return outcome.state, re.sub(r" in \d+ ms$", "", outcome.fact)


@pytest.mark.parametrize(
    ("expected", "fact"),
    [
        ({">": 5}, "depth: expected > 5, got 3"),
        ({"<": 3}, "depth: expected < 3, got 3"),
        ({"!=": 3}, "depth: expected anything but 3, got 3"),
        ({"exists": False}, "depth: expected nothing, got 3"),
        ({"matches": "^4"}, "depth: expected a match of “^4”, got 3"),
        ({"contains": "4"}, "depth: expected “4” in it, got 3"),
        ({">": 1, "<": 3}, "depth: expected < 3, got 3"),
        ({"=": {"a": 1}}, "depth: expected an object, got 3"),
    ],
)
def test_a_comparison_that_does_not_hold(expected, fact):
    assert found(http(b'{"depth": 3}'), json={"depth": expected}) == ("failed", fact)


@pytest.mark.parametrize(
    ("sign", "value"), [("<", 1), (">", 1), ("=", 1), ("!=", 1), ("contains", "a"), ("exists", True)]
)
@pytest.mark.parametrize("body", [b"{}", b'{"depth": [{"x": 1}]}'])
def test_what_is_not_there_meets_nothing(sign, value, body):
    path = "depth" if body == b"{}" else "depth.1.x"
    state, fact = found(http(body), json={path: {sign: value}})
    assert (state, fact.endswith(", got nothing")) == ("failed", True)


@pytest.mark.parametrize("value", [b"NaN", b"true", b'"many"', b"null", b"[9]", b"{}"])
def test_what_is_no_number_is_neither_more_nor_less(value):
    body = b'{"depth": ' + value + b"}"
    assert found(http(body), json={"depth": {">": 0}})[0] == "failed"
    assert found(http(body), json={"depth": {"<=": 10**9}})[0] == "failed"


@pytest.mark.parametrize(
    "expected",
    [
        {"depth": {">": 2, "<=": 3}},
        {"regions": {"contains": "{region.provider_code}"}},
        {"nested": {"contains": "a"}},
        {"name": {"contains": "Har*bor", "matches": "^(Har|Sea)bor$"}},
        {"nested.a": {"=": None}},
        {"nothing": {"exists": False}},
        {"nested": {"=": {"a": None}}},
    ],
)
def test_comparisons_that_hold(expected):
    body = b'{"depth": 3, "regions": ["eu-west-1"], "nested": {"a": null}, "name": "Harbor"}'
    assert found(http(body), json=expected) == ("passed", "answered 200")


def test_headers_are_compared_alike():
    answer = http(X_Age="12", X_Version="v2.3.1")
    held = {"x-age": {"<": 60}, "x-version": {"matches": r"^v2\.\d+"}, "x-debug": {"exists": False}}
    assert found(answer, headers=held)[0] == "passed"
    fact = "x-age: expected > 60, got 12; x-debug: expected something, got nothing"
    assert found(answer, headers={"x-age": {">": 60}, "x-debug": {"exists": True}}) == ("failed", fact)


def test_a_body_is_matched_in_time():
    hostile = http(b"a" * 60_000 + b"b")
    assert found(hostile, body_matches="(a+)+$") == ("failed", "the body does not match “(a+)+$”")
    assert found(hostile, body_matches="(.?){90}z", timeout=30)[0] in ("failed", "error")
    assert found(http(b"all is well"), body_matches="(?i)ALL.*well$")[0] == "passed"


def test_a_pattern_that_takes_too_long_is_ours():
    body = "".join(chr(0x4E00 + number) for number in range(20_000)).encode()
    said = found(http(body), body_matches="(.?){90}z")
    assert said == ("error", "the regular expression takes too long on this answer")


def heads(count):
    """A server that keeps each request, and redirects all but the last of `count`."""
    kept = []

    def serve(connection, number):
        head = request(connection)
        while b"\r\n\r\n{}" not in head and head.startswith((b"POST", b"PUT")):
            head += connection.recv(4096)
        kept.append(head)
        connection.sendall(http(status="307 Again", Location="/next") if number < count else http())

    return serve, kept


def test_headers_and_a_body_are_sent_again_to_the_same_origin():
    serve, kept = heads(2)
    with peer(serve) as server:
        asked = {"url": server.url, "method": "POST", "send": {"X-Probe": "yes"}, "send_body": "{}"}
        assert look("http", asked).state == "passed"
    assert [head.split(b" ")[0] for head in kept] == [b"POST", b"POST"]
    assert all(b"X-Probe: yes\r\n" in head and head.endswith(b"{}") for head in kept)


@pytest.mark.parametrize(("status", "method"), [("302 Found", "GET"), ("307 Again", "GET")])
def test_neither_goes_to_another_origin(status, method):
    serve, kept = heads(1)
    with peer(serve) as other, peer(answering(http(status=status, Location=other.url))) as first:
        outcome = look("http", {"url": first.url, "method": "GET", "send": {"X-Probe": "yes"}})
    assert outcome.state == "passed"
    assert kept[0].startswith(method.encode())
    assert b"X-Probe" not in kept[0]


def test_a_body_is_not_sent_on():
    with (
        peer(answering(http())) as other,
        peer(answering(http(status="308 Moved", Location=other.url))) as server,
    ):
        outcome = look("http", {"url": server.url, "method": "POST", "send_body": "{}"})
    assert outcome.state == "failed"
    assert outcome.fact == f"redirected to {other.url}: that is another origin, which is not sent the body"
    assert other.accepted == 0


ELSEWHERE = "that is another host, which this check does not follow to"


@pytest.mark.parametrize(
    ("policy", "state", "fact"),
    [
        ("none", "failed", "answered 302, expected 200"),
        (
            "same host",
            "failed",
            f"redirected to {{}}: {ELSEWHERE}",
        ),
        ("follow", "passed", "answered 200"),
    ],
)
def test_a_policy_for_redirects(policy, state, fact):
    with peer(answering(http())) as other:
        location = other.url.replace("127.0.0.1", "localhost")
        said = found(http(status="302 Found", Location=location), redirects=policy)
    assert said == (state, fact.format(location))


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"json": {"a": {}}}, "json: “a”: write a value, or comparisons such as {“>”: 5}"),
        (
            {"json": {"a": {"like": 1}}},
            "json: “a”: “like” is not a comparison; there are = != < <= > >= contains matches exists",
        ),
        ({"json": {"a": {">": "x"}}}, "json: “a”: > compares with a number"),
        ({"json": {"a": {"exists": 1}}}, "json: “a”: exists is true or false"),
        (
            {"headers": {"a": {"matches": "("}}},
            "headers: “a”: the pattern opens a bracket that it does not close",
        ),
        ({"body_matches": "("}, "body_matches: the pattern opens a bracket that it does not close"),
        ({"send": {"Host": "a"}}, "send: “Host” is not a header that a check may send"),
        ({"send": {"a b": "a"}}, "send: “a b” is not a header that a check may send"),
        (
            {"send": {"x": "a\r\ny: b"}},
            "send: the value of “x” has a control character or a letter outside ASCII",
        ),
        ({"send_body": "{}"}, "parameters: GET sends no body; use POST or PUT"),
        (
            {"send": {"Authorization": "Bearer abc"}},
            "send.Authorization: everybody would read it here; name a secret: {secret.NAME}",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_when_it_is_saved(parameters, problem):
    assert validate("http", {"url": "https://a.example/", **parameters}) == [problem]

"""`prometheus` against a server that answers as Prometheus does."""

import json
import socket

import pytest

from tests.readiness.probes.peers import answering, http, look, peer


def vector(*pairs):
    return [{"metric": labels, "value": [1.5, value]} for labels, value in pairs]


def found(result, kind="vector", status="200 OK", answer=None, **parameters):
    body = {"status": "success", "data": {"resultType": kind, "result": result}}
    with peer(answering(http(json.dumps(answer or body).encode(), status=status))) as server:
        asked = {"url": server.url, "query": "up", "compare": "<=", "threshold": 10, **parameters}
        outcome = look("prometheus", asked)
    return outcome.state, outcome.fact


@pytest.mark.parametrize(
    ("result", "kind", "fact"),
    [
        ([], "vector", "the query gives nothing, which says nothing"),
        ([], "matrix", "the query gives neither a number nor a vector"),
        (None, "vector", "the query gives neither a number nor a vector"),
        ([7], "vector", "a sample of the result has no value"),
        ([1.5, "many"], "scalar", "could not convert string to float: 'many'"),
    ],
)
def test_a_query_that_says_nothing_is_an_error(result, kind, fact):
    assert found(result, kind) == ("error", f"Prometheus: {fact}")


def test_a_query_that_is_refused_is_an_error():
    answer = {"status": "error", "error": "parse error"}
    said = found(None, answer=answer, status="400 Bad")
    assert said == ("error", "Prometheus: answered 400, parse error")


def test_a_server_that_is_away_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    outcome = look("prometheus", {"url": url, "query": "up", "threshold": 1})
    assert (outcome.state, outcome.fact) == ("error", "Prometheus: connection refused")


@pytest.mark.parametrize(
    ("result", "kind", "compare", "said"),
    [
        ([1.5, "3"], "scalar", "<=", ("passed", "3, <= 10 wanted")),
        ([1.5, "11"], "scalar", "<=", ("failed", "expected <= 10, got 11")),
        ([1.5, "NaN"], "scalar", "!=", ("failed", "expected != 10, got nan")),
        ([1.5, "+Inf"], "scalar", ">", ("passed", "inf, > 10 wanted")),
        (
            vector(({"job": "a"}, "3"), ({"job": "b"}, "12")),
            "vector",
            "<=",
            ("failed", "expected <= 10, got 12 (job=b)"),
        ),
    ],
)
def test_every_value_must_hold(result, kind, compare, said):
    assert found(result, kind, compare=compare) == said


def test_what_is_asked():
    with peer(answering(http())) as server:
        outcome = look("prometheus", {"url": server.url, "query": 'up{a="{region.slug}"}', "threshold": 1})
    assert outcome.evidence["url"] == f"{server.url}api/v1/query?query=up%7Ba%3D%22europe%22%7D"

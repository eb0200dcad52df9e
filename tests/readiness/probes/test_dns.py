"""`dns` against a real name server."""

import pytest

from readiness.probes import validate
from readiness.probes.network_policy import NetworkPolicy
from tests.readiness.probes.names import name_server
from tests.readiness.probes.peers import look

ZONE = {
    ("eu.harbor.example", "A"): ["198.51.100.7", "198.51.100.5"],
    ("eu.harbor.example", "AAAA"): ["2001:db8::7"],
    ("eu.harbor.example", "MX"): ["10 Mx1.harbor.example.", "20 mx2.harbor.example."],
    ("eu.harbor.example", "TXT"): ['"v=spf1 " "-all"', '"other"'],
    ("eu.harbor.example", "CAA"): ['0 issue "letsencrypt.org"'],
    ("www.eu.harbor.example", "CNAME"): ["edge.harbor.example."],
    ("eu.harbor.example", "NS"): [],
    ("broken.harbor.example", "A"): ["broken"],
    ("silent.harbor.example", "A"): ["silence"],
}


def found(name="{region.domain}", kind="A", values=(), match="exactly", **parameters):
    asked = {"name": name, "type": kind, "values": list(values), "match": match, **parameters}
    with name_server(lambda name, kind: ZONE.get((name, kind))) as server:
        outcome = look("dns", {**asked, "resolver": "127.0.0.1", "port": server.port})
    return outcome.state, outcome.fact


@pytest.mark.parametrize("match", ["exactly", "all", "any"])
def test_no_records_never_pass(match):
    missing = ("failed", "A of nothing.harbor.example: expected a record, got none")
    assert found("nothing.harbor.example", match=match) == missing
    assert found(kind="NS", match=match)[0] == "failed"


def test_a_resolver_that_fails_is_an_error():
    state, fact = found("broken.harbor.example", timeout=20)
    assert (state, fact) == ("error", "DNS gave no usable answer (NoNameservers)")


def test_a_resolver_that_is_silent_is_an_error():
    assert found("silent.harbor.example", timeout=0.3) == ("error", "DNS gave no answer within 0.3 s")


def test_a_resolver_is_a_target_like_any_other():
    with name_server(lambda name, kind: ["198.51.100.7"]) as server:
        asked = {"name": "a.example", "resolver": "127.0.0.1", "port": server.port}
        outcome = look("dns", asked, reach=NetworkPolicy())
    assert outcome.fact == "the resolver: not checked: 127.0.0.1 is a loopback address"
    assert (outcome.state, server.asked) == ("error", 0)


@pytest.mark.parametrize(
    ("kind", "values", "match", "state"),
    [
        ("A", [], "exactly", "passed"),
        ("A", ["198.51.100.5", "198.51.100.7"], "exactly", "passed"),
        ("A", ["198.51.100.5"], "exactly", "failed"),
        ("A", ["198.51.100.5"], "all", "passed"),
        ("A", ["198.51.100.5", "198.51.100.9"], "all", "failed"),
        ("A", ["198.51.100.5", "198.51.100.9"], "any", "passed"),
        ("A", ["198.51.100.5"], "none", "failed"),
        ("A", ["198.51.100.9"], "none", "passed"),
        ("AAAA", ["2001:0db8:0::7"], "exactly", "passed"),
        ("MX", ["10 mx1.harbor.example.", "20  MX2.harbor.example"], "exactly", "passed"),
        ("TXT", ["v=spf1 -all"], "all", "passed"),
        ("TXT", ["v=spf1 ~all"], "all", "failed"),
        ("CAA", ['0 issue "letsencrypt.org"'], "exactly", "passed"),
    ],
)
def test_records(kind, values, match, state):
    assert found(kind=kind, values=values, match=match)[0] == state


def test_an_alias():
    named = "CNAME of www.eu.harbor.example"
    assert found("www.{region.domain}", "CNAME", ["edge.harbor.example."]) == (
        "passed",
        f"{named}: edge.harbor.example",
    )
    assert found("www.{region.domain}", "CNAME", ["edge.{region.domain}"]) == (
        "failed",
        f"{named}: expected edge.eu.harbor.example, got edge.harbor.example",
    )


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({}, ["name: field required"]),
        ({"name": "a.example", "type": "ANY"}, None),
        ({"name": "a.example", "match": "none"}, ["parameters: name the records that must not be there"]),
        ({"name": "a.example", "values": ["1.2.3"]}, None),
        (
            {"name": "a.example", "resolver": "10.0.0.1"},
            ["resolver: 10.0.0.1 is a private address, which PROBE_ALLOWED_NETWORKS does not allow"],
        ),
        ({"name": "a.{region.domain}", "type": "MX", "values": ["10 mx.{region.domain}"]}, []),
    ],
)
def test_parameters(parameters, problems):
    said = validate("dns", parameters)
    assert said == problems if problems is not None else len(said) == 1

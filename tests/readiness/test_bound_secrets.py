"""A secret goes to the https origins that it is bound to, and nowhere else: saved, tried or run."""

import pytest

from readiness import probes
from readiness.checks.parameters import problems
from readiness.conf.probe_secrets import probe_secrets
from readiness.conf.system_checks import (
    probe_secrets_are_bound,
    probe_settings_are_safe,
    probe_settings_can_be_read,
)
from readiness.models import Region
from readiness.probes.secrets import astray, covered
from tests.readiness.probes.peers import answering, http, look, peer

SENT = {"send": {"authorization": "Bearer {secret.KEY}"}}
ONLY = "the secret KEY goes to https://*.harbor.example only"
UNBOUND = "the secret FREE is bound to no https origin: PROBE_SECRET_FREE_ORIGINS is not set"


@pytest.fixture(autouse=True)
def key(settings):
    settings.PROBE_SECRETS = {"KEY": "nobody-may-see-this", "FREE": "anybody-may-have-this"}
    settings.PROBE_SECRET_ORIGINS = {"KEY": ("https://*.harbor.example",)}


@pytest.mark.parametrize(
    ("environment", "values", "origins"),
    [
        ({}, {}, {}),
        ({"PROBE_SECRET_A": "", "PROBE_SECRET_A_HOSTS": ""}, {}, {}),
        ({"PROBE_SECRET_A": "value"}, {"A": "value"}, {}),
        (
            {"PROBE_SECRET_A": "value", "PROBE_SECRET_A_HOSTS": "*.A.example, b.example", "SECRET_KEY": "x"},
            {"A": "value"},
            {"A": ("*.a.example", "b.example")},
        ),
        (
            {"PROBE_SECRET_A": "value", "PROBE_SECRET_A_ORIGINS": "https://a.example:8443"},
            {"A": "value"},
            {"A": ("https://a.example:8443",)},
        ),
        # What is left of a secret that was taken away is not itself one.
        ({"PROBE_SECRET_A_HOSTS": "a.example"}, {}, {"A": ("a.example",)}),
    ],
)
def test_what_the_environment_says(environment, values, origins):
    assert probe_secrets(environment) == (values, origins)


PATTERNS = ("https://*.harbor.example", "one.example", "https://two.example:8443", "http://127.0.0.1:80")


@pytest.mark.parametrize(
    ("origin", "is_covered"),
    [
        ("https://harbor.example", False),
        ("https://evilharbor.example", False),
        ("https://a.harbor.example.evil", False),
        ("https://a.harbor.example", True),
        ("https://a.harbor.example:443", True),
        ("https://a.harbor.example:8443", False),
        ("http://a.harbor.example", False),
        ("http://a.harbor.example:443", False),
        ("https://A.B.Harbor.Example", True),
        ("https://one.example", True),
        ("http://one.example", False),
        ("https://a.one.example", False),
        ("https://two.example:8443", True),
        ("https://two.example", False),
        ("http://127.0.0.1", True),
        ("http://127.0.0.1:81", False),
        ("https://127.0.0.1", False),
    ],
)
def test_which_origins_a_pattern_stands_for(origin, is_covered):
    assert covered(origin, PATTERNS) == is_covered


@pytest.mark.parametrize(
    "entry", ["http://a.example", "", "https://", "https://a.example/path", "ftp://a.example"]
)
def test_what_is_no_https_origin_opens_nothing(entry):
    for origin in ("http://a.example", "https://a.example", "https://a.example:80"):
        assert not covered(origin, (entry,))


def test_it_does_not_run_against_another_host_and_nothing_is_sent(settings):
    with peer(answering(http())) as server:
        outcome = look("http", {"url": server.url, **SENT})
        assert (outcome.state, outcome.fact) == ("error", f"not checked: {ONLY}, not to {server.url[:-1]}")
        assert server.accepted == 0
        settings.PROBE_SECRET_ORIGINS = {"KEY": (server.url,)}
        assert look("http", {"url": server.url, **SENT}).state == "passed"


def test_one_that_is_bound_to_nothing_goes_nowhere():
    sent = {"send": {"authorization": "Bearer {secret.FREE}"}}
    with peer(answering(http())) as server:
        outcome = look("http", {"url": server.url, **sent})
        assert (outcome.state, outcome.fact) == ("error", f"not checked: {UNBOUND}")
        assert server.accepted == 0


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("tcp", {"host": "a.harbor.example", "port": 443, "send": "{secret.KEY}"}),
        ("dns", {"name": "{secret.KEY}.harbor.example", "values": ["1.2.3.4"]}),
        ("http", {"url": "http://a.harbor.example/", **SENT}),
        ("prometheus", {"url": "http://a.harbor.example/", "query": "up", **SENT}),
        ("residency", {"url": "https://a.harbor.example:8443/", **SENT}),
        ("parity", {"url": "http://{region.domain}/", "json": {"a": "equal"}, **SENT}),
    ],
)
def test_no_kind_carries_it_another_way(kind, parameters):
    assert look(kind, parameters).state == "error"


def test_nor_where_no_origin_is_named():
    assert astray("KEY", []) == f"parameters: {ONLY}, and this check names no https origin"
    assert astray("FREE", []) == f"parameters: {UNBOUND}"
    # Which may be known where checks run; here it cannot be used in any way.
    assert astray("ELSEWHERE", []) == ""


def test_nor_where_one_origin_of_several_is_another():
    hosts = ["https://a.harbor.example", "https://a.evil.example", "https://b.evil.example"]
    origins = [("url" if "harbor" in origin else "also", origin) for origin in hosts]
    assert astray("KEY", origins) == f"also: {ONLY}, not to https://a.evil.example"


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"url": "https://a.harbor.example/", **SENT}, []),
        ({"url": "https://a.example/", "send": {"x": "{secret.FREE}"}}, [f"parameters: {UNBOUND}"]),
        ({"url": "https://{region.domain}/", "send": {"x": "{secret.FREE}"}}, [f"parameters: {UNBOUND}"]),
        ({"url": "http://a.harbor.example/", **SENT}, [f"url: {ONLY}, not to http://a.harbor.example"]),
        ({"url": "https://a.example/", **SENT}, [f"url: {ONLY}, not to https://a.example"]),
        ({"url": "https://a.example/?key={secret.KEY}"}, [f"url: {ONLY}, not to https://a.example"]),
        # Which host that is, its regions tell.
        ({"url": "https://a.{region.domain}/", **SENT}, []),
    ],
)
def test_it_is_refused_when_a_check_is_saved(parameters, found):
    assert probes.validate("http", parameters) == found


def test_and_in_the_regions_that_it_names():
    here, there = Region(name="Here", domain="eu.harbor.example"), Region(name="There", domain="evil.example")
    parameters = {"url": "https://a.{region.domain}/", **SENT}
    assert problems("http", parameters, [here, there]) == [
        f"url: in There, {ONLY}, not to https://a.evil.example"
    ]


def test_what_is_no_origin_is_told_at_the_start(settings):
    origins = ("http://a.example", "https://a.example/x", "*.a.example", "1.2.3.4", "https://a.example:8443")
    settings.PROBE_SECRET_ORIGINS = {"KEY": origins}
    told = {problem.id: problem.msg for problem in probe_settings_can_be_read(None)}
    assert len(probe_settings_can_be_read(None)) == 2
    assert "“https://a.example/x” is not an origin" in told["readiness.E006"]


def test_one_that_is_bound_to_nothing_is_told_before_it_is_deployed(settings):
    (problem,) = probe_secrets_are_bound(None)
    assert (problem.id, "PROBE_SECRET_FREE is bound to no https origin" in problem.msg) == (
        "readiness.E007",
        True,
    )
    settings.PROBE_SECRET_ORIGINS |= {"FREE": ("http://127.0.0.1:8080",)}
    assert probe_secrets_are_bound(None) == []
    (problem,) = probe_settings_are_safe(None)
    assert (problem.id, "PROBE_SECRET_FREE_ORIGINS" in problem.msg) == ("readiness.E004", True)

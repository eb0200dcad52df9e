"""A secret that is bound to hosts: refused anywhere else, when a check is saved and when it runs."""

import pytest

from readiness import probes
from readiness.checks import probe_settings_can_be_read
from readiness.models import Region
from readiness.parameters import problems
from readiness.probe_secrets import probe_secrets
from readiness.probes.secrets import astray, covered
from tests.readiness.probes.peers import answering, http, look, peer

SENT = {"send": {"authorization": "Bearer {secret.KEY}"}}
ONLY = "the secret KEY goes to *.harbor.example only"


@pytest.fixture(autouse=True)
def key(settings):
    settings.PROBE_SECRETS = {"KEY": "nobody-may-see-this", "FREE": "anybody-may-have-this"}
    settings.PROBE_SECRET_HOSTS = {"KEY": ("*.harbor.example",)}


@pytest.mark.parametrize(
    ("environment", "values", "hosts"),
    [
        ({}, {}, {}),
        ({"PROBE_SECRET_A": "", "PROBE_SECRET_A_HOSTS": ""}, {}, {}),
        ({"PROBE_SECRET_A": "value"}, {"A": "value"}, {}),
        (
            {"PROBE_SECRET_A": "value", "PROBE_SECRET_A_HOSTS": "*.A.example, b.example", "SECRET_KEY": "x"},
            {"A": "value"},
            {"A": ("*.a.example", "b.example")},
        ),
        # What is left of a secret that was taken away is not itself one.
        ({"PROBE_SECRET_A_HOSTS": "a.example"}, {}, {"A": ("a.example",)}),
    ],
)
def test_what_the_environment_says(environment, values, hosts):
    assert probe_secrets(environment) == (values, hosts)


@pytest.mark.parametrize(
    ("host", "is_covered"),
    [
        ("", False),
        ("harbor.example", False),
        ("evilharbor.example", False),
        ("a.harbor.example.evil", False),
        ("a.harbor.example", True),
        ("A.B.Harbor.Example", True),
        ("one.example", True),
        ("a.one.example", False),
    ],
)
def test_which_hosts_a_pattern_stands_for(host, is_covered):
    assert covered(host, ("*.harbor.example", "one.example")) == is_covered


def test_it_does_not_run_against_another_host_and_nothing_is_sent(settings):
    with peer(answering(http())) as server:
        outcome = look("http", {"url": server.url, **SENT})
        assert (outcome.state, outcome.fact) == ("error", f"not checked: {ONLY}, not to 127.0.0.1")
        assert server.accepted == 0
        settings.PROBE_SECRET_HOSTS = {"KEY": ("127.0.0.1",)}
        assert look("http", {"url": server.url, **SENT}).state == "passed"


def test_nor_where_no_host_is_named():
    assert astray("KEY", []) == f"parameters: {ONLY}, and this check names no host"
    assert astray("FREE", []) == ""


def test_nor_where_one_host_of_several_is_another():
    hosts = [("url", "a.harbor.example"), ("also", "a.evil.example"), ("also", "b.evil.example")]
    assert astray("KEY", hosts) == f"also: {ONLY}, not to a.evil.example"


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"url": "https://a.harbor.example/", **SENT}, []),
        ({"url": "https://a.example/", "send": {"x": "{secret.FREE}"}}, []),
        ({"url": "https://a.example/", **SENT}, [f"url: {ONLY}, not to a.example"]),
        ({"url": "https://a.example/?key={secret.KEY}"}, [f"url: {ONLY}, not to a.example"]),
        # Which host that is, its regions tell.
        ({"url": "https://a.{region.domain}/", **SENT}, []),
    ],
)
def test_it_is_refused_when_a_check_is_saved(parameters, found):
    assert probes.validate("http", parameters) == found


def test_and_in_the_regions_that_it_names():
    here, there = Region(name="Here", domain="eu.harbor.example"), Region(name="There", domain="evil.example")
    parameters = {"url": "https://a.{region.domain}/", **SENT}
    assert problems("http", parameters, [here, there]) == [f"url: in There, {ONLY}, not to a.evil.example"]


def test_what_is_no_host_is_told_at_the_start(settings):
    settings.PROBE_SECRET_HOSTS = {"KEY": ("https://a.example",), "FREE": ("*.a.example", "1.2.3.4")}
    (problem,) = probe_settings_can_be_read(None)
    assert (problem.id, "“https://a.example” is not a host" in problem.msg) == ("readiness.E006", True)

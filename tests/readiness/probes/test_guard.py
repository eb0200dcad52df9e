"""What the guard refuses, by vectors, and that a refused target never saw a connection."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from readiness.probes.guard import (
    SocketGate,
    TargetRefused,
    embedded,
    objection,
    parsed_network,
    vetted_host,
    vetted_url,
)
from readiness.probes.network_policy import NetworkPolicy, Route
from tests.readiness.probes.peers import LOOPBACK, answering, http, look, peer
from tests.readiness.probes.vectors import FORBIDDEN, ODD_HOSTS, ODD_URLS, PUBLIC


@pytest.mark.parametrize(("text", "reason"), FORBIDDEN.items())
def test_forbidden_addresses(text, reason):
    assert objection(ip_address(text)) == reason


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses(text):
    assert objection(ip_address(text)) is None


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_odd_hosts_are_refused(host):
    with pytest.raises(TargetRefused):
        vetted_host(host)


@pytest.mark.parametrize(
    ("host", "vetted"),
    [
        ("Billing.EU.Harbor.example", "billing.eu.harbor.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("_dmarc.harbor.example", "_dmarc.harbor.example"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("0:0:0:0:0:0:0:1", "::1"),
    ],
)
def test_plain_hosts_pass(host, vetted):
    assert vetted_host(host) == vetted


@pytest.mark.parametrize("url", ODD_URLS)
def test_odd_urls_are_refused(url):
    with pytest.raises(TargetRefused):
        vetted_url(url)


def test_an_allowed_network_lets_through_what_is_in_it_and_nothing_beside():
    allowed = [ip_network("10.20.0.0/16")]
    assert objection(ip_address("10.20.255.255"), allowed) is None
    assert objection(ip_address("10.21.0.0"), allowed) == "a private address"
    assert objection(ip_address("::ffff:10.20.0.1"), allowed) == "an IPv4-mapped address of 10.20.0.1"


@pytest.mark.parametrize(
    ("network", "outer", "inner"),
    [
        ("64:ff9b::/96", "64:ff9b::7f00:1", "a loopback address"),
        ("2002::/16", "2002:a00:1::1", "a private address"),
        ("::ffff:0:0/96", "::ffff:169.254.169.254", "a metadata address"),
    ],
)
def test_allowing_a_gateway_does_not_allow_what_lies_behind_it(network, outer, inner):
    assert objection(ip_address(outer), [ip_network(network)]) == inner


def test_an_allowed_gateway_reaches_public_addresses():
    assert objection(ip_address("64:ff9b::8.8.8.8"), [ip_network("64:ff9b::/96")]) is None


@pytest.mark.parametrize("text", ["::", "::1", "2606:4700::1111", "8.8.8.8"])
def test_nothing_is_embedded_in(text):
    assert embedded(ip_address(text)) is None


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "10.0.0.0/33", "example", "", "10.0.0.0-10.0.0.9"])
def test_a_wrong_network_is_named(entry):
    with pytest.raises(ValueError, match=f"^“{entry}” is not a network"):
        parsed_network(entry)


def test_the_gate_opens_no_socket_to_what_was_not_vetted():
    gate = SocketGate([(ip_address("8.8.8.8"), 80)])
    for target in (("127.0.0.1", 80), ("8.8.8.8", 81)):
        with pytest.raises(PermissionError):
            gate((socket.AF_INET, socket.SOCK_STREAM, 0, "", target))


@pytest.fixture
def listener():
    with peer(answering(http())) as listener:
        yield listener


SAME_PLACE = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "0.0.0.0",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "127.0.0.1.",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "user@127.0.0.1",
    "１２７.0.0.1",
]


@pytest.mark.parametrize("host", SAME_PLACE)
def test_no_form_of_loopback_is_ever_connected_to(host, listener):
    assert look("http", {"url": f"http://{host}:{listener.port}/"}, reach=NetworkPolicy()).state == "error"
    assert listener.accepted == 0


def test_the_listener_would_have_noticed(listener):
    assert look("http", {"url": listener.url}).state == "passed"
    assert listener.accepted == 1


def test_a_certificate_check_is_guarded_alike(listener):
    found = look("tls", {"host": "localhost", "port": listener.port}, reach=NetworkPolicy())
    assert (found.state, found.fact) == (
        "error",
        "not checked: localhost resolves to 127.0.0.1, a loopback address",
    )
    assert listener.accepted == 0


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "//0.0.0.0:{port}/"]
)
def test_a_redirect_to_loopback_is_refused_though_the_first_hop_was_routed_there(target, listener):
    location = target.format(port=listener.port)
    with peer(answering(http(status="302 Found", Location=location))) as first:
        route = Route.parsed(f"*.harbor.example:80=127.0.0.1:{first.port}")
        found = look(
            "http", {"url": "http://billing.eu.harbor.example/"}, reach=NetworkPolicy(routes=(route,))
        )
    assert found.state == "error"
    assert found.fact.startswith("redirected to http://")
    assert (first.accepted, listener.accepted) == (1, 0)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://a@127.0.0.1/", "http://127.1/"]
)
def test_a_redirect_to_no_web_address_is_refused(location):
    with peer(answering(http(status="301 Moved", Location=location))) as first:
        found = look("http", {"url": first.url})
    assert (found.state, first.accepted) == ("error", 1)


def test_a_name_that_changes_its_mind_gains_nothing(listener):
    answers = iter([[ip_address("192.0.2.1")], [ip_address("127.0.0.1")]])

    async def lookup(host):
        return next(answers)

    url = f"http://rebound.example:{listener.port}/"
    found = look("http", {"url": url}, reach=NetworkPolicy(), lookup=lookup)
    assert found.fact == "not checked: rebound.example resolves to 192.0.2.1, a documentation address"
    assert len(list(answers)) == 1
    assert listener.accepted == 0


def test_of_a_name_with_allowed_and_forbidden_addresses_only_the_allowed_are_tried(listener):
    async def lookup(host):
        return [ip_address("::1"), ip_address("127.0.0.1"), ip_address("10.0.0.1")]

    found = look("http", {"url": f"http://mixed.example:{listener.port}/"}, reach=LOOPBACK, lookup=lookup)
    assert (found.state, found.evidence["addresses"]) == ("passed", ["127.0.0.1"])

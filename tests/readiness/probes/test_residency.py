"""`residency`: real name servers, real redirects."""

from ipaddress import ip_network

import pytest

from readiness.probes import validate
from readiness.probes.network_policy import NetworkPolicy
from readiness.probes.region_data import RegionData
from tests.readiness.probes.names import name_server
from tests.readiness.probes.peers import answering, http, look, peer

ONE, TWO = NetworkPolicy(allowed=(ip_network("127.0.0.0/8"),)), ip_network("127.0.0.2/32")
INSIDE = RegionData(networks=(ip_network("127.0.0.1/32"),))


def found(zone, place=INSIDE, reach=ONE, **parameters):
    with name_server(lambda name, kind: zone.get(name)) as names:
        return look("residency", parameters, place=place, reach=reach, lookup=names.lookup)


def test_without_networks_nothing_is_inside():
    outcome = found({}, RegionData(), also=["a.example"])
    assert outcome.state == "error"
    assert outcome.fact == "the region's networks are not known: load them with manage.py load_networks"


def test_no_address_is_an_error():
    outcome = found({"a.example": []}, also=["a.example"])
    assert (outcome.state, outcome.fact) == ("error", "DNS has no address for a.example")


def test_one_address_of_several_lies_outside():
    zone = {"a.example": ["127.0.0.1"], "b.example": ["127.0.0.1", "198.51.100.1"]}
    outcome = found(zone, also=["a.example", "b.example"])
    assert outcome.state == "failed"
    assert outcome.fact == "outside the region's networks: b.example at 198.51.100.1"
    assert outcome.evidence["hosts"]["a.example"] == ["127.0.0.1"]


def test_a_private_address_is_outside_though_it_is_never_connected_to():
    with peer(answering(http())) as server:
        zone = {"a.example": ["127.0.0.1", "10.0.0.1"]}
        outcome = found(zone, url=f"http://a.example:{server.port}/")
    assert outcome.fact == "outside the region's networks: a.example at 10.0.0.1"


def test_a_redirect_leads_outside():
    with peer(answering(http())) as server:
        away = http(status="302 Found", Location=f"http://login.example:{server.port}/")
        with peer(answering(away)) as first:
            zone = {"app.example": ["127.0.0.1"], "login.example": ["127.0.0.2"]}
            outcome = found(zone, url=f"http://app.example:{first.port}/")
    assert (outcome.state, outcome.fact) == (
        "failed",
        "outside the region's networks: login.example at 127.0.0.2",
    )


def test_everything_inside():
    with peer(answering(http(status="302 Found", Location="/next"), http(status="503 Busy"))) as server:
        zone = {"app.example": ["127.0.0.1"], "files.example": ["127.0.0.1"]}
        outcome = found(zone, url=f"http://app.example:{server.port}/", also=["files.example"])
    assert (outcome.state, outcome.fact) == ("passed", "1 address of 2 hosts, all inside")


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({}, ["parameters: name a URL, or a host at least"]),
        ({"also": ["127.1"]}, ["also.0: '127.1' is an unusual form of an address"]),
        (
            {"also": ["10.0.0.1"]},
            ["also: 10.0.0.1 is a private address, which PROBE_ALLOWED_NETWORKS does not allow"],
        ),
        ({"also": ["files.{region.domain}"]}, []),
    ],
)
def test_parameters(parameters, problems):
    assert validate("residency", parameters) == problems

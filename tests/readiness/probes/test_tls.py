"""`tls` against real handshakes with certificates of every sort."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from readiness.probes import validate
from readiness.probes.network_policy import NetworkPolicy, Route
from tests.readiness.probes.peers import look, peer

HOST = "billing.eu.harbor.example"
ISSUED = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def shown(authority, tmp_path):
    """What a check of HOST says when a server shows the certificate for `name`, good for `days`."""

    def shown(name=HOST, days=100, signed_by=authority, now=ISSUED, newest=None, **parameters):
        trusted = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(trusted)
        until = ISSUED + timedelta(days=days, hours=1)
        certificate = signed_by.issue_cert(name, not_before=ISSUED - timedelta(days=400), not_after=until)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        if newest:
            context.maximum_version = newest
        with peer(lambda connection, _: connection.recv(1), tls=context) as server:
            route = Route.parsed(f"{HOST}:443=127.0.0.1:{server.port}")
            reach = NetworkPolicy(routes=(route,), ca_file=str(trusted))
            return look("tls", {"host": "billing.{region.domain}", **parameters}, reach=reach, now=now)

    return shown


def test_an_expired_certificate(shown):
    outcome = shown(days=-2)
    assert (outcome.state, outcome.fact) == (
        "failed",
        "certificate not trusted: certificate has expired",
    )


def test_a_certificate_for_another_name(shown):
    outcome = shown("billing.us.harbor.example")
    assert outcome.state == "failed"
    assert outcome.fact == (
        "certificate not trusted: Hostname mismatch, certificate is not valid for 'billing.eu.harbor.example'"
    )


def test_an_authority_nobody_trusts(shown):
    outcome = shown(signed_by=trustme.CA())
    assert outcome.state == "failed"
    assert outcome.fact == "certificate not trusted: unable to get local issuer certificate"


def test_about_to_expire(shown):
    expires = ISSUED + timedelta(days=9, hours=1)
    outcome = shown(days=9)
    when = f"{expires.day} {expires:%b %Y}"
    assert outcome.state == "failed"
    assert outcome.fact == f"certificate expires in 9 days ({when}), at least 21 wanted"
    assert outcome.evidence["days_left"] == 9


@pytest.mark.parametrize(("wanted", "state"), [(8, "passed"), (9, "passed"), (10, "failed")])
def test_days_left_are_whole_ones(shown, wanted, state):
    assert shown(days=9, min_days=wanted).state == state


def test_the_time_is_the_one_given(shown):
    assert shown(days=30, now=ISSUED + timedelta(days=29)).evidence["days_left"] == 1


def test_an_old_version(shown):
    outcome = shown(newest=ssl.TLSVersion.TLSv1_2, min_version="1.3")
    assert (outcome.state, outcome.fact) == ("failed", "speaks TLS 1.2, at least TLS 1.3 wanted")


def test_a_good_one_with_its_facts(shown):
    outcome = shown(min_version="1.3")
    assert outcome.state == "passed"
    assert outcome.evidence["host"] == HOST
    assert outcome.evidence["protocol"] == "TLSv1.3"
    assert outcome.evidence["days_left"] == 100
    assert outcome.evidence["names"] == [HOST]
    assert set(outcome.evidence) == {
        *("host", "subject", "issuer", "names", "not_before", "not_after", "days_left", "serial", "sha256"),
        *("key", "protocol", "cipher"),
    }


def test_what_was_not_trusted_is_kept(shown):
    outcome = shown("billing.us.harbor.example", days=-2)
    assert outcome.state == "failed"
    assert outcome.evidence["names"] == ["billing.us.harbor.example"]
    assert outcome.evidence["days_left"] == -2


def test_a_given_authority_is_the_only_one(shown, authority):
    other = trustme.CA()
    given, system = (ca.cert_pem.bytes().decode() for ca in (other, authority))
    assert shown(signed_by=other, ca=given).state == "passed"
    assert shown(ca=system).state == "passed"
    outcome = shown(ca=given)
    assert outcome.state == "failed"
    assert outcome.fact == "certificate not trusted: unable to get local issuer certificate"


def test_a_server_without_tls():
    with peer(lambda connection, _: connection.sendall(b"220 hello\r\n")) as server:
        outcome = look("tls", {"host": "127.0.0.1", "port": server.port})
    assert (outcome.state, outcome.fact) == ("failed", "TLS handshake failed: wrong version number")


def test_a_server_that_says_nothing():
    with peer(lambda connection, _: connection.makefile("rb").read()) as server:
        outcome = look("tls", {"host": "127.0.0.1", "port": server.port, "timeout": 0.2})
    assert (outcome.state, outcome.fact) == ("failed", "no answer within 0.2 s")


def test_an_authority_file_that_is_not_there_is_ours():
    reach = NetworkPolicy(routes=(Route.parsed(f"{HOST}:443=127.0.0.1:9"),), ca_file="/nowhere/ca.pem")
    outcome = look("tls", {"host": HOST}, reach=reach)
    assert outcome.state == "error"
    assert outcome.fact == "not checked: PROBE_CA_FILE cannot be read (No such file or directory)"


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({}, ["host: field required"]),
        ({"host": "127.1"}, ["host: '127.1' is an unusual form of an address"]),
        ({"host": "a.example", "port": 0}, ["port: input should be greater than or equal to 1"]),
        ({"host": "a.example", "ca": "-----BEGIN"}, ["ca: it is not a certificate in PEM"]),
        ({"host": "a.example", "min_version": "1.1"}, ["min_version: input should be '1.2' or '1.3'"]),
        ({"host": "whatsapp.{region.domain}"}, []),
    ],
)
def test_parameters(parameters, problems):
    assert validate("tls", parameters) == problems

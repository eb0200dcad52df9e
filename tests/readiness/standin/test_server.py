"""The stand-in, looked at by real probes."""

import stat
from datetime import UTC, datetime, timedelta

import pytest

from readiness.probes.network_policy import NetworkPolicy
from readiness.standin.certificates import Authority
from tests.readiness.probes.peers import look
from tests.readiness.standin.serving import serving

HEALTH = {
    "headers": {"x-region": "{region.provider_code}"},
    "json": {"status": "ok", "region": "{region.provider_code}"},
}


@pytest.fixture
def standin(tmp_path, settings):
    with serving(tmp_path / "standin") as (values, switches):
        for name, value in values.items():
            setattr(settings, name, value)
        yield switches


def http(service, scheme="https", **parameters):
    url = f"{scheme}://{service}.{{region.domain}}/health"
    found = look("http", {"url": url, **parameters}, reach=NetworkPolicy.from_settings())
    return found.state, found.fact


def tls(service, **parameters):
    host = f"{service}.{{region.domain}}"
    return look("tls", {"host": host, **parameters}, reach=NetworkPolicy.from_settings())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_not_listed_is_healthy(standin, scheme):
    assert http("email", scheme, **HEALTH, max_latency_ms=5000)[0] == "passed"


def test_wrong_region(standin):
    told = "expected eu-west-1, got us-east-1"
    assert http("whatsapp", **HEALTH) == ("failed", f"x-region: {told}; region: {told}")


def test_slow(standin):
    state, fact = http("search", max_latency_ms=200)
    assert (state, fact.endswith("ms, limit 200 ms")) == ("failed", True)


def test_failing(standin):
    assert http("billing", **HEALTH) == ("failed", "answered 503, expected 200")


def test_a_certificate_about_to_expire(standin):
    assert tls("files").evidence["days_left"] == 9
    assert tls("files").state == "failed"
    assert tls("email").state == "passed"


@pytest.mark.parametrize("service", ["voice", "nothing.such"])
def test_who_is_not_there_hangs_up(standin, service):
    gone = ("failed", "connection closed without an answer")
    assert http(service) == gone
    assert tls(service).fact == gone[1]


def test_a_host_is_stopped_and_started_while_it_runs(standin):
    standin.turn("email.eu.harbor.example", stopped=True)
    assert http("email", "http") == ("failed", "connection closed without an answer")
    assert http("email", "https") == ("failed", "connection closed without an answer")
    standin.turn("email.eu.harbor.example", stopped=False)
    assert http("email")[0] == "passed"
    standin.turn("voice.eu.harbor.example", stopped=False)
    assert http("voice")[0] == "passed"


def test_keys_are_for_their_owner_and_the_authority_is_kept(tmp_path):
    now = datetime(2026, 11, 2, tzinfo=UTC)
    first = Authority.kept_in(tmp_path, now)
    assert stat.S_IMODE((tmp_path / "ca-key.pem").stat().st_mode) == 0o600
    assert Authority.kept_in(tmp_path, now + timedelta(days=334)).certificate == first.certificate
    assert Authority.kept_in(tmp_path, now + timedelta(days=336)).certificate != first.certificate


@pytest.mark.parametrize("name", ["ca.pem", "ca-key.pem"])
def test_a_broken_authority_is_made_anew(tmp_path, name):
    now = datetime(2026, 11, 2, tzinfo=UTC)
    first = Authority.kept_in(tmp_path, now)
    (tmp_path / name).write_text("torn")
    second = Authority.kept_in(tmp_path, now)
    assert second.certificate != first.certificate
    assert Authority.kept_in(tmp_path, now).certificate == second.certificate

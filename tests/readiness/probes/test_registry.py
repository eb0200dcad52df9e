"""The kinds there are, and what a region puts for the placeholders."""

import subprocess
import sys

import pytest

from readiness import probes
from readiness.models import Region
from readiness.probes import Unfillable, facts_of, resolve, validate
from tests.readiness.probes.peers import http, look, peer, request


def test_a_kind_that_is_not_there_is_named():
    assert validate("ping", {}) == [
        (
            "kind: “ping” is not a kind of check; there are http, tls, dns, tcp, "
            "residency, parity, heartbeat, prometheus"
        )
    ]


def test_every_kind_can_be_made_into_a_form():
    for name, kind in probes.kinds().items():
        assert kind.title, name
        for field in kind.schema["properties"].values():
            assert field["title"]


def test_looking_at_the_registry_loads_no_client():
    code = "import sys, readiness.probes; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_parameters_are_resolved_wherever_a_text_stands():
    region = Region(name="Europe", slug="europe", domain="eu.harbor.example", provider_code="eu-west-1")
    parameters = {
        "url": "https://a.{region.domain}/{x}",
        "json": {"a": ["{ region.provider_code }", 1, None]},
    }
    assert resolve(parameters, facts_of(region)) == {
        "url": "https://a.eu.harbor.example/{x}",
        "json": {"a": ["eu-west-1", 1, None]},
    }


@pytest.mark.parametrize(
    "text", ["{region.pk}", "{region.__class__}", "{region.slug.x}", "{secret.key}", "{region.}"]
)
def test_a_placeholder_that_means_nothing_is_not_filled(text):
    with pytest.raises(Unfillable, match=r"is not known; there are \{region.slug\}"):
        resolve({"url": text}, facts_of(Region(slug="europe")))


def test_a_fact_is_not_filled_in_twice():
    region = Region(slug="europe", domain="{region.slug}.example")
    assert resolve({"url": "{region.domain}"}, facts_of(region)) == {"url": "{region.slug}.example"}


def test_a_secret_that_changed_is_the_next_runs(settings):
    seen = []

    def serve(connection, number):
        seen.append(request(connection).split(b"x-key: ")[1].split(b"\r\n")[0])
        connection.sendall(http())

    with peer(serve) as server:
        settings.PROBE_SECRET_ORIGINS = {"KEY": (server.url,)}
        for value in ("first-value", "other-value"):
            settings.PROBE_SECRETS = {"KEY": value}
            assert look("http", {"url": server.url, "send": {"x-key": "{secret.KEY}"}}).state == "passed"
    assert seen == [b"first-value", b"other-value"]

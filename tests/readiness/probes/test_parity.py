"""`parity`: two regions, two real servers."""

import json
import random

import pytest

from readiness.probes.network_policy import NetworkPolicy, Route
from readiness.probes.parity import age
from readiness.probes.region_data import RegionData
from tests.readiness.probes.peers import FACTS, answering, http, look, peer

US = {**FACTS, "slug": "us-east", "name": "US East", "domain": "us.harbor.example"}


def found(ours, theirs, facts, status="200 OK", reference=US):
    with (
        peer(answering(http(json.dumps(ours).encode()))) as here,
        peer(answering(http(json.dumps(theirs).encode(), status=status))) as there,
    ):
        routes = tuple(
            Route.parsed(f"app.{name}.harbor.example:80=127.0.0.1:{server.port}")
            for name, server in (("eu", here), ("us", there))
        )
        asked = {"url": "http://app.{region.domain}/version", "json": facts}
        outcome = look(
            "parity", asked, reach=NetworkPolicy(routes=routes), place=RegionData(reference=reference)
        )
    return outcome.state, outcome.fact


def test_modelled_on_nothing():
    assert found({}, {}, {"a": "equal"}, reference=None) == (
        "error",
        "the region is modelled on no other, so there is nothing to compare with",
    )


def test_a_reference_that_cannot_be_read_says_nothing_about_this_region():
    said = found({"a": 1}, {"a": 1}, {"a": "equal"}, status="503 Busy")
    assert said == ("error", "the reference region: answered 503, expected 200")
    assert found({"a": 1}, {}, {"a": "equal"}) == ("error", "the reference region has no a")


def test_a_reference_without_a_fact_for_a_placeholder():
    said = found({}, {}, {"a": "equal"}, reference={**US, "domain": ""})
    assert said == ("error", "US East has no domain to put for {region.domain}")


def test_every_difference_is_listed():
    ours = {"version": "1.9.0", "flags": {"whatsapp": False}, "same": 1}
    theirs = {"version": "1.10.0", "flags": {"whatsapp": True}, "same": 1, "more": 1}
    facts = {"version": "not older", "flags.whatsapp": "equal", "same": "equal", "more": "equal"}
    assert found(ours, theirs, facts) == (
        "failed",
        (
            "version: expected not older than 1.10.0, got 1.9.0; flags.whatsapp: expected true, got false; "
            "more: expected 1, got nothing"
        ),
    )


def test_the_same():
    assert found({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, {"a": "equal", "a.1.b": "equal"}) == (
        "passed",
        "as in the reference region: a a list, a.1.b 2",
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "state"),
    [
        (3, 3, "passed"),
        (4, 3.5, "passed"),
        (2, 3, "failed"),
        (True, 0, "failed"),
        ("3", 2, "failed"),
        ("2.0", "10.0", "failed"),
        ("a", "a", "passed"),
    ],
)
def test_not_older(ours, theirs, state):
    assert found({"v": ours}, {"v": theirs}, {"v": "not older"})[0] == state


def test_from_old_to_new():
    versions = ["v1.2.3-rc1", "1.2.3-rc2", "1.2.3", "1.2.3.1", "1.10", "2.0.0-alpha", "2.0.0", "2026-10-01"]
    shuffled = random.Random(3).sample(versions, len(versions))
    assert sorted(shuffled, key=age) == versions
    assert age("2026-10-01T09:00") > age("2026-09-30T23:00")
    assert age("9" * 5000) > age("1")

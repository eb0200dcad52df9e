"""Kinds of checks that other packages bring, found through a real entry point."""

import pytest

from readiness import probes
from tests.readiness.probes.peers import NOW, answering, http, look, peer

pytestmark = pytest.mark.usefixtures("plugin")


def test_it_is_a_kind_like_any_other():
    assert probes.names()[-4:] == ["coin", "dice", "gone", "odd"]
    assert probes.find("coin").title == "A coin"
    assert probes.validate("coin", {}) == ["lands: field required"]
    outcome = look("coin", {"lands": "tails"}, now=NOW.replace(second=1))
    assert (outcome.state, outcome.fact) == ("failed", "expected tails, got heads")


def test_it_does_not_replace_one_of_ours():
    with peer(answering(http())) as server:
        assert look("http", {"url": server.url}).state == "passed"


@pytest.mark.parametrize(("name", "why"), [("gone", "ModuleNotFoundError"), ("odd", "it is not a Kind")])
def test_one_that_cannot_be_loaded_is_an_error_and_hurts_no_other(name, why):
    fact = f"the kind of check “{name}” cannot be loaded ({why})"
    assert probes.validate(name, {}) == [f"kind: {fact}"]
    assert (look(name, {}).state, look(name, {}).fact) == ("error", fact)
    assert name not in probes.kinds()
    assert "coin" in probes.kinds()

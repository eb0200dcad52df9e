"""Kinds of checks that other packages bring, found through a real entry point."""

from pathlib import Path

import pytest

from readiness import probes
from tests.readiness.probes.peers import NOW, answering, http, look, peer

PACKAGE = Path(__file__).parent / "plugin"


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    """The package on the path, as an installer puts it there; its kinds are looked up anew."""
    monkeypatch.syspath_prepend(str(PACKAGE))
    for cached in (probes.find, probes._known):
        cached.cache_clear()
    yield
    for cached in (probes.find, probes._known):
        cached.cache_clear()


def test_it_is_a_kind_like_any_other():
    assert probes.names()[-3:] == ["coin", "gone", "odd"]
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

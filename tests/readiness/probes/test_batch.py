"""A batch: everybody's outcome, in order, whatever the others do."""

import threading
import time
from types import SimpleNamespace

import pytest

from readiness import probes
from readiness.probes import batch
from readiness.probes.batch import ProbeRun, run_batch
from readiness.probes.outcome import Outcome
from tests.fixtures.waiting import PATIENCE, no_longer_than
from tests.readiness.probes.peers import FACTS, LOOPBACK, NOW, answering, http, peer, request


def run(*runs, concurrency=50, per_host=None):
    return run_batch(runs, now=NOW, reach=LOOPBACK, concurrency=concurrency, per_host=per_host)


def kind(monkeypatch, look, host=lambda *_: ""):
    """Make `own` a kind of check, as a module of its own would."""

    async def probe(parameters, facts, context):
        return look()

    monkeypatch.setattr(probes, "find", lambda name: SimpleNamespace(run=probe, host=host))


def answering_late(connection, number):
    """Half a second after it was asked."""
    request(connection)
    threading.Event().wait(0.5)
    connection.sendall(http())


def test_nothing_to_run():
    assert run() == []


def test_outcomes_come_in_the_order_of_their_runs():
    with peer(answering(http())) as server, peer(lambda connection, _: request(connection)) as rude:
        found = run(
            ProbeRun("http", {"url": rude.url}, FACTS),
            ProbeRun("nonsense", {}, FACTS),
            ProbeRun("http", {"url": server.url}, FACTS),
            ProbeRun("http", {"url": "https://x.{region.jurisdiction}/"}, FACTS),
            ProbeRun("http", {"link": "x"}, FACTS),
        )
    assert [outcome.state for outcome in found] == ["failed", "error", "passed", "error", "error"]
    assert [outcome.fact for outcome in found][3:] == [
        "Europe has no jurisdiction to put for {region.jurisdiction}",
        (
            "the check's parameters are wrong: url: field required; "
            "link: is not a parameter of this kind of check"
        ),
    ]


def test_a_hostile_target_delays_nobody():
    def sleepy(connection, number):
        request(connection)
        connection.recv(1)

    with peer(answering(http())) as server, peer(sleepy) as hostile:
        slow = [ProbeRun("http", {"url": hostile.url, "timeout": 1}, FACTS)] * 20
        good = [ProbeRun("http", {"url": server.url, "timeout": 30}, FACTS)] * 20
        # One after the other they would take twenty seconds.
        with no_longer_than(1.5):
            found = run(*slow, *good)
    assert [outcome.state for outcome in found] == ["failed"] * 20 + ["passed"] * 20


def test_no_more_under_way_than_allowed():
    busy, most = [], []

    def counting(connection, number):
        request(connection)
        busy.append(number)
        most.append(len(busy))
        time.sleep(0.05)
        busy.remove(number)
        connection.sendall(http())

    with peer(counting) as server:
        found = run(*[ProbeRun("http", {"url": server.url}, FACTS)] * 12, concurrency=3)
    assert {outcome.state for outcome in found} == {"passed"}
    assert 1 < max(most) <= 3


def test_a_probe_that_breaks_is_an_error_without_its_internals(monkeypatch):
    kind(monkeypatch, lambda: 1 / 0)
    assert run(ProbeRun("own", {}, FACTS)) == [
        Outcome("error", "the check itself broke (ZeroDivisionError)"),
    ]


@pytest.mark.parametrize("found", [None, "fine", Outcome("passed", 5)])
def test_a_kind_that_knows_no_outcome_spoils_its_own_run_alone(monkeypatch, found):
    answers = iter([found, Outcome("passed", "fine")])
    kind(monkeypatch, lambda: next(answers))
    broken, fine = run(*[ProbeRun("own", {}, FACTS)] * 2)
    assert (broken.state, broken.fact[:24]) == ("error", "the check itself broke (")
    assert fine == Outcome("passed", "fine")


def test_a_kind_that_cannot_tell_its_host_is_run_all_the_same(monkeypatch):
    kind(monkeypatch, lambda: Outcome("passed", "fine"), host=lambda *_: 1 / 0)
    assert run(ProbeRun("own", {}, FACTS), per_host=1) == [Outcome("passed", "fine")]


def test_a_probe_without_a_deadline_of_its_own_is_stopped(monkeypatch):
    monkeypatch.setattr(batch, "DEADLINE", 0.05)
    with peer(lambda connection, _: connection.recv(1_000_000) and connection.recv(1)) as hostile:
        (found,) = run(ProbeRun("http", {"url": hostile.url}, FACTS))
    assert found == Outcome("error", "the check was stopped after 0.05 s")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"a": "x\x00y\ud800"}, {"a": "x�y�"}),
        ({"a": float("nan"), "b": 1.5, "c": None}, {"a": "nan", "b": 1.5, "c": None}),
        ({"a": ["x" * 400] * 50}, {"a": ["x" * 299 + "…"] * 30}),
    ],
)
def test_any_database_can_hold_what_a_probe_says(monkeypatch, said, kept):
    kind(monkeypatch, lambda: Outcome("failed", "got \x00\x1b[31m" + "y" * 600, 1.0, said))
    (found,) = run(ProbeRun("own", {}, FACTS))
    assert found == Outcome("failed", "got ��[31m" + "y" * 489 + "…", 1.0, kept)


def test_no_more_under_way_at_one_host_than_allowed_and_nobody_waits_for_it():
    """Those at a slow host take their turns; the others are through long before it answers."""
    busy, most = [], []
    others_are_through = threading.Event()

    def slow(connection, number):
        request(connection)
        busy.append(number)
        most.append(len(busy))
        others_are_through.wait(PATIENCE)
        busy.remove(number)
        connection.sendall(http())

    through = []

    def quick(connection, number):
        request(connection)
        connection.sendall(http())
        through.append(number)
        if len(through) == 10:
            others_are_through.set()

    # Four places: whoever waits for the slow host keeps none of them.
    with peer(slow) as crowded, peer(quick, at=("127.0.0.2", 0)) as other:
        runs = [ProbeRun("http", {"url": crowded.url}, FACTS)] * 6
        runs += [ProbeRun("http", {"url": f"http://127.0.0.2:{other.port}/"}, FACTS)] * 10
        found = run(*runs, concurrency=4, per_host=2)
    assert [outcome.state for outcome in found] == ["passed"] * 16
    assert max(most) == 2


def test_whose_turn_does_not_come_is_given_back_and_those_at_no_host_take_none(monkeypatch):
    monkeypatch.setattr(batch, "PATIENCE", 0.1)
    with peer(answering_late) as crowded:
        found = run(
            *[ProbeRun("http", {"url": crowded.url}, FACTS)] * 3, ProbeRun("nonsense", {}, FACTS), per_host=1
        )
    assert [outcome and outcome.state for outcome in found] == ["passed", None, None, "error"]


def test_whose_place_does_not_come_free_is_given_back_and_who_has_one_keeps_it(monkeypatch):
    """Also beyond the time that others wait for it; those who came before are no reason to be late."""
    monkeypatch.setattr(batch, "PATIENCE", 0.1)
    with peer(answering_late) as target:
        found = run(*[ProbeRun("http", {"url": target.url}, FACTS)] * 4, concurrency=2)
    assert [outcome and outcome.state for outcome in found] == ["passed", "passed", None, None]


def test_others_have_their_turn_where_nothing_answers():
    with peer(lambda connection, _: request(connection) and connection.recv(1)) as hostile:
        slow = ProbeRun("http", {"url": hostile.url, "timeout": 1}, FACTS)
        found = run(*[slow] * 5, concurrency=2)
    assert [outcome.state for outcome in found] == ["failed"] * 5


@pytest.mark.parametrize(
    ("kind", "parameters", "host"),
    [
        ("http", {"url": "https://API.{region.domain}:8443/x"}, "api.eu.harbor.example"),
        ("tcp", {"host": "smtp.{region.domain}", "port": 25}, "smtp.eu.harbor.example"),
        ("dns", {"name": "{region.domain}"}, ""),
        ("residency", {"also": ["files.{region.domain}"]}, "files.eu.harbor.example"),
        ("heartbeat", {"period": 60}, ""),
        ("http", {"url": "https://x.{region.jurisdiction}/"}, ""),
        ("http", {}, ""),
        ("nonsense", {}, ""),
    ],
)
def test_which_host_a_run_is_for(kind, parameters, host):
    assert ProbeRun(kind, parameters, FACTS).host == host

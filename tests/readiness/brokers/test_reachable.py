"""Whether the broker is there, told within a second: the one that says nothing first."""

import time

import pytest

from readiness.brokers.reachable import trouble_with_broker
from tests.fixtures.running import free_port
from tests.readiness.probes.peers import peer


@pytest.fixture
def at(settings):
    def at(url):
        settings.BROKER_URL = settings.CELERY_BROKER_URL = url
        return trouble_with_broker()

    return at


def test_one_that_says_nothing_is_not_waited_for(at):
    with peer(lambda connection, _: connection.recv(1_000) and connection.recv(1)) as silent:
        started = time.monotonic()
        assert at(f"redis://127.0.0.1:{silent.port}/0") == "no answer within 1 s"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("scheme", "problem"), [("redis", "ConnectionError"), ("amqp", "ConnectionRefusedError")]
)
def test_one_that_is_not_there(at, scheme, problem):
    assert at(f"{scheme}://127.0.0.1:{free_port()}/0") == f"it cannot be reached ({problem})"


def test_one_that_answers(at, valkey):
    assert at(valkey) == ""


def test_folders(at, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}
    assert at("filesystem://localhost") == ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    assert at("filesystem://localhost") == "its folder cannot be written to"

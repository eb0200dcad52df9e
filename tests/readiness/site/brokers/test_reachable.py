"""Whether the broker is there, told within a second: the one that says nothing first."""

import pytest

from readiness.site.brokers.reachable import trouble_with_broker
from tests.fixtures.running import free_port
from tests.fixtures.waiting import no_longer_than
from tests.readiness.probes.peers import peer


@pytest.fixture
def at(settings):
    def at(url):
        settings.BROKER_URL = settings.CELERY_BROKER_URL = url
        return trouble_with_broker()

    return at


def test_one_that_says_nothing_is_not_waited_for(at):
    def never(connection, number):
        connection.recv(1_000)
        connection.recv(1)

    with peer(never) as silent, no_longer_than(2):
        assert at(f"redis://127.0.0.1:{silent.port}/0") == "no answer within 1 s"


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

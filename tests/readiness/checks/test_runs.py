"""What `manage.py check` says about where checks may go."""

import pytest

from readiness.conf.system_checks import probe_settings_are_safe, probe_settings_can_be_read


def unreadable(settings, **values):
    for name, value in values.items():
        setattr(settings, name, value)
    return [(problem.id, problem.msg) for problem in probe_settings_can_be_read(None)]


def unsafe(settings, name, entries):
    setattr(settings, name, entries)
    return [(problem.id, problem.msg) for problem in probe_settings_are_safe(None)]


def test_nothing_set_is_fine(settings):
    assert unreadable(settings) == []
    assert probe_settings_are_safe(None) == []


def test_each_wrong_entry_is_named(settings, tmp_path):
    (tmp_path / "ca.pem").write_text("not one")
    problems = unreadable(
        settings,
        PROBE_ALLOWED_NETWORKS=["10.0.0.0/8", "10.0.0.0/99"],
        PROBE_CONNECT_TO=["a.example:80=127.0.0.1:80", "a.example"],
        PROBE_CA_FILE=str(tmp_path / "ca.pem"),
    )
    assert [number for number, _ in problems] == ["readiness.E001", "readiness.E002", "readiness.E003"]
    assert problems[0][1].startswith("PROBE_ALLOWED_NETWORKS: “10.0.0.0/99” is not a network")
    assert problems[1][1].startswith("PROBE_CONNECT_TO: “a.example” is not HOST:PORT=ADDRESS:PORT")
    assert problems[2][1].startswith(f"PROBE_CA_FILE: “{tmp_path}/ca.pem” cannot be read as certificates")


@pytest.mark.parametrize(
    "network", ["127.0.0.0/8", "127.0.0.1/32", "0.0.0.0/0", "::1/128", "::/0", "::ffff:0:0/96"]
)
def test_a_network_with_loopback_in_it_is_for_tests_only(settings, network):
    message = f"PROBE_ALLOWED_NETWORKS lets checks reach this machine itself: “{network}”."
    assert unsafe(settings, "PROBE_ALLOWED_NETWORKS", ["10.0.0.0/8", network]) == [
        ("readiness.E004", message)
    ]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_route_to_loopback_is_for_the_example_only(settings, address):
    entry = f"*.harbor.example:443={address}:8443"
    message = f"PROBE_CONNECT_TO lets checks reach this machine itself: “{entry}”."
    assert unsafe(settings, "PROBE_CONNECT_TO", ["a.example:80=10.0.0.1:80", entry]) == [
        ("readiness.E004", message)
    ]

"""`manage.py standin` as its own process."""

import json
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.fixtures.running import bare_environment

CONFIG = """
company: harbor.example
regions: {eu: eu-west-1}
hosts:
- {host: search.eu.harbor.example, delay_ms: 40}
"""


@pytest.fixture
def standin(manage, tmp_path):
    """A command of it that ends by itself: exit status, output and errors."""
    return lambda *arguments: manage("standin", *arguments, VAR_DIR=str(tmp_path))


def test_it_serves_is_switched_and_stops_on_term(standin, tmp_path):
    (tmp_path / "scene.yaml").write_text(CONFIG)
    ports_file = tmp_path / "ports.json"
    serve = ["serve", "--config", str(tmp_path / "scene.yaml")]
    serving = subprocess.Popen(
        [sys.executable, "manage.py", "standin", *serve, "--ports-file", str(ports_file)],
        cwd=settings.BASE_DIR,
        env=bare_environment(VAR_DIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = serving.stdout.readline()
        ports = json.loads(ports_file.read_text())
        assert line == f"Stand-in at http://127.0.0.1:{ports['http']} and https://127.0.0.1:{ports['tls']}\n"
        assert ports["ca"] == str(tmp_path / "standin" / "ca.pem")
        name = "email.eu.harbor.example"
        assert standin("stop", name) == (0, f"{name} is stopped.\n", "")
        assert [line.split() for line in standin("list")[1].splitlines()] == [
            ["search.eu.harbor.example", "running", "region=eu-west-1", "delay_ms=40"],
            [name, "stopped", "region=eu-west-1"],
        ]
        assert standin("start", name) == (0, f"{name} is started.\n", "")
        assert standin("stop", "email.eu.other.example")[0] == 1
        code, _, taken = standin(*serve, "--http-port", str(ports["http"]))
        assert (code, "Address already in use" in taken) == (1, True)
    finally:
        serving.send_signal(signal.SIGTERM)
        rest = serving.communicate(timeout=60)
    assert (serving.returncode, rest) == (0, ("", ""))


@pytest.mark.parametrize(
    "text", [None, "hosts: [", "company: x", "company: x\nregions: {}\nhosts: [{host: a, delay: 1}]"]
)
def test_a_scene_that_cannot_be_read_is_one_clear_error(standin, tmp_path, text):
    path = tmp_path / "scene.yaml"
    if text is not None:
        path.write_text(text)
    code, out, error = standin("serve", "--config", str(path))
    assert (code, out) == (1, "")
    assert error.startswith(f"CommandError: The stand-in cannot start: {path}: ")
